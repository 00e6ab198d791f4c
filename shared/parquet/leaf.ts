/** A leaf column's Hive type, by its physical and logical type. */

import { countSince1970, countSinceMidnight } from '../schema/counts.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { type ColumnFacts, isEmpty } from '../schema/facts.ts'
import { primitive, type Type } from '../schema/type.ts'
import { type FindingCode, finding } from './findings.ts'
import { fits } from './fits.ts'
import type { TimeUnit } from './logical.ts'
import { isDecimal, MAX_PRECISION } from './logical.ts'
import type { TypeRules } from './rules.ts'
import type { ColumnSummary } from './summary.ts'
import type { Leaf, Physical } from './tree.ts'

/** A type, or undefined for what no engine can read, with what there is to say about it. */
export interface Mapped {
  readonly type: Type | undefined
  /** What the column is where it has no type: as `Undeclared.shape`. */
  readonly shape?: string
  /** Of a count of time: its unit. */
  readonly comment?: string
  readonly findings: readonly Diagnostic[]
}

const INT_BY_BITS: Readonly<Record<number, Type>> = {
  8: primitive('tinyint'),
  16: primitive('smallint'),
  32: primitive('int'),
  64: primitive('bigint'),
}

/** Maps a leaf. `path` is the column's name for people, `summary` what the row groups say about it. */
export function mapLeaf(leaf: Leaf, path: string, summary: ColumnSummary, rules: TypeRules): Mapped {
  const mapped = mapLogical(leaf, path, summary, rules)
  if (mapped.type === undefined) return mapped
  if (summary.untyped) return onlyNull(leaf, path)
  const hazards = [
    ...(summary.encrypted
      ? [finding('COLUMN_ENCRYPTED', `column '${path}' is encrypted: reading it needs its key`, path)]
      : []),
    ...(leaf.later === undefined
      ? []
      : [finding('UNKNOWN_TYPE', `column '${path}' has ${leaf.later} beside its converted type`, path)]),
    ...(leaf.strayLength
      ? [finding('STRAY_TYPE_LENGTH', `column '${path}' is ${leaf.physical} and has a type length`, path)]
      : []),
  ]
  return hazards.length === 0 ? mapped : { ...mapped, findings: [...mapped.findings, ...hazards] }
}

function mapLogical(leaf: Leaf, path: string, summary: ColumnSummary, rules: TypeRules): Mapped {
  const { logical } = leaf
  if (logical === undefined) return mapPlain(leaf.physical, path, rules)
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
      return mapTimestamp(leaf, logical.unit, path, rules)
    case 'time':
      return mapTime(leaf, logical.unit, path)
    case 'integer':
      return logical.signed ? as(INT_BY_BITS[logical.bits] as Type) : mapUnsigned(logical.bits, path, summary)
    case 'decimal':
      return mapDecimal(logical.precision, logical.scale, path)
    case 'null':
      return left('null', 'NULL_COLUMN', `column '${path}' holds only nulls and has no type`, path)
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

const left = (shape: string, code: FindingCode, message: string, path: string): Mapped => ({
  ...noted(undefined, code, message, path),
  shape,
})

/** It fixes no type: the next file may have text there. */
const onlyNull = ({ physical }: Leaf, path: string): Mapped => {
  const message = `column '${path}' holds only nulls, as ${physical}, which its writer takes for columns that have no type`
  return left(physical === 'INT32' ? 'null-int32' : 'null-bytes', 'NULL_COLUMN', message, path)
}

const noted = (type: Type | undefined, code: FindingCode, message: string, path: string): Mapped => ({
  type,
  findings: [finding(code, message, path)],
})

function mapPlain(physical: Physical, path: string, rules: TypeRules): Mapped {
  if (physical === 'BYTE_ARRAY' && rules.binaryAsString) return as(primitive('string'))
  if (physical === 'INT96')
    return noted(
      byPhysical(physical),
      'TIMESTAMP_INT96',
      `column '${path}' is a timestamp stored as INT96`,
      path,
    )
  if (physical !== 'FIXED_LEN_BYTE_ARRAY') return as(byPhysical(physical))
  return noted(primitive('binary'), 'FIXED_AS_BINARY', `column '${path}' has values of a fixed length`, path)
}

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
  // parquet-java ignores a converted type that it does not know.
  const code = /^converted/.test(annotation ?? '') ? 'UNKNOWN_CONVERTED_TYPE' : 'UNKNOWN_TYPE'
  return noted(type, code, message, path)
}

