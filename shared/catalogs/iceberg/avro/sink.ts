/** Writes Avro's primitives into a buffer that grows. */

export interface Sink {
  buffer: Buffer
  /** How many bytes of it are written. */
  size: number
}

export const openSink = (): Sink => ({ buffer: Buffer.alloc(1024), size: 0 })

/** The position of new bytes. */
function room(sink: Sink, size: number): number {
  if (sink.size + size > sink.buffer.length) {
    const larger = Buffer.alloc(Math.max(2 * sink.buffer.length, sink.size + size))
    sink.buffer.copy(larger, 0, 0, sink.size)
    sink.buffer = larger
  }
  sink.size += size
  return sink.size - size
}

export function writeByte(sink: Sink, value: number): void {
  const start = room(sink, 1)
  sink.buffer[start] = value
}

export function writeLong(sink: Sink, value: bigint | number): void {
  const number = Number(value)
  if (number >= -SMALL && number < SMALL) writeSmall(sink, number)
  else writeLarge(sink, BigInt(value))
}

/** What can be doubled in 32 bits: bigint is slow. */
const SMALL = 2 ** 30

function writeSmall(sink: Sink, value: number): void {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  for (; rest > 0x7f; rest >>>= 7) writeByte(sink, (rest & 0x7f) | 0x80)
  writeByte(sink, rest)
}

function writeLarge(sink: Sink, value: bigint): void {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
  for (; rest > 0x7fn; rest >>= 7n) writeByte(sink, Number(rest & 0x7fn) | 0x80)
  writeByte(sink, Number(rest))
}

export function writeFloat(sink: Sink, value: number): void {
  const start = room(sink, 4)
  sink.buffer.writeFloatLE(value, start)
}

export function writeDouble(sink: Sink, value: number): void {
  const start = room(sink, 8)
  sink.buffer.writeDoubleLE(value, start)
}

export function writeRaw(sink: Sink, bytes: Uint8Array): void {
  const start = room(sink, bytes.length)
  sink.buffer.set(bytes, start)
}

/** With its length before it. */
export function writeBytes(sink: Sink, bytes: Uint8Array): void {
  writeLong(sink, bytes.length)
  writeRaw(sink, bytes)
}

/** All that was written, which is then forgotten. */
export function takeWritten(sink: Sink): Buffer {
  const written = Buffer.from(sink.buffer.subarray(0, sink.size))
  sink.size = 0
  return written
}
