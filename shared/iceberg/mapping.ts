/**
 * Which names in files mean which field (Table Spec, "Column Projection", `schema.name-mapping.default`). Readers compare names as
 * files spell them, so each spelling is there; and PyIceberg reads no file with a name that is not, so columns of files that the
 * table does not have get ids too, which mean nothing.
 */
import type { IcebergType, MappedField, NestedField } from '../schema/iceberg-schema.ts'
import { type Hints, hintKey, NO_HINTS, type Path } from './hints.ts'
import type { IcebergSchema } from './metadata.ts'

export const NAME_MAPPING = 'schema.name-mapping.default'

export interface Naming {
  /** Partition keys: what files have under their names is another column. */
  readonly keys?: readonly string[]
  readonly hints?: Hints
  /** What the table's mapping says: it only grows. */
  readonly known?: readonly MappedField[]
}

/** The names of all fields, nested ones too, without those of partition keys. */
export function mappingOf(
  schema: IcebergSchema,
  { keys = [], hints = NO_HINTS, known = [] }: Naming = {},
): readonly MappedField[] {
  const partition = new Set(keys)
  const fields = schema.fields.filter(({ name }) => !partition.has(name.toLowerCase()))
  return mapFields(fields, [], known, hints)
}

/** As the table's property has it. */
export const nameMapping = (schema: IcebergSchema, naming?: Naming): string =>
  JSON.stringify(mappingOf(schema, naming))

function mapFields(
  fields: readonly NestedField[],
  above: Path,
  known: readonly MappedField[],
  hints: Hints,
): readonly MappedField[] {
  const before = new Map(known.map(field => [field['field-id'], field]))
  const own = new Set(fields.map(({ id }) => id))
  const mapped = fields.map(({ id, name, type }) =>
    mapField({ id, type, path: [...above, name.toLowerCase()], own: [name] }, before.get(id), hints),
  )
  const others = known.filter(({ 'field-id': id }) => id === undefined || !own.has(id))
  return [...mapped, ...withoutNames(others, mapped)]
}

/** A name means one field: the column, once there is one. Java's readers fail on a name that is there twice. */
function withoutNames(
  others: readonly MappedField[],
  columns: readonly MappedField[],
): readonly MappedField[] {
  const taken = new Set(columns.flatMap(({ names }) => names.map(name => name.toLowerCase())))
  return others.flatMap(other => {
    const names = other.names.filter(name => !taken.has(name.toLowerCase()))
    if (names.length === other.names.length) return [other]
    return names.length === 0 ? [] : [{ ...other, names }]
  })
}

interface Named {
  readonly id: number
  readonly type: IcebergType
  readonly path: Path
  /** Names that it has in any case. */
  readonly own: readonly string[]
}

function mapField({ id, type, path, own }: Named, known: MappedField | undefined, hints: Hints): MappedField {
  const spelled = hints.get(hintKey(path))?.names ?? []
  const names = [...new Set([...(known?.names ?? []), ...own, ...spelled])]
  const fields = mapWithin(type, path, known?.fields ?? [], hints)
  return { 'field-id': id, names, ...(fields.length > 0 ? { fields } : {}) }
}

function mapWithin(
  type: IcebergType,
  path: Path,
  known: readonly MappedField[],
  hints: Hints,
): readonly MappedField[] {
  if (typeof type === 'string') return []
  if (type.type === 'struct') return mapFields(type.fields, path, known, hints)
  const before = new Map(known.map(field => [field['field-id'], field]))
  const parts: readonly Named[] =
    type.type === 'list'
      ? [{ id: type['element-id'], type: type.element, path: [...path, '[]'], own: ['element'] }]
      : [
          { id: type['key-id'], type: type.key, path: [...path, '{key}'], own: ['key'] },
          { id: type['value-id'], type: type.value, path: [...path, '{value}'], own: ['value'] },
        ]
  return parts.map(part => mapField(part, before.get(part.id), hints))
}
