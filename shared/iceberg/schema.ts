/** Hive's columns ⇄ an Iceberg schema, whose ids stay for good while it grows. */
import { GoldsyncError } from '../base/errors.ts'
import type { Retype } from '../schema/change.ts'
import type {
  IcebergSchema,
  IcebergType,
  MappedField,
  MapType,
  NestedField,
  StructType,
} from '../schema/iceberg-schema.ts'
import type { Column } from '../schema/table.ts'
import { printType, type StructField, type Type } from '../schema/type.ts'
import { isPromotion } from './forms.ts'
import { type Hints, hintKey, NO_HINTS, type Path } from './hints.ts'
import { hiveOf, icebergOf } from './hive-type.ts'
import { type Ids, openIds } from './ids.ts'
import { idsOf } from './paths.ts'

export interface Grown {
  readonly schema: IcebergSchema
  /** The highest id that was ever given. */
  readonly lastColumnId: number
}

/**
 * The schema of a new table: its data columns, then the partition keys.
 * @param hints what files tell of the columns @throws GoldsyncError `UNSUPPORTED` for a type that Iceberg has not
 */
export function firstSchema(
  columns: readonly Column[],
  keys: readonly Column[],
  hints: Hints = NO_HINTS,
): Grown {
  const making = { ids: openIds(0, hints), hints }
  const fields = newFields([...columns, ...keys.map(asKey)], [], making)
  return { schema: { type: 'struct', 'schema-id': 0, fields }, lastColumnId: making.ids.last() }
}

export interface Growth {
  readonly add?: readonly Column[]
  readonly retype?: readonly Retype[]
  /** Names of partition keys: new columns go before them. */
  readonly keys?: readonly string[]
  /** What the table's mapping has: a name that has an id there keeps it. */
  readonly mapping?: readonly MappedField[]
}

/**
 * The same schema with more columns, more fields within them, or wider types; every field keeps its id.
 * @returns its schema as it was where nothing changes, else one with the next `schema-id` after it
 * @throws GoldsyncError `UNSUPPORTED` where Iceberg does not allow it, `CONFLICT` where a column that gets a type is not there
 */
export function evolve(
  schema: IcebergSchema,
  lastColumnId: number,
  { add = [], retype = [], keys = [], mapping }: Growth,
  hints: Hints = NO_HINTS,
): Grown {
  const making = { ids: openIds(lastColumnId, hints, mapping, idsOf(schema)), hints }
  const known = new Set(schema.fields.map(({ name }) => name.toLowerCase()))
  const added = newFields(
    add.filter(({ name }) => !known.has(name)),
    [],
    making,
  )
  const types = new Map(retype.map(({ name, to }) => [name, to]))
  const missing = retype.find(({ name }) => !known.has(name))
  if (missing) throw new GoldsyncError('CONFLICT', `the table has no column ${missing.name}`)
  const fields = schema.fields.map(field => {
    const name = field.name.toLowerCase()
    const to = types.get(name)
    return to === undefined ? field : withType(field, grow(field.type, to, [name], making))
  })
  const isSame = added.length === 0 && fields.every((field, at) => field === schema.fields[at])
  if (isSame) return { schema, lastColumnId }
  const at = fields.findIndex(({ name }) => keys.includes(name.toLowerCase()))
  const before = at < 0 ? fields.length : at
  return {
    schema: {
      ...schema,
      'schema-id': schema['schema-id'] + 1,
      fields: [...fields.slice(0, before), ...added, ...fields.slice(before)],
    },
    lastColumnId: making.ids.last(),
  }
}

/** Back to Hive's types, for whoever inspects the table: data columns, and the partition keys in this order. */
export function columnsOf(
  schema: IcebergSchema,
  keyNames: readonly string[],
): { readonly columns: readonly Column[]; readonly keys: readonly Column[] } {
  const all = schema.fields.map(
    ({ name, type, doc }): Column => ({
      name: name.toLowerCase(),
      type: hiveTypeOf(type),
      ...(doc === undefined ? {} : { comment: doc }),
    }),
  )
  const byName = new Map(all.map(column => [column.name, column]))
  const names = new Set(keyNames)
  return {
    columns: all.filter(({ name }) => !names.has(name)),
    keys: keyNames.flatMap(name => byName.get(name) ?? []),
  }
}

function hiveTypeOf(type: IcebergType): Type {
  if (typeof type === 'string') return hiveOf(type)
  switch (type.type) {
    case 'struct':
      return {
        kind: 'struct',
        fields: type.fields.map(field => ({ name: field.name, type: hiveTypeOf(field.type) })),
      }
    case 'list':
      return { kind: 'array', element: hiveTypeOf(type.element) }
    case 'map':
      return { kind: 'map', key: hiveTypeOf(type.key), value: hiveTypeOf(type.value) }
    default:
      return { kind: 'opaque', text: JSON.stringify(type) }
  }
}

