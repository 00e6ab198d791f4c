/** One connection: calls wait in line, each has its own time limit, and whatever breaks one breaks the connection. */
import type { Duplex } from 'node:stream'
import { GoldsyncError } from '../../../base/errors.ts'
import { withPort } from '../../../base/ports.ts'
import { openReceiver, type Receiver } from '../protocol/scanner.ts'
import { aborted, GREETINGS, socketError } from './errors.ts'

export interface Exchange {
  /** For messages. */
  readonly method: string
  /** Milliseconds from sending the call to the last byte of its reply. */
  readonly timeout: number
  readonly signal: AbortSignal | undefined
}

export interface Connection {
  /** Whether it is of no use any more. */
  readonly lost: boolean
  /**
   * Sends one message and answers with the reply's bytes, after the calls before it.
   * @throws GoldsyncError `UNAVAILABLE` `TIMEOUT` `ABORTED` `DATA_INVALID`; the connection is then lost, unless the call was still waiting
   */
  exchange(message: Uint8Array, call: Exchange): Promise<Buffer>
  close(): void
}

/** Replies are held whole, up to this many bytes. 1,000 partitions of 100 columns take about 6 MB. */
export const MESSAGE_LIMIT = 256 * 1024 * 1024

interface Waiting {
  readonly method: string
  readonly receiver: Receiver
  readonly resolve: (reply: Buffer) => void
  readonly reject: (error: unknown) => void
}

/** @param server `host:port`, for messages @param known whether it has answered on another connection */
export function openConnection(socket: Duplex, server: string, known = false): Connection {
  let waiting: Waiting | undefined
  let failure: { readonly error: unknown } | undefined
  let answered = known

  const lose = (error: unknown) => {
    failure ??= { error }
    socket.destroy()
    waiting?.reject(socketError(failure.error, { server, method: waiting.method, answered }))
    waiting = undefined
  }
  const receive = (chunk: Buffer) => {
    try {
      if (waiting === undefined) throw new Error('the server sent bytes that nobody asked for')
      const reply = waiting.receiver.push(chunk)
      if (reply === undefined) return
      answered = true
      waiting.resolve(reply)
      waiting = undefined
    } catch (error) {
      lose(error)
    }
  }
  const send = (message: Uint8Array, method: string) =>
    new Promise<Buffer>((resolve, reject) => {
      if (failure) return reject(socketError(failure.error, { server, method, answered }))
      waiting = { method, receiver: openReceiver(MESSAGE_LIMIT), resolve, reject }
      socket.write(message)
    })
  socket.on('data', receive)
  socket.on('error', lose)
  socket.on('close', () => lose(new Error('the server closed the connection')))

  const oneByOne = openLine()
  return {
    get lost() {
      return failure !== undefined
    },
    exchange: (message, call) => oneByOne(() => within(call, server, lose, () => send(message, call.method))),
    close: () => lose(new GoldsyncError('UNAVAILABLE', `metastore ${server}: the catalog is closed`)),
  }
}

/** Runs work after all the work that was given before. */
export function openLine(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
}

/** Gives the connection up when the work takes too long or the caller does not want it any more. */
export async function within<T>(
  { timeout, signal, method }: Exchange,
  server: string,
  lose: (error: GoldsyncError) => void,
  work: () => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw aborted(server)
  const onAbort = () => lose(aborted(server))
  const timer = setTimeout(() => lose(tooSlow(server, method, timeout)), timeout)
  signal?.addEventListener('abort', onAbort)
  try {
    return await work()
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

const tooSlow = (server: string, method: string, timeout: number): GoldsyncError =>
  new GoldsyncError('TIMEOUT', `metastore ${server}: ${method}: no answer within ${timeout} ms`, {
    hint: hintOf(server, method),
  })

function hintOf(server: string, method: string): string {
  if (GREETINGS.has(method))
    return withPort(
      'it took the connection and says nothing: is it a metastore (port 9083 as a rule), and not overloaded? connectTimeout sets the limit',
      server,
      [9083],
    )
  const smaller = /^(add|alter|drop)_partitions/.test(method) ? ', or lower batchSize' : ''
  return `raise timeout${smaller}; the server may still be at work on the request`
}
