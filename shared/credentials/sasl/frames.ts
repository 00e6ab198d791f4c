/**
 * Thrift's frames of SASL: in the handshake a status and a text, then messages with their length before them. Pure.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-sasl-spec.txt
 */
import { GoldsyncError } from '../../base/errors.ts'

export const STATUS = { START: 1, OK: 2, BAD: 3, ERROR: 4, COMPLETE: 5 } as const

export interface Word {
  readonly status: number
  readonly payload: Buffer
}

/** A word of the handshake: the status, a length of four bytes, the payload. */
export function encodeWord({ status, payload }: Word): Buffer {
  const header = Buffer.alloc(5)
  header.writeUInt8(status, 0)
  header.writeUInt32BE(payload.length, 1)
  return Buffer.concat([header, payload])
}

/** A message after the handshake. */
export function encodeFrame(payload: Buffer): Buffer {
  const header = Buffer.alloc(4)
  header.writeUInt32BE(payload.length)
  return Buffer.concat([header, payload])
}

/** What came so far, asked for by length. */
export interface Incoming {
  push(chunk: Buffer): void
  /** The next word, if all of it is here. @throws GoldsyncError `DATA_INVALID` where it is none */
  word(): Word | undefined
  /** The next whole message. @throws GoldsyncError `DATA_INVALID` */
  frame(): Buffer | undefined
  /** What is here of the next messages: for those that need not be whole. @throws GoldsyncError `DATA_INVALID` */
  piece(): Buffer | undefined
}

/** The texts of a handshake are tickets and reasons. */
const WORD_LIMIT = 1024 * 1024

/** @param limit bytes of one message at most */
export function openIncoming(limit: number): Incoming {
  const chunks: Buffer[] = []
  let held = 0
  /** Bytes of the message under way that are still to come; undefined before its length is known. */
  let left: number | undefined

  const join = (): Buffer => {
    if (chunks.length !== 1) chunks.splice(0, chunks.length, Buffer.concat(chunks))
    return chunks[0] as Buffer
  }
  const take = (length: number): Buffer => {
    const all = join()
    const rest = all.subarray(length)
    chunks.splice(0, 1, ...(rest.length > 0 ? [rest] : []))
    held -= length
    return all.subarray(0, length)
  }
  const startFrame = (): number | undefined => {
    if (left === undefined && held >= 4) left = bounded(take(4).readUInt32BE(), limit)
    return left
  }
  return {
    push(chunk) {
      if (chunk.length === 0) return
      chunks.push(chunk)
      held += chunk.length
    },
    word() {
      if (held > 0 && !isStatus((chunks[0] as Buffer)[0])) throw notSasl(join())
      if (held < 5) return undefined
      const length = bounded(join().readUInt32BE(1), WORD_LIMIT)
      if (held < 5 + length) return undefined
      const [status = 0] = take(5)
      return { status, payload: take(length) }
    },
    frame() {
      const length = startFrame()
      if (length === undefined || held < length) return undefined
      left = undefined
      return take(length)
    },
    piece() {
      const length = startFrame()
      if (length === undefined || (held === 0 && length > 0)) return undefined
      const piece = take(Math.min(held, length))
      left = length === piece.length ? undefined : length - piece.length
      return piece
    },
  }
}

const isStatus = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= STATUS.START && byte <= STATUS.COMPLETE

function bounded(length: number, limit: number): number {
  if (length <= limit) return length
  throw new GoldsyncError(
    'DATA_INVALID',
    `the server announces ${length} bytes in SASL, more than ${limit}`,
    {
      hint: 'it may be another server: check host and port',
    },
  )
}

function notSasl(bytes: Buffer): GoldsyncError {
  return new GoldsyncError('DATA_INVALID', `the server answered in ${languageOf(bytes)}, not in SASL`, {
    hint: 'it asks for no such authentication, or is another server: check auth, tls, transport and the port',
  })
}

function languageOf(bytes: Buffer): string {
  if (bytes.toString('latin1', 0, 4) === 'HTTP') return 'HTTP'
  // A TLS record: alert (21) or handshake (22), version 3.
  if ((bytes[0] === 21 || bytes[0] === 22) && bytes[1] === 3) return 'TLS'
  return bytes[0] === 0x80 && bytes[1] === 1 ? 'Thrift alone' : 'something else'
}
