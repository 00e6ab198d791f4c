/** Relays that count what passes, to be put between goldsync and the servers of the stack. */
import { connect, type Socket } from 'node:net'
import { type FakeServer, serve } from './net.ts'

export interface Counted extends FakeServer {
  /** How often each request was sent so far, by its name. */
  readonly counts: Readonly<Record<string, number>>
}

/** @param nameOf a request's name, told from the first bytes that a client sends after an answer; undefined where it is no request's beginning */
export async function countedRelay(
  target: { readonly host: string; readonly port: number },
  nameOf: (bytes: Buffer) => string | undefined,
): Promise<Counted> {
  const counts: Record<string, number> = {}
  const server = await serve((inner: Socket) => {
    const outer = connect(target.port, target.host).setNoDelay(true)
    inner.setNoDelay(true).on('data', bytes => {
      const name = nameOf(bytes)
      if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1
    })
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
    }
  })
  return { ...server, counts }
}

/** A Thrift call's method: version and type, length, name (strict binary protocol, unframed). */
export const thriftMethod = (bytes: Buffer): string | undefined =>
  bytes.length > 8 && bytes.readUInt32BE(0) === 0x8001_0001
    ? bytes.toString('utf8', 8, 8 + bytes.readUInt32BE(4))
    : undefined

/** The operation of a WebHDFS request. */
export const webhdfsOperation = (bytes: Buffer): string | undefined =>
  /^GET [^ ]*[?&]op=(\w+)/.exec(bytes.toString('latin1', 0, 4096))?.[1]

/** A statement sent to Trino; the requests for its pages are not counted. */
export const trinoStatement = (bytes: Buffer): string | undefined =>
  bytes.toString('latin1', 0, 32).startsWith('POST /v1/statement') ? 'statement' : undefined