function mapDecimal(precision: number, scale: number, path: string): Mapped {
  const type = `decimal(${precision},${scale})`
  if (precision > MAX_PRECISION) {
    const message = `column '${path}' is ${type}; Hive, Trino and Spark hold at most ${MAX_PRECISION} digits`
    return left('decimal-too-wide', 'DECIMAL_TOO_WIDE', message, path)
  }
  if (!isDecimal(precision, scale))
    return left(
      'decimal-invalid',
      'DECIMAL_INVALID',
      `column '${path}' is ${type}, which no engine has`,
      path,
    )
  return as({ kind: 'decimal', precision, scale })
}

function mapTime({ converted }: Leaf, unit: TimeUnit, path: string): Mapped {
  if (unit === 'millis') {
    const message = `column '${path}' is TIME(MILLIS), which Trino reads as no type, and no table has`
    return left('time-millis', 'TIME_MILLIS_UNREADABLE', message, path)
  }
  const taken = finding('TIME_AS_BIGINT', `column '${path}' is a time of day, taken as bigint`, path)
  const message = `column '${path}' is annotated as TIME_MICROS, in the old form`
  const findings = converted ? [taken, finding('TIME_CONVERTED', message, path)] : [taken]
  return { type: primitive('bigint'), comment: countSinceMidnight(unit), findings }
}

function mapTimestamp({ converted }: Leaf, unit: TimeUnit, path: string, rules: TypeRules): Mapped {
  const about = `column '${path}' is a timestamp stored as a count of ${UNIT_NAMES[unit]}`
  if (rules.hive3) {
    const taken = noted(primitive('bigint'), 'TIMESTAMP_AS_BIGINT', `${about}, taken as bigint`, path)
    return { ...taken, comment: countSince1970(unit) }
  }
  const bare = unit === 'micros' && !converted
  const message = bare ? `${about}, without the annotation that old readers need` : about
  return noted(primitive('timestamp'), bare ? 'TIMESTAMP_UNCONVERTED' : TIMESTAMP_CODES[unit], message, path)
}

const UNIT_NAMES = { millis: 'milliseconds', micros: 'microseconds', nanos: 'nanoseconds' } as const

const TIMESTAMP_CODES = {
  millis: 'TIMESTAMP_MILLIS',
  micros: 'TIMESTAMP_MICROS',
  nanos: 'TIMESTAMP_NANOS',
} as const satisfies Record<TimeUnit, FindingCode>

/** Engines read 32 and 64 bits as signed whatever the file says: a bigint is right only while no value reaches the sign bit. */
function mapUnsigned(bits: number, path: string, { facts }: ColumnSummary): Mapped {
  if (bits < 32) return as(INT_BY_BITS[bits * 2] as Type)
  const limit = 2n ** BigInt(bits - 1) - 1n
  const greatest = greatestInteger(facts)
  if (greatest !== undefined && greatest > limit) {
    const message = `column '${path}' is UINT_${bits} and holds ${greatest}; above ${limit} Trino shows negative numbers, Hive NULL`
    return left(`uint${bits}-overflow`, 'UNSIGNED_OVERFLOW', message, path)
  }
  const unproven = `column '${path}' is UINT_${bits} without usable statistics: values above ${limit} would be misread`
  return {
    type: primitive('bigint'),
    findings: [
      ...(greatest === undefined ? [finding('UNSIGNED_UNPROVEN', unproven, path)] : []),
      ...(bits === 64 ? [finding('UNSIGNED_64', `column '${path}' is UINT_64, taken as bigint`, path)] : []),
    ],
  }
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
