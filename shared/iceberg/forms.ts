/**
 * How files may store a column of an Iceberg type so that Iceberg's readers read it right: what the specification has (appendix A,
 * Parquet), promotions, and what Iceberg-Java, Trino and PyIceberg read besides.
 */

const STORED: Readonly<Record<string, readonly string[]>> = {
  BOOLEAN: ['boolean'],
  INT32: ['int', 'long'],
  'INT32 INT(8)': ['int', 'long'],
  'INT32 INT(16)': ['int', 'long'],
  'INT32 INT(32)': ['int', 'long'],
  'INT32 UINT(8)': ['int', 'long'],
  'INT32 UINT(16)': ['int', 'long'],
  'INT32 UINT(32)': ['long'],
  INT64: ['long'],
  'INT64 INT(64)': ['long'],
  FLOAT: ['float', 'double'],
  DOUBLE: ['double'],
  BYTE_ARRAY: ['binary', 'string'],
  'BYTE_ARRAY STRING': ['string'],
  'BYTE_ARRAY ENUM': ['string'],
  'BYTE_ARRAY JSON': ['string'],
  'BYTE_ARRAY BSON': ['binary'],
  'INT32 DATE': ['date'],
  'INT64 TIME(MICROS)': ['time'],
  'INT64 TIMESTAMP(MILLIS)': ['timestamptz'],
  'INT64 TIMESTAMP(MICROS)': ['timestamptz'],
  'INT64 TIMESTAMP(MILLIS) LOCAL': ['timestamp'],
  'INT64 TIMESTAMP(MICROS) LOCAL': ['timestamp'],
  'FIXED_LEN_BYTE_ARRAY(16) UUID': ['uuid'],
}

const DECIMAL = /^(?:INT32|INT64|BYTE_ARRAY|FIXED_LEN_BYTE_ARRAY\(\d+\)) DECIMAL\((\d+),(\d+)\)$/
const FIXED = /^FIXED_LEN_BYTE_ARRAY\((\d+)\)$/

/** The Iceberg types of a leaf that is stored so, the exact one first; none where no reader may take it. */
export function typesOfForm(form: string): readonly string[] {
  const known = STORED[form]
  if (known) return known
  const [, precision, scale] = DECIMAL.exec(form) ?? []
  if (precision !== undefined) return [`decimal(${precision},${scale})`]
  const [, length] = FIXED.exec(form) ?? []
  return length === undefined ? [] : [`fixed[${length}]`]
}

/** One form that tells the exact type. */
export function formOf(type: string): string {
  const known = Object.entries(STORED).find(([, [exact]]) => exact === type)
  if (known) return known[0]
  const [, length] = /^fixed\[(\d+)\]$/.exec(type) ?? []
  return length === undefined ? 'other' : `FIXED_LEN_BYTE_ARRAY(${length})`
}

/** Whether a column of the type may be stored so. */
export const isStoredAs = (type: string, form: string): boolean =>
  typesOfForm(form).some(other => other === type || isWiderDecimal(type, other))

/** `decimal(9,2)` → its precision and scale. */
export function decimalOf(type: string): { readonly precision: number; readonly scale: number } | undefined {
  const [, precision, scale] = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(type) ?? []
  return precision === undefined ? undefined : { precision: Number(precision), scale: Number(scale) }
}

/** Whether both are decimals of one scale, and the first holds all digits of the other. */
function isWiderDecimal(type: string, than: string): boolean {
  const [wide, narrow] = [decimalOf(type), decimalOf(than)]
  return (
    wide !== undefined &&
    narrow !== undefined &&
    wide.scale === narrow.scale &&
    wide.precision >= narrow.precision
  )
}

/** Whether Iceberg lets a column of the one type become one of the other (Table Spec, "Schema Evolution"). */
export const isPromotion = (from: string, to: string): boolean =>
  (from === 'int' && to === 'long') || (from === 'float' && to === 'double') || isWiderDecimal(to, from)
