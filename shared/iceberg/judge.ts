/** Whether a file can be of a table as Iceberg's readers read it, who go by field ids, names as they are spelled, and exact types. */
import { GoldsyncError } from '../base/errors.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { IcebergType, NestedField, TableFields } from '../schema/iceberg-schema.ts'
import type { DataFile } from '../schema/observed.ts'
import type { StoredField } from '../schema/stored.ts'
import { isPromotion, isStoredAs } from './forms.ts'
import { growFields, type Wanted } from './grow.ts'
import { type Path, stepsInto } from './hints.ts'
import { mappedIds, mappedKey } from './ids.ts'
import { idsOf, pathsOf } from './paths.ts'

export interface Judged {
  /** The table's with what the file needs, where it is accepted. */
  readonly fields: TableFields
  readonly refused?: never
}

export interface Refused {
  readonly refused: Diagnostic
}

/**
 * @param before the table's fields, undefined for a new table
 * @param wanted its columns with the file's
 * @param nullsAreTaken whether columns that hold only nulls are taken under any type, though some readers fail on them
 */
export function judgeStored(
  file: DataFile,
  before: TableFields | undefined,
  wanted: Wanted,
  nullsAreTaken = false,
): Judged | Refused {
  const { stored, rows } = file
  if (rows === undefined) return refuse(file, 'ROWS_UNKNOWN', ROWS)
  if (stored === undefined) return { fields: growFields(before, wanted, []) }
  const fields = tryGrow(file, before, wanted)
  if ('refused' in fields) return fields
  const keys = new Set(wanted.keys.map(({ name }) => name))
  const columns = fields.schema.fields.filter(({ name }) => !keys.has(name))
  const trouble =
    (before && (renamed(before, fields) ?? heldBefore(before, fields))) ??
    typeTrouble(stored.fields, columns, [], nullsAreTaken ? onlyNull(file) : new Set()) ??
    idTrouble(stored.fields, fields, columns)
  return trouble ? refuse(file, trouble.code, trouble) : { fields }
}

interface Trouble {
  readonly code: 'ICEBERG_TYPE' | 'ICEBERG_NAME' | 'ICEBERG_FIELD_IDS' | 'TYPE_HELD' | 'ROWS_UNKNOWN'
  readonly message: string
  readonly fix: string
  readonly path?: Path
}

const ROWS: Omit<Trouble, 'code'> = {
  message: 'its row counts contradict each other, and an Iceberg table tells how many rows each file has',
  fix: 'write the file again',
}

const refuse = (
  { path }: DataFile,
  code: Trouble['code'],
  { message, fix, path: within }: Omit<Trouble, 'code'>,
): Refused => ({
  refused: {
    code,
    severity: 'warning',
    message,
    fix,
    path,
    ...(within && within.length > 0 ? { column: within.join('.') } : {}),
  },
})

function tryGrow(file: DataFile, before: TableFields | undefined, wanted: Wanted): TableFields | Refused {
  try {
    return growFields(before, wanted, file.stored ? [file.stored] : [])
  } catch (error) {
    if (!(error instanceof GoldsyncError && error.code === 'UNSUPPORTED')) throw error
    return refuse(file, 'ICEBERG_TYPE', { message: error.message, fix: error.hint ?? 'rewrite the file' })
  }
}

/** A name that files have of a field which somebody has renamed in the table: readers take it for that one. */
function renamed({ schema, mapping }: TableFields, after: TableFields): Trouble | undefined {
  if (after.schema === schema) return undefined
  const known = mappedIds(mapping)
  const live = new Map([...pathsOf(schema.fields, [])].map(([id, path]) => [id, path]))
  for (const [id, path] of pathsOf(after.schema.fields, [])) {
    const mapped = known.get(mappedKey(path)) ?? id
    const now = live.get(mapped)
    if (mapped !== id && now) return anotherNow(path, now)
  }
  return undefined
}

const anotherNow = (path: Path, now: Path): Trouble => ({
  code: 'ICEBERG_NAME',
  path,
  message: `column ${path.join('.')} of the file is ${now.join('.')} in the table, which somebody has renamed there`,
  fix: 'rename the column in the table as files have it, or in the writer as the table has it',
})

/** Names that were in files before they are columns: readers would take what those hold for values of the type. */
function heldBefore({ schema, mapping, former = {} }: TableFields, after: TableFields): Trouble | undefined {
  if (after.schema === schema) return undefined
  const had = new Set(idsOf(schema))
  const known = mappedIds(mapping)
  for (const [id, path, type] of pathsOf(after.schema.fields, [])) {
    const mapped = had.has(id) ? undefined : known.get(mappedKey(path))
    if (mapped === undefined) continue
    const before = former[mapped]
    if (before === undefined) return heldOtherwise(path)
    if (!isReadAs(before, type)) return droppedOtherwise(path, before)
  }
  return undefined
}

const heldOtherwise = (path: Path): Trouble => ({
  code: 'TYPE_HELD',
  path,
  message: `the file would make ${path.join('.')} a column; files of the table have something else under that name that is not in the table, and Iceberg’s readers would take it for the column`,
  fix: 'rewrite those files, or give the new column another name in the pipeline',
})

