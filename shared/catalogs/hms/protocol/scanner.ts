/**
 * Finds the end of an unframed message while it arrives: one pass, however the bytes are cut. It also bounds what comes:
 * size, nesting, and containers that promise more than the bound can hold.
 */
import { malformed } from './malformed.ts'
import { VERSION_1 } from './message.ts'
import { FIXED_SIZES, MAX_DEPTH, WIRE } from './types.ts'

export interface Receiver {
  /** The message, once its last byte is in. @throws GoldsyncError `DATA_INVALID` */
  push(chunk: Uint8Array): Buffer | undefined
}

/** A container whose end is awaited: a struct, or items of types that take turns. */
interface Open {
  left: number
  readonly types: readonly number[] | undefined
}

interface Scan {
  /** Bytes seen so far, in a buffer that may be longer. */
  bytes: Buffer
  filled: number
  /** The next byte to look at; beyond `filled` while a value's bytes are awaited. */
  at: number
  /** The type of a value whose header is awaited. */
  pending: number | undefined
  readonly stack: Open[]
  readonly limit: number
}

/** Receives one message of at most `limit` bytes. */
export function openReceiver(limit: number): Receiver {
  const scan: Scan = { bytes: Buffer.alloc(0), filled: 0, at: 0, pending: undefined, stack: [], limit }
  let started = false
  return {
    push(chunk) {
      append(scan, chunk)
      started ||= readHeader(scan)
      if (!started || !walk(scan) || scan.at > scan.filled) return undefined
      if (scan.filled > scan.at) malformed(`${scan.filled - scan.at} bytes follow the end of a reply`)
      return scan.bytes.subarray(0, scan.filled)
    },
  }
}

function append(scan: Scan, chunk: Uint8Array): void {
  const filled = scan.filled + chunk.length
  if (filled > scan.limit) malformed(`a reply is larger than ${scan.limit} bytes`)
  if (filled > scan.bytes.length) {
    const larger = Buffer.allocUnsafe(Math.max(filled, Math.min(scan.limit, scan.bytes.length * 2)))
    scan.bytes.copy(larger, 0, 0, scan.filled)
    scan.bytes = larger
  }
  scan.bytes.set(chunk, scan.filled)
  scan.filled = filled
}

/** Version and type, name, sequence; then the result struct is open. */
function readHeader(scan: Scan): boolean {
  // An alert of TLS has seven bytes.
  if (scan.filled >= 5 && scan.bytes.readUInt16BE(0) !== VERSION_1) malformed(notThrift(scan.bytes))
  if (scan.filled < 8) return false
  scan.at = 8 + lengthAt(scan, 4) + 4
  scan.stack.push({ left: 0, types: undefined })
  return true
}

function notThrift(bytes: Buffer): string {
  if (bytes.toString('latin1', 0, 5) === 'HTTP/')
    return 'the server answered in HTTP, not in binary Thrift; a metastore that speaks HTTP needs transport: http'
  if (bytes.toString('latin1', 0, 4) === 'SSH-') return 'an SSH server listens there, no metastore'
  // A status of SASL, and the length of its text.
  if (bytes[0] !== undefined && bytes[0] >= 1 && bytes[0] <= 5 && bytes[1] === 0)
    return 'the server answered in SASL, as a metastore that wants auth (kerberos, token or basic), or HiveServer2, does'
  // A greeting of version 10: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html
  if (bytes[3] === 0 && bytes[4] === 10) return 'MySQL or MariaDB listens there, no metastore'
  // A TLS record: alert (21) or handshake (22), version 3.
  const tls = (bytes[0] === 21 || bytes[0] === 22) && bytes[1] === 3
  return tls ? 'the server speaks TLS; set tls' : 'the server answered something else than binary Thrift'
}

/** Walks on until the message ends (true) or more bytes are needed (false). */
function walk(scan: Scan): boolean {
  while (scan.stack.length > 0 || scan.pending !== undefined) {
    const moved =
      scan.pending === undefined ? next(scan, scan.stack.at(-1) as Open) : pass(scan, scan.pending)
    if (!moved) return false
  }
  return true
}

const has = (scan: Scan, size: number): boolean => scan.filled - scan.at >= size

/** To the next value of the innermost container, or out of it. */
function next(scan: Scan, open: Open): boolean {
  if (open.types) {
    if (open.left === 0) scan.stack.pop()
    else {
      scan.pending = open.types[open.left % open.types.length]
      open.left -= 1
    }
    return true
  }
  if (!has(scan, 1)) return false
  const type = scan.bytes[scan.at] as number
  if (type === WIRE.stop) {
    scan.at += 1
    scan.stack.pop()
    return true
  }
  if (!has(scan, 3)) return false
  scan.at += 3
  scan.pending = type
  return true
}

/** Bytes before a value's content. */
const HEADERS: Readonly<Record<number, number>> = {
  [WIRE.string]: 4,
  [WIRE.list]: 5,
  [WIRE.set]: 5,
  [WIRE.map]: 6,
  [WIRE.struct]: 0,
}

/** Past a scalar, or into a container. */
function pass(scan: Scan, type: number): boolean {
  const size = FIXED_SIZES[type]
  const header = size ?? HEADERS[type]
  if (header === undefined) malformed(`type ${type} at byte ${scan.at} is none of the protocol's`)
  if (size === undefined && !has(scan, header)) return false
  scan.pending = undefined
  if (type === WIRE.string) scan.at += lengthAt(scan, scan.at)
  else if (type === WIRE.struct) open(scan, { left: 0, types: undefined })
  else if (size === undefined) openItems(scan, header - 4)
  scan.at += header
  return true
}

/** @param arity item types before the count: one, or a map's two */
function openItems(scan: Scan, arity: number): void {
  const types = [...scan.bytes.subarray(scan.at, scan.at + arity)]
  const count = lengthAt(scan, scan.at + arity)
  // Items are counted down, so a map's key comes first when `left` is even.
  open(scan, { left: count * arity, types })
}

function open(scan: Scan, container: Open): void {
  scan.stack.push(container)
  if (scan.stack.length > MAX_DEPTH) malformed(`values are nested deeper than ${MAX_DEPTH}`)
}

/** A length or a count: each counted thing takes at least one byte. */
function lengthAt(scan: Scan, at: number): number {
  const length = scan.bytes.readInt32BE(at)
  if (length < 0 || length > scan.limit - at)
    malformed(`a value of ${length} bytes or items is beyond ${scan.limit} bytes`)
  return length
}
