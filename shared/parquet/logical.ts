/** What a schema element means: the logical type, or the converted type of older writers, as one union. */
import type { RawLogicalType, SchemaElement } from './idl.ts'

export type TimeUnit = 'millis' | 'micros' | 'nanos'

export type Logical =
  | { readonly kind: 'string' | 'enum' | 'json' | 'bson' | 'uuid' | 'float16' | 'interval' | 'date' }
  | { readonly kind: 'list' | 'map' | 'variant' | 'geometry' | 'geography' }
  /** Every value is null: the writer never saw a type. */
  | { readonly kind: 'null' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'time' | 'timestamp'; readonly unit: TimeUnit }
  | { readonly kind: 'integer'; readonly bits: number; readonly signed: boolean }
  /** An annotation of a later or broken specification, named for people. */
  | { readonly kind: 'unknown'; readonly name: string }

/** Digits of a decimal: Hive, Trino and Spark alike. */
export const MAX_PRECISION = 38

/** Whether engines have such decimals. */
export const isDecimal = (precision: number, scale: number): boolean =>
  precision >= 1 && precision <= MAX_PRECISION && scale >= 0 && scale <= precision

const integer = (bits: number, signed: boolean): Logical => ({ kind: 'integer', bits, signed })

/** parquet.thrift, ConvertedType, by number. 5 is DECIMAL, which needs the element. */
const CONVERTED: Readonly<Record<number, Logical>> = {
  0: { kind: 'string' },
  1: { kind: 'map' },
  // LogicalTypes.md, MAP: on an outer group MAP_KEY_VALUE stands for MAP.
  2: { kind: 'map' },
  3: { kind: 'list' },
  4: { kind: 'enum' },
  6: { kind: 'date' },
  7: { kind: 'time', unit: 'millis' },
  8: { kind: 'time', unit: 'micros' },
  9: { kind: 'timestamp', unit: 'millis' },
  10: { kind: 'timestamp', unit: 'micros' },
  11: integer(8, false),
  12: integer(16, false),
  13: integer(32, false),
  14: integer(64, false),
  15: integer(8, true),
  16: integer(16, true),
  17: integer(32, true),
  18: integer(64, true),
  19: { kind: 'json' },
  20: { kind: 'bson' },
  21: { kind: 'interval' },
}

/**
 * What parquet.thrift requires of an annotation and this one lacks, or has as another type: readers that Thrift made refuse the
 * whole footer, also where a converted type stands beside it.
 */
export function lacking(raw: RawLogicalType | undefined): string | undefined {
  switch (raw?.kind) {
    case 'decimal':
    case 'time':
    case 'timestamp':
    case 'integer':
      return Object.entries(REQUIRED[raw.kind]).find(([field]) => !(field in raw.value))?.[1]
    default:
      return undefined
  }
}

const OF_TIME = { utc: 'isAdjustedToUTC', unit: 'unit' }

/** By the names of parquet.thrift. */
const REQUIRED = {
  decimal: { scale: 'scale', precision: 'precision' },
  time: OF_TIME,
  timestamp: OF_TIME,
  integer: { bits: 'bitWidth', signed: 'isSigned' },
} as const satisfies Partial<Record<RawLogicalType['kind'], object>>

/** The annotation of a schema element. Where both forms are given and disagree, the converted type wins, as in parquet-mr and Trino. */
export function annotation(element: SchemaElement): Logical | undefined {
  const modern = element.logicalType && fromLogicalType(element.logicalType)
  if (element.convertedType === undefined) return modern
  const legacy = fromConvertedType(element.convertedType, element)
  return modern !== undefined && (legacy.kind === 'unknown' || agree(modern, legacy)) ? modern : legacy
}

/** The logical type of a later specification that stands beside a converted type, which says more. */
export const laterType = ({ logicalType, convertedType }: SchemaElement): string | undefined =>
  logicalType?.kind === 'unknown' && convertedType !== undefined
    ? `logical type ${logicalType.id}`
    : undefined

function fromConvertedType(number: number, element: SchemaElement): Logical {
  if (number === 5) return { kind: 'decimal', precision: element.precision ?? 0, scale: element.scale ?? 0 }
  return CONVERTED[number] ?? { kind: 'unknown', name: `converted type ${number}` }
}

function fromLogicalType(raw: RawLogicalType): Logical {
  switch (raw.kind) {
    case 'decimal':
      return { kind: 'decimal', precision: raw.value.precision ?? 0, scale: raw.value.scale ?? 0 }
    case 'integer':
      return integer(raw.value.bits ?? 0, raw.value.signed ?? true)
    case 'time':
    case 'timestamp':
      return withUnit(raw.kind, raw.value.unit)
    case 'unknown':
      return { kind: 'unknown', name: `logical type ${raw.id}` }
    default:
      return { kind: raw.kind }
  }
}

function withUnit(
  kind: 'time' | 'timestamp',
  unit: { readonly kind: TimeUnit | 'unknown' } | undefined,
): Logical {
  if (unit === undefined || unit.kind === 'unknown')
    return { kind: 'unknown', name: `${kind} of an unknown unit` }
  return { kind, unit: unit.kind }
}

/** A decimal's two forms may differ in precision and scale: the logical type's count. */
function agree(a: Logical, b: Logical): boolean {
  if (a.kind === 'integer' && b.kind === 'integer') return a.bits === b.bits && a.signed === b.signed
  if ('unit' in a && 'unit' in b) return a.kind === b.kind && a.unit === b.unit
  return a.kind === b.kind
}
