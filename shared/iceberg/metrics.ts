/** What a footer proves of a file's columns as manifests hold it: never a bound that a value lies beyond. */
import { GoldsyncError } from '../base/errors.ts'
import type { ColumnFacts } from '../schema/facts.ts'
import type { DataFile } from '../schema/observed.ts'
import type { StoredField } from '../schema/stored.ts'
import { compareBytes } from '../schema/value.ts'
import { boundsOf } from './bounds.ts'
import { stepsInto } from './hints.ts'
import type { ContentFile, FieldSummary, PartitionDatum } from './manifest.ts'
import type { IcebergSchema, IcebergType, NestedField, PartitionSpec } from './metadata.ts'
import { fieldsById, partitionType } from './partition-type.ts'
import { encodeValue } from './values.ts'

/**
 * A data file's entry. Of top-level columns that files and table have in common, what `facts` prove; sizes and row groups where
 * `stored` tells them.
 * @throws GoldsyncError `DATA_INVALID` where the footer contradicts itself about its rows
 */
export function contentFileOf(
  file: DataFile,
  partition: readonly PartitionDatum[],
  schema: IcebergSchema,
): ContentFile {
  if (file.rows === undefined)
    throw new GoldsyncError('DATA_INVALID', `it is not known how many rows ${file.path} has`)
  const splits = file.stored?.splits
  return {
    content: 0,
    path: file.path,
    format: 'PARQUET',
    partition,
    recordCount: BigInt(file.rows),
    fileSize: BigInt(file.size),
    ...metricsOf(file, schema),
    ...(splits && splits.length > 0 ? { splitOffsets: splits.map(BigInt) } : {}),
    sortOrderId: 0,
  }
}

type Metrics = Partial<
  Pick<
    ContentFile,
    'columnSizes' | 'valueCounts' | 'nullCounts' | 'nanCounts' | 'lowerBounds' | 'upperBounds'
  >
>

function metricsOf(file: DataFile, schema: IcebergSchema): Metrics {
  const known = new Map(schema.fields.map(field => [field.name.toLowerCase(), field]))
  const facts = file.columns.flatMap(({ name }) => {
    const [field, found] = [known.get(name), file.facts?.columns.get(name)]
    return field && found && typeof field.type === 'string' ? [[field, field.type, found] as const] : []
  })
  const collect = <T>(of: (type: string, found: ColumnFacts) => T | undefined): Map<number, T> =>
    new Map(
      facts.flatMap(([{ id }, type, found]) => {
        const value = of(type, found)
        return value === undefined ? [] : [[id, value] as [number, T]]
      }),
    )
  const all = {
    columnSizes: sizesOf(file, known),
    valueCounts: collect((_, { rows }) => BigInt(rows)),
    nullCounts: collect((_, { nulls }) => (nulls === undefined ? undefined : BigInt(nulls))),
    nanCounts: collect((type, { nans }) => (isFloat(type) && nans !== undefined ? BigInt(nans) : undefined)),
    lowerBounds: collect((type, found) => boundsOf(type, found).lower),
    upperBounds: collect((type, found) => boundsOf(type, found).upper),
  }
  return Object.fromEntries(Object.entries(all).filter(([, map]) => map.size > 0))
}

const isFloat = (type: string): boolean => type === 'float' || type === 'double'

/** Of leaves, nested ones too, by the ids that the table has for them. */
function sizesOf(
  { stored, columns }: DataFile,
  known: ReadonlyMap<string, NestedField>,
): Map<number, bigint> {
  const sizes = new Map<number, bigint>()
  if (stored === undefined) return sizes
  const names = new Set(columns.map(({ name }) => name))
  let leaf = 0
  const visit = (field: StoredField, id: number | undefined, type: IcebergType | undefined) => {
    if (field.fields === undefined) {
      const size = stored.sizes[leaf]
      leaf += 1
      if (id !== undefined && typeof type === 'string' && size !== undefined) sizes.set(id, BigInt(size))
      return
    }
    for (const [step, within] of stepsInto(field)) {
      const [child, of] = childOf(type, step)
      visit(within, child, of)
    }
  }
  for (const field of stored.fields) {
    const name = field.name.toLowerCase()
    const of = names.has(name) ? known.get(name) : undefined
    visit(field, of?.id, of?.type)
  }
  return sizes
}

type Child = readonly [id: number | undefined, type: IcebergType | undefined]

function childOf(type: IcebergType | undefined, step: string): Child {
  if (type === undefined || typeof type === 'string') return [undefined, undefined]
  if (type.type === 'list') return step === '[]' ? [type['element-id'], type.element] : [undefined, undefined]
  if (type.type === 'map')
    return step === '{key}' ? [type['key-id'], type.key] : [type['value-id'], type.value]
  const field = type.fields.find(({ name }) => name.toLowerCase() === step)
  return [field?.id, field?.type]
}

/** What an entry of a manifest list says of each partition field. */
export function summaryOf(
  spec: PartitionSpec,
  schema: IcebergSchema,
  partitions: readonly (readonly PartitionDatum[])[],
): FieldSummary[] {
  const types = fieldsById(schema)
  return spec.fields.map((field, at) => {
    const type = partitionType(field, types)
    const values = partitions.map(partition => partition[at] ?? null)
    const present = values.filter(isOrdered).sort(compareData)
    const [least, greatest] = [present[0], present.at(-1)]
    const encode = (value: Exclude<PartitionDatum, null>) => encodeValue(String(type), value)
    return {
      containsNull: values.includes(null),
      containsNan: values.some(isNan),
      ...(least === undefined ? {} : { lowerBound: encode(least) }),
      ...(greatest === undefined ? {} : { upperBound: encode(greatest) }),
    }
  })
}

const isOrdered = (value: PartitionDatum): value is Exclude<PartitionDatum, null> =>
  value !== null && !isNan(value)

const isNan = (value: PartitionDatum): boolean => Number.isNaN(value)

const UTF8 = new TextEncoder()

/** Texts by code points, as readers compare them; JavaScript compares code units. */
function compareData(a: Exclude<PartitionDatum, null>, b: Exclude<PartitionDatum, null>): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b)
  if (typeof a === 'string' && typeof b === 'string') return compareBytes(UTF8.encode(a), UTF8.encode(b))
  return a < b ? -1 : a > b ? 1 : 0
}