const droppedOtherwise = (path: Path, before: IcebergType): Trouble => ({
  code: 'TYPE_HELD',
  path,
  message: `the file would make ${path.join('.')} a column again, which somebody has dropped as ${nameOf(before)}; files of the table have it so, and Iceberg’s readers would take that for the new type`,
  fix: 'write the column with the type that it had, or give it another name in the pipeline',
})

/** Whether files of a column of the one type are read as the other; what is within has ids of its own. */
const isReadAs = (type: IcebergType, as: IcebergType): boolean =>
  typeof type === 'string' && typeof as === 'string'
    ? sameText(type) === sameText(as) || isPromotion(type, as)
    : nameOf(type) === nameOf(as)

const sameText = (type: string): string => type.replaceAll(' ', '')

const nameOf = (type: IcebergType): string => (typeof type === 'string' ? type : type.type)

/** Top-level columns of nulls without a type. */
const onlyNull = ({ undeclared = [] }: DataFile): ReadonlySet<string> =>
  new Set(undeclared.filter(({ shape }) => shape.startsWith('null')).map(({ path }) => path.join('.')))

/** Of what file and table have in common. */
function typeTrouble(
  stored: readonly StoredField[],
  fields: readonly NestedField[],
  above: Path,
  passed: ReadonlySet<string>,
): Trouble | undefined {
  const known = new Map(fields.map(field => [field.name.toLowerCase(), field.type]))
  const met = new Set<string>()
  for (const field of stored) {
    const name = field.name.toLowerCase()
    const type = known.get(name)
    const path = [...above, name]
    if (type === undefined || passed.has(path.join('.'))) continue
    if (met.has(name)) return twice(path)
    met.add(name)
    const trouble = formTrouble(field, type, path, passed)
    if (trouble) return trouble
  }
  return undefined
}

function formTrouble(
  field: StoredField,
  type: IcebergType,
  path: Path,
  passed: ReadonlySet<string>,
): Trouble | undefined {
  const { form, fields = [] } = field
  if (typeof type === 'string') return isStoredAs(type, form) ? undefined : wrongForm(path, form, type)
  if (type.type !== form) return wrongForm(path, form, type.type)
  if (type.type === 'struct') return typeTrouble(fields, type.fields, path, passed)
  const [first, second] = stepsInto(field)
  if (type.type === 'list') return first && formTrouble(first[1], type.element, [...path, '[]'], passed)
  return (
    (first && formTrouble(first[1], type.key, [...path, '{key}'], passed)) ??
    (second && formTrouble(second[1], type.value, [...path, '{value}'], passed))
  )
}

const twice = (path: Path): Trouble => ({
  code: 'ICEBERG_NAME',
  path,
  message: `column ${path.join('.')} is there twice, in names that differ in case, and Iceberg’s readers would take both for one`,
  fix: 'rename one of the columns in the writer',
})

function wrongForm(path: Path, form: string, type: string): Trouble {
  return {
    code: 'ICEBERG_TYPE',
    path,
    message: `column ${path.join('.')} is stored as ${form}, which is no ${type} to all of Iceberg’s readers${WHY.find(([pattern]) => pattern.test(form))?.[1] ?? ''}`,
    fix: `write the column as Iceberg stores ${type}`,
  }
}

const WHY: readonly (readonly [RegExp, string])[] = [
  [/^INT96/, ': PyIceberg does not read INT96, and nobody says whether it is adjusted to UTC'],
  [/NANOS/, ': format version 2 has no nanoseconds'],
  [/ LOCAL$/, ': it is not adjusted to UTC, and the column is'],
  [/^INT64 TIMESTAMP/, ': it is adjusted to UTC, and the column is not'],
  [/^INT64 UINT/, ': Iceberg-Java fails on unsigned 64 bits'],
  [/ NULL$/, ': it holds only nulls and has no type'],
]

/** Readers do not look at the mapping where a file has ids: then all of them have to be the table's. */
function idTrouble(
  stored: readonly StoredField[],
  { schema }: TableFields,
  columns: readonly NestedField[],
): Trouble | undefined {
  const own = [...storedPaths(stored, [])]
  if (own.every(([, id]) => id === undefined)) return undefined
  const wanted = new Map([...pathsOf(columns, [])].map(([id, path]) => [mappedKey(path), id]))
  const taken = new Set(idsOf(schema))
  const wrong = own.find(([path, id]) => {
    const expected = wanted.get(mappedKey(path))
    return expected === undefined ? id !== undefined && taken.has(id) : expected !== id
  })
  if (wrong === undefined) return undefined
  const [path, id] = wrong
  return {
    code: 'ICEBERG_FIELD_IDS',
    path,
    message: `the file has field ids of its writer, which Iceberg’s readers go by, and column ${path.join('.')} has ${id ?? 'none'}, where the table has ${wanted.get(mappedKey(path)) ?? 'another column with that id'}`,
    fix: 'let the writer give no field ids, or those of the table',
  }
}

function* storedPaths(
  fields: readonly StoredField[],
  above: Path,
): Iterable<readonly [Path, number | undefined]> {
  for (const field of fields) yield* storedWithin(field, [...above, field.name.toLowerCase()])
}

function* storedWithin(field: StoredField, path: Path): Iterable<readonly [Path, number | undefined]> {
  yield [path, field.id]
  for (const [step, within] of stepsInto(field)) yield* storedWithin(within, [...path, step])
}
