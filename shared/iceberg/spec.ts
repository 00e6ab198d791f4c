/** Partition specs of identity fields, and partition values ⇄ what manifests hold. */
import { GoldsyncError } from '../base/errors.ts'
import type { PartitionValues } from '../schema/table.ts'
import type { PartitionDatum } from './manifest.ts'
import type { IcebergSchema, NestedField, PartitionField, PartitionSpec } from './metadata.ts'

/** How catalogs spell the value of a partition of rows without one. */
const NULL_VALUE = '__HIVE_DEFAULT_PARTITION__'

/** The first id of a partition field (Table Spec, "Partition Evolution"). */
const FIRST_FIELD = 1000

/** @throws GoldsyncError `UNSUPPORTED` for a key whose type has no values that goldsync writes */
export function identitySpec(schema: IcebergSchema, keyNames: readonly string[]): PartitionSpec {
  const byName = new Map(schema.fields.map(field => [field.name.toLowerCase(), field]))
  const fields = keyNames.map((name, at): PartitionField => {
    const source = byName.get(name)
    if (source === undefined) throw new GoldsyncError('CONFLICT', `the table has no partition key ${name}`)
    keyType(source)
    return { 'source-id': source.id, 'field-id': FIRST_FIELD + at, name, transform: 'identity' }
  })
  return { 'spec-id': 0, fields }
}

/** Names of the keys in their order, undefined where the spec has a field that is not the value of a column as it is. */
export function keysOf(spec: PartitionSpec, schema: IcebergSchema): readonly string[] | undefined {
  const names = spec.fields.map(field => sourceOf(field, schema)?.name.toLowerCase())
  const isPlain = spec.fields.every(({ transform }) => transform === 'identity')
  return isPlain && names.every(name => name !== undefined) ? (names as string[]) : undefined
}

/** @throws GoldsyncError `DATA_INVALID` where a value is not of its key's type, or they are too few or too many */
export function partitionOf(
  spec: PartitionSpec,
  schema: IcebergSchema,
  values: PartitionValues,
): readonly PartitionDatum[] {
  const { fields } = spec
  if (values.length !== fields.length)
    throw new GoldsyncError('DATA_INVALID', `${values.length} partition values for ${fields.length} keys`)
  return fields.map((field, at) => parse(requireSource(field, schema), values[at] as string))
}

/** Back to text, as catalogs store it. @throws GoldsyncError `DATA_INVALID` where there are values of other types */
export function valuesOf(
  spec: PartitionSpec,
  schema: IcebergSchema,
  partition: readonly PartitionDatum[],
): PartitionValues {
  return spec.fields.map((field, at) => print(requireSource(field, schema), partition[at] ?? null))
}

const sourceOf = ({ 'source-id': id }: PartitionField, { fields }: IcebergSchema): NestedField | undefined =>
  fields.find(field => field.id === id)

function requireSource(field: PartitionField, schema: IcebergSchema): NestedField {
  const source = sourceOf(field, schema)
  if (source && field.transform === 'identity') return source
  throw new GoldsyncError(
    'DATA_INVALID',
    `partition field ${field.name} is ${field.transform} of ${source?.name ?? 'no top-level column'}`,
    { hint: 'goldsync takes partitions by the values of columns, as its layout has them' },
  )
}

const KEY_TYPES = ['string', 'int', 'long', 'date'] as const
type KeyType = (typeof KEY_TYPES)[number]

function keyType({ name, type }: NestedField): KeyType {
  const known = KEY_TYPES.find(kind => kind === type)
  if (known) return known
  const shown = typeof type === 'string' ? type : type.type
  throw new GoldsyncError('UNSUPPORTED', `partition key ${name} is ${shown}`, {
    hint: 'partition keys are string, date or one of the integer types',
  })
}

function parse(source: NestedField, text: string): PartitionDatum {
  if (text === NULL_VALUE) return null
  const type = keyType(source)
  const value = type === 'string' ? text : type === 'date' ? parseDate(text) : parseInteger(text, type)
  if (value !== undefined) return value
  throw new GoldsyncError('DATA_INVALID', `"${text}" is no ${type}, which partition key ${source.name} is`)
}

const DAY = 86_400_000

function parseDate(text: string): number | undefined {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return Number.isNaN(time) || printDate(time / DAY) !== text ? undefined : time / DAY
}

const printDate = (days: number): string => new Date(days * DAY).toISOString().slice(0, 10)

function parseInteger(text: string, type: 'int' | 'long'): number | bigint | undefined {
  if (!/^-?\d{1,19}$/.test(text)) return undefined
  const value = BigInt(text)
  if (BigInt.asIntN(type === 'int' ? 32 : 64, value) !== value) return undefined
  return type === 'int' ? Number(value) : value
}

function print(source: NestedField, datum: PartitionDatum): string {
  if (datum === null) return NULL_VALUE
  const type = keyType(source)
  if (type === 'date' && typeof datum === 'number' && Math.abs(datum) <= 2_000_000) return printDate(datum)
  if (type !== 'date' && !(datum instanceof Uint8Array) && typeof datum !== 'boolean') return String(datum)
  throw new GoldsyncError(
    'DATA_INVALID',
    `partition key ${source.name} (${type}) has the value ${String(datum)}`,
  )
}
