/** A table's fields as more files need them: columns, wider types, spellings, and names that the table does not have. */
import type { Retype } from '../schema/change.ts'
import type { MappedField, TableFields } from '../schema/iceberg-schema.ts'
import type { StoredField, StoredFile } from '../schema/stored.ts'
import type { Column } from '../schema/table.ts'
import { sameType } from '../schema/type.ts'
import { hintsOf } from './hints.ts'
import { idsOfMapping, isOfColumns, nextOfNames } from './ids.ts'
import { mappingOf } from './mapping.ts'
import { idsOf } from './paths.ts'
import { columnsOf, evolve, firstSchema } from './schema.ts'

export interface Wanted {
  /** Data columns as they shall be. */
  readonly columns: readonly Column[]
  readonly keys: readonly Column[]
}

/**
 * @param before undefined for a new table @param files how these store their columns
 * @returns `before` itself where they need nothing @throws GoldsyncError `UNSUPPORTED` where Iceberg does not allow it
 */
export function growFields(
  before: TableFields | undefined,
  { columns, keys }: Wanted,
  files: readonly StoredFile[],
): TableFields {
  const hints = hintsOf(files)
  const names = keys.map(({ name }) => name)
  const grown = before
    ? evolve(before.schema, lastOf(before), growth(before, columns, names), hints)
    : firstSchema(columns, keys, hints)
  const known = before ? { known: before.mapping } : {}
  const last = Math.max(grown.lastColumnId, before?.lastColumnId ?? 0)
  const taken = new Set([...idsOf(grown.schema), ...idsOfMapping(before?.mapping ?? [])])
  const naming: Naming = { last, taken, isFree: id => id > last && isOfColumns(id) && !taken.has(id) }
  const mapping = files.reduce<readonly MappedField[]>(
    (mapped, { fields }) => nameAll(mapped, fields.map(plain), naming),
    mappingOf(grown.schema, { keys: names, hints, ...known }),
  )
  const isSame = grown.schema === before?.schema && JSON.stringify(mapping) === JSON.stringify(before.mapping)
  return isSame ? before : { ...before, schema: grown.schema, lastColumnId: naming.last, mapping }
}

/** Also by the mapping, which has ids of files for names that are no columns: a server would not keep them otherwise. */
const lastOf = ({ lastColumnId, mapping }: TableFields): number =>
  Math.max(lastColumnId, ...idsOfMapping(mapping).filter(isOfColumns))

function growth({ schema, mapping }: TableFields, columns: readonly Column[], keys: readonly string[]) {
  const have = new Map(columnsOf(schema, keys).columns.map(column => [column.name, column]))
  const retype = columns.flatMap(({ name, type }): Retype[] => {
    const from = have.get(name)?.type
    return from === undefined || sameType(from, type) ? [] : [{ name, from, to: type }]
  })
  return { add: columns.filter(({ name }) => !have.has(name)), retype, mapping }
}

interface Naming {
  /** The highest id that a column, or a file for something else, was given. */
  last: number
  readonly taken: Set<number>
  /** Whether no column has, or had, a file's id. */
  isFree(id: number): boolean
  /** The last that a name was given. */
  lowest?: number
}

/** Names by which a field may be mapped: its own, and the one that readers know it by. */
interface Spelled {
  readonly field: StoredField
  readonly names: readonly string[]
}

const plain = (field: StoredField): Spelled => ({ field, names: [field.name] })

function within({ form, fields = [] }: StoredField): readonly Spelled[] {
  const usual = form === 'list' ? ['element'] : form === 'map' ? ['key', 'value'] : []
  return fields.map((field, at) => {
    const known = usual[at]
    return { field, names: known === undefined ? [field.name] : [...new Set([known, field.name])] }
  })
}

/** With what the mapping lacks of these. */
function nameAll(
  mapping: readonly MappedField[],
  fields: readonly Spelled[],
  naming: Naming,
): readonly MappedField[] {
  return fields.reduce((mapped, spelled) => nameOne(mapped, spelled, naming), mapping)
}

function nameOne(
  mapping: readonly MappedField[],
  { field, names }: Spelled,
  naming: Naming,
): readonly MappedField[] {
  const at = mapping.findIndex(other => names.some(name => hasName(other, name)))
  const known = mapping[at]
  const id = idOf(known, field, naming)
  const fields = nameAll(known?.fields ?? [], within(field), naming)
  const named = {
    'field-id': id,
    names: [...new Set([...(known?.names ?? []), ...names])],
    ...(fields.length > 0 ? { fields } : {}),
  }
  return at < 0 ? [...mapping, named] : mapping.with(at, named)
}

/** No column may get an id that a file has for something else: so the name gets it, where it can. */
function idOf(known: MappedField | undefined, { id: own }: StoredField, naming: Naming): number {
  const { 'field-id': id } = known ?? {}
  const isOwn = own !== undefined && naming.isFree(own)
  if (own !== undefined && isOfColumns(own)) naming.last = Math.max(naming.last, own)
  if (id !== undefined && (isOfColumns(id) || !isOwn)) return id
  const given = isOwn ? own : nextOfNames(naming.taken, naming.lowest)
  if (!isOwn) naming.lowest = given
  naming.taken.add(given)
  return given
}

const hasName = ({ names }: MappedField, name: string): boolean =>
  names.some(known => known.toLowerCase() === name.toLowerCase())