interface Making {
  readonly ids: Ids
  readonly hints: Hints
}

/** A partition key is no column of files: what these have under its name says nothing of it. */
const KEY = Symbol('key')
type Named = (Column | StructField) & { readonly [KEY]?: true }
const asKey = (column: Column): Named => ({ ...column, [KEY]: true })

/** Ids as Iceberg-Java gives them: those of a struct's fields come before those within them. */
function newFields(columns: readonly Named[], above: Path, making: Making): readonly NestedField[] {
  const pathOf = (column: Named): Path =>
    [...above, column[KEY] ? '{partition}' : '', column.name.toLowerCase()].filter(step => step !== '')
  const ids = columns.map(column => making.ids.next(pathOf(column)))
  return columns.map((column, at) => ({
    id: ids[at] as number,
    name: column.name.toLowerCase(),
    required: false,
    type: newType(column.type, pathOf(column), making),
    ...('comment' in column && column.comment !== undefined ? { doc: column.comment } : {}),
  }))
}

function newType(type: Type, path: Path, making: Making): IcebergType {
  switch (type.kind) {
    case 'struct':
      return { type: 'struct', fields: newFields(type.fields, path, making) }
    case 'array': {
      const within = [...path, '[]']
      return {
        type: 'list',
        'element-id': making.ids.next(within),
        'element-required': false,
        element: newType(type.element, within, making),
      }
    }
    case 'map': {
      const [key, value] = [
        [...path, '{key}'],
        [...path, '{value}'],
      ]
      return {
        type: 'map',
        'key-id': making.ids.next(key),
        'value-id': making.ids.next(value),
        key: newType(type.key, key, making),
        value: newType(type.value, value, making),
        'value-required': false,
      }
    }
    default:
      return leaf(type, path, making)
  }
}

function leaf(type: Type, path: Path, { hints }: Making): string {
  const exact = icebergOf(type, hints.get(hintKey(path))?.forms)
  if (exact !== undefined) return exact
  throw unsupported(path, `Iceberg has no type ${printType(type)}`)
}

const withType = (field: NestedField, type: IcebergType): NestedField =>
  type === field.type ? field : { ...field, type }

/** The type as it becomes; itself where nothing changes. */
function grow(type: IcebergType, to: Type, path: Path, making: Making): IcebergType {
  if (typeof type === 'string') return promote(type, to, path)
  if (type.type === 'struct' && to.kind === 'struct') return growStruct(type, to.fields, path, making)
  if (type.type === 'list' && to.kind === 'array') {
    const element = grow(type.element, to.element, [...path, '[]'], making)
    return element === type.element ? type : { ...type, element }
  }
  if (type.type === 'map' && to.kind === 'map') return growMap(type, to, path, making)
  throw unsupported(path, `it is ${printType(hiveTypeOf(type))}, and cannot become ${printType(to)}`)
}

function growMap(type: MapType, to: Extract<Type, { kind: 'map' }>, path: Path, making: Making): MapType {
  const key = grow(type.key, to.key, [...path, '{key}'], making)
  if (key !== type.key) throw unsupported(path, 'the keys of a map keep their type')
  const value = grow(type.value, to.value, [...path, '{value}'], making)
  return value === type.value ? type : { ...type, value }
}

function growStruct(type: StructType, to: readonly StructField[], path: Path, making: Making): StructType {
  const wanted = new Map(to.map(field => [field.name.toLowerCase(), field]))
  const fields = type.fields.map(field => {
    const name = field.name.toLowerCase()
    const other = wanted.get(name)
    wanted.delete(name)
    return other === undefined
      ? field
      : withType(field, grow(field.type, other.type, [...path, name], making))
  })
  const added = newFields([...wanted.values()], path, making)
  const isSame = added.length === 0 && fields.every((field, at) => field === type.fields[at])
  return isSame ? type : { ...type, fields: [...fields, ...added] }
}

function promote(type: string, to: Type, path: Path): string {
  const wanted = icebergOf(to)
  // Hive does not tell some types apart, and has narrower ones than Iceberg.
  if (wanted === type || icebergOf(hiveOf(type)) === wanted) return type
  if (wanted !== undefined && isPromotion(type, wanted)) return wanted
  throw unsupported(path, `it is ${type}, which Iceberg does not let become ${wanted ?? printType(to)}`)
}

const unsupported = (path: Path, why: string): GoldsyncError =>
  new GoldsyncError('UNSUPPORTED', `column ${path.join('.')}: ${why}`, {
    hint: 'write the files with the type that the table has, or give the new column another name in the pipeline',
  })
