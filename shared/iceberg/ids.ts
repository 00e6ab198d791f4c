/** Field ids: each is given once, and stays. */
import { GoldsyncError } from '../base/errors.ts'
import type { MappedField } from '../schema/iceberg-schema.ts'
import { type Hints, hintKey, type Path } from './hints.ts'

export interface Ids {
  /** The id of a new field. */
  next(path: Path): number
  /** The highest that was given. */
  last(): number
}

/** Those above are metadata columns (Table Spec, "Reserved Field IDs"). */
const HIGHEST = 2_147_483_447

/**
 * Ids from here to `HIGHEST` are of names that no column has. Servers give a new column the next id after the highest of a schema,
 * whatever a mapping says, so these are far from there, and from those that writers give (protobuf's end at 2^29).
 */
const NAMES_FROM = 2_000_000_000

/** Whether a column may have the id. */
export const isOfColumns = (id: number): boolean => id > 0 && id < NAMES_FROM

/** An id for a name that no column has, from the top down. @throws GoldsyncError `UNSUPPORTED` where there is none left */
export function nextOfNames(taken: ReadonlySet<number>, from = HIGHEST): number {
  for (let id = from; id >= NAMES_FROM; id--) if (!taken.has(id)) return id
  throw new GoldsyncError('UNSUPPORTED', 'files have more names than an Iceberg name mapping holds')
}

/**
 * Readers go by the ids of files that have some, so new fields take those where they can: where all files have the same, no two fields have
 * it, and it was never given. Then come those that a name was given in the mapping before it was a column.
 * @param lastColumnId of the table; 0 for a new one @param live ids of the table's fields, which no other field gets
 */
export function openIds(
  lastColumnId: number,
  hints: Hints,
  mapping: readonly MappedField[] = [],
  live: Iterable<number> = [],
): Ids {
  const own = ownIds(lastColumnId, hints)
  const mapped = new Map([...mappedIds(mapping)].filter(([, id]) => isOfColumns(id)))
  const taken = new Set(live)
  let last = Math.max(lastColumnId, ...own.values(), ...mapped.values())
  let given = lastColumnId
  return {
    next(path) {
      const key = hintKey(path)
      const wanted = own.get(key) ?? mapped.get(mappedKey(path))
      if (wanted === undefined || taken.has(wanted)) last += 1
      const id = wanted === undefined || taken.has(wanted) ? last : wanted
      taken.add(id)
      given = Math.max(given, id)
      return id
    },
    last: () => given,
  }
}

/** By path. */
function ownIds(lastColumnId: number, hints: Hints): ReadonlyMap<string, number> {
  const found = [...hints].flatMap(([key, { ids }]) => ids.map(id => [key, id] as const))
  const isUsable = found.every(([, id]) => isOfColumns(id))
  const fresh = found.filter(([, id]) => id > lastColumnId)
  const isUnique =
    new Set(found.map(([, id]) => id)).size === found.length &&
    new Set(found.map(([key]) => key)).size === found.length
  return isUsable && isUnique ? new Map(fresh) : new Map()
}

/** Within lists and maps mappings have names, as files do. */
const NAMES: Readonly<Record<string, string>> = { '[]': 'element', '{key}': 'key', '{value}': 'value' }

/** A path's key in `mappedIds`. */
export const mappedKey = (path: Path): string => hintKey(path.map(step => NAMES[step] ?? step))

/** By path (`mappedKey`). */
export const mappedIds = (mapping: readonly MappedField[]): ReadonlyMap<string, number> =>
  new Map(mapping.flatMap(field => idsIn(field, [])))

/** All ids of a mapping. */
export const idsOfMapping = (mapping: readonly MappedField[]): readonly number[] =>
  mapping.flatMap(({ 'field-id': id, fields = [] }) => [
    ...(id === undefined ? [] : [id]),
    ...idsOfMapping(fields),
  ])

/** A mapped name may be spelled in several ways: what counts is its lower case. */
function idsIn({ 'field-id': id, names, fields = [] }: MappedField, above: Path): [string, number][] {
  const paths = [...new Set(names.map(name => name.toLowerCase()))].map(name => [...above, name])
  return paths.flatMap(path => [
    ...(id === undefined ? [] : [[hintKey(path), id] as [string, number]]),
    ...fields.flatMap(field => idsIn(field, path)),
  ])
}
