/** Bytes as Hadoop's Writables and protocol buffers hold them. Pure. */
import { GoldsyncError } from '../base/errors.ts'

export interface Reader {
  readonly left: number
  byte(): number
  take(length: number): Buffer
  /** A number of Hadoop's: one byte, or a byte that tells how many follow. */
  hadoopNumber(): number
  /** A number of protocol buffers: seven bits a byte, the lowest first. */
  varint(): number
}

export const cutOff = (): GoldsyncError =>
  new GoldsyncError('DATA_INVALID', 'a Hadoop token is cut off, or in no known form')

/** @throws GoldsyncError `DATA_INVALID` at the end of the bytes, by each of its readings */
export function openReader(bytes: Buffer): Reader {
  let at = 0
  const take = (length: number): Buffer => {
    if (length < 0 || length > bytes.length - at) throw cutOff()
    at += length
    return bytes.subarray(at - length, at)
  }
  const byte = (): number => take(1)[0] as number
  return {
    get left() {
      return bytes.length - at
    },
    byte,
    take,
    hadoopNumber() {
      const first = (byte() << 24) >> 24
      if (first >= -112) return first
      const negative = first < -120
      const value = [...take(negative ? -120 - first : -112 - first)].reduce(
        (sum, next) => sum * 256 + next,
        0,
      )
      return negative ? -1 - value : value
    },
    varint() {
      let value = 0
      for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
        const next = byte()
        value += (next & 127) * factor
        if (next < 128) return value
      }
      throw cutOff()
    },
  }
}

/** @param value an integer, not negative */
export function hadoopNumber(value: number): Buffer {
  if (value <= 127) return Buffer.from([value])
  const hex = value.toString(16)
  const digits = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return Buffer.concat([Buffer.from([(-112 - digits.length) & 255]), digits])
}

/** Length, then the bytes, as Hadoop's `Text` and byte arrays are. */
export function hadoopBytes(bytes: Buffer | string): Buffer {
  const content = Buffer.from(bytes)
  return Buffer.concat([hadoopNumber(content.length), content])
}
