/** Values in the specification's binary single-value serialization (Table Spec, appendix D). */
import { decimalOf } from './forms.ts'
import type { PartitionDatum } from './manifest.ts'

/** @param type primitive @param value of the type's domain: bigint for `long`, times and decimals, days for `date` */
export function encodeValue(type: string, value: Exclude<PartitionDatum, null>): Uint8Array {
  switch (type) {
    case 'boolean':
      return Uint8Array.of(value ? 1 : 0)
    case 'int':
    case 'date':
      return littleEndian(4, view => view.setInt32(0, Number(value), true))
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return littleEndian(8, view => view.setBigInt64(0, BigInt(value as bigint), true))
    case 'float':
      return littleEndian(4, view => view.setFloat32(0, Number(value), true))
    case 'double':
      return littleEndian(8, view => view.setFloat64(0, Number(value), true))
    case 'string':
      return value instanceof Uint8Array ? value : new TextEncoder().encode(String(value))
    default:
      return decimalOf(type) ? minimalBigEndian(BigInt(value as bigint)) : (value as Uint8Array)
  }
}

/** UTF-8 as text, undefined where it is none. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function littleEndian(length: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length)
  write(new DataView(bytes.buffer))
  return bytes
}

/** Two's complement in as few bytes as hold it. */
function minimalBigEndian(value: bigint): Uint8Array {
  let length = 1
  while (BigInt.asIntN(length * 8, value) !== value) length += 1
  const bytes = new Uint8Array(length)
  let rest = BigInt.asUintN(length * 8, value)
  for (let at = length - 1; at >= 0; at--) {
    bytes[at] = Number(rest & 0xffn)
    rest >>= 8n
  }
  return bytes
}
