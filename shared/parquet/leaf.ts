/** A leaf column's Hive type, by its physical and logical type. */
import type { Diagnostic } from '../schema/diagnostic.ts'
import { type ColumnFacts, isEmpty } from '../schema/facts.ts'
import { primitive, type Type } from '../schema/type.ts'
import { type FindingCode, finding } from './findings.ts'
import { fits } from './fits.ts'
import { isDecimal, MAX_PRECISION } from './logical.ts'
import type { ColumnSummary } from './summary.ts'
import type { Leaf, Physical } from './tree.ts'

/** A type, or undefined for what no engine can read, with what there is to say about it. */
export interface Mapped {
  readonly type: Type | undefined
  readonly findings: readonly Diagnostic[]
}

const INT_BY_BITS: Readonly<Record<number, Type>> = {
  8: primitive('tinyint'),
  16: primitive('smallint'),
  32: primitive('int'),
  64: primitive('bigint'),
}

/** Maps a leaf. `path` is the column's name for people, `summary` what the row groups say about it. */
export function mapLeaf(leaf: Leaf, path: string, summary: ColumnSummary): Mapped {
  const mapped = mapLogical(leaf, path, summary)
  if (!summary.encrypted || mapped.type === undefined) return mapped
  const encrypted = finding(
    'COLUMN_ENCRYPTED',
    `column '${path}' is encrypted: reading it needs its key`,
    path,
  )
  return { type: mapped.type, findings: [...mapped.findings, encrypted] }
}

function mapLogical(leaf: Leaf, path: string, summary: ColumnSummary): Mapped {
  const { logical } = leaf
  if (logical === undefined) return as(byPhysical(leaf.physical))
  if (!fits(logical, leaf)) return unknown(leaf, path)
  switch (logical.kind) {
    case 'string':
    case 'enum':
    case 'json':
      return as(primitive('string'))
    case 'bson':
      return as(primitive('binary'))
    case 'date':
      return as(primitive('date'))
    case 'timestamp':
      return as(primitive('timestamp'))
    case 'time':
      return mapTime(logical.unit === 'millis', path)
    case 'integer':
      return logical.signed ? as(INT_BY_BITS[logical.bits] as Type) : mapUnsigned(logical.bits, path, summary)
    case 'decimal':
      return mapDecimal(logical.precision, logical.scale, path)
    case 'null':
      return {
        type: undefined,
        findings: [finding('NULL_COLUMN', `column '${path}' holds only nulls and has no type`, path)],
      }
    case 'uuid':
    case 'interval':
    case 'float16':
    case 'geometry':
    case 'geography':
      return asBytes(logical.kind, path)
    default:
      return unknown(leaf, path)
  }
}

const as = (type: Type): Mapped => ({ type, findings: [] })

const noted = (type: Type | undefined, code: FindingCode, message: string, path: string): Mapped => ({
  type,
  findings: [finding(code, message, path)],
})

function byPhysical(physical: Physical): Type {
  switch (physical) {
    case 'BOOLEAN':
      return primitive('boolean')
    case 'INT32':
      return primitive('int')
    case 'INT64':
      return primitive('bigint')
    case 'INT96':
      return primitive('timestamp')
    case 'FLOAT':
      return primitive('float')
    case 'DOUBLE':
      return primitive('double')
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return primitive('binary')
    default:
      physical satisfies never
      throw new TypeError(`physical type ${physical}`)
  }
}

function unknown(leaf: Leaf, path: string): Mapped {
  const type = byPhysical(leaf.physical)
  const annotation = leaf.logical?.kind === 'unknown' ? leaf.logical.name : leaf.logical?.kind
  const message = `column '${path}' has ${annotation} on ${leaf.physical}, which goldsync does not know: taken as ${type.kind}`
  return noted(type, 'UNKNOWN_TYPE', message, path)
}

function mapDecimal(precision: number, scale: number, path: string): Mapped {
  const type = `decimal(${precision},${scale})`
  if (precision > MAX_PRECISION) {
    const message = `column '${path}' is ${type}; Hive, Trino and Spark hold at most ${MAX_PRECISION} digits`
    return noted(undefined, 'DECIMAL_TOO_WIDE', message, path)
  }
  if (!isDecimal(precision, scale))
    return noted(undefined, 'DECIMAL_INVALID', `column '${path}' is ${type}, which no engine has`, path)
  return as({ kind: 'decimal', precision, scale })
}

function mapTime(millis: boolean, path: string): Mapped {
  if (millis) {
    const message = `column '${path}' is TIME(MILLIS), which neither Hive nor Trino reads as any type`
    return noted(undefined, 'TIME_MILLIS_UNREADABLE', message, path)
  }
  return noted(
    primitive('bigint'),
    'TIME_AS_BIGINT',
    `column '${path}' is a time of day, taken as bigint`,
    path,
  )
}

/** Engines read 32 and 64 bits as signed whatever the file says: a bigint is right only while no value reaches the sign bit. */
function mapUnsigned(bits: number, path: string, { facts }: ColumnSummary): Mapped {
  if (bits < 32) return as(INT_BY_BITS[bits * 2] as Type)
  const limit = 2n ** BigInt(bits - 1) - 1n
  const greatest = greatestInteger(facts)
  if (greatest === undefined) {
    const message = `column '${path}' is UINT_${bits} without usable statistics: values above ${limit} would be misread`
    return noted(primitive('bigint'), 'UNSIGNED_UNPROVEN', message, path)
  }
  if (greatest <= limit) return as(primitive('bigint'))
  const message = `column '${path}' is UINT_${bits} and holds ${greatest}; above ${limit} Trino shows negative numbers, Hive NULL`
  return noted(undefined, 'UNSIGNED_OVERFLOW', message, path)
}

function greatestInteger(facts: ColumnFacts): bigint | undefined {
  const greatest = facts.max?.value
  if (greatest?.kind === 'integer') return greatest.value
  return isEmpty(facts) ? 0n : undefined
}

const BYTES = {
  uuid: ['UUID_AS_BINARY', 'a UUID'],
  interval: ['INTERVAL_AS_BINARY', 'an interval'],
  float16: ['FLOAT16_AS_BINARY', 'a half-precision float'],
  geometry: ['GEOMETRY_AS_BINARY', 'a geometry'],
  geography: ['GEOMETRY_AS_BINARY', 'a geography'],
} as const satisfies Record<string, readonly [FindingCode, string]>

function asBytes(kind: keyof typeof BYTES, path: string): Mapped {
  const [code, what] = BYTES[kind]
  return noted(primitive('binary'), code, `column '${path}' is ${what}, taken as binary`, path)
}
