/**
 * Hive finds a struct's fields by name, but where it takes over a column's schema as the file has it: beneath maps, and beneath
 * lists of lists or of maps, it takes the first field of the file for the first of the table, and so on, without an error
 * (DataWritableReadSupport.getProjectedType; seen on 4.0.1: test/e2e/nested-fields.stack.test.ts). Pure.
 */
import type { Diagnostic, EngineEffect } from '../schema/diagnostic.ts'
import type { DataFile } from '../schema/observed.ts'
import type { Reader } from '../schema/reader.ts'
import type { Column } from '../schema/table.ts'
import type { StructField, Type } from '../schema/type.ts'
import { columnOf } from './column-of.ts'
import { leftOutEffects, printEffects } from './engines.ts'
import { troublesFor } from './readers.ts'
import { declaresName, printPath } from './undeclared.ts'

const EFFECTS = leftOutEffects('FIELDS_BY_POSITION')

/** The file, which says of each such struct that no table can declare all of its fields. */
export function withGaps(file: DataFile): DataFile {
  const gaps = (file.undeclared ?? []).filter(
    ({ path }) => isByPosition(path) && !declaresName(path, file.columns),
  )
  const columns = new Map(gaps.map(({ path }) => [path[0] as string, path]))
  const left = new Set(file.diagnostics.filter(isRefused).map(told => columnOf(told, file.columns)))
  const found = file.columns.flatMap(({ name }): Diagnostic[] => {
    const path = columns.get(name)
    return path === undefined || left.has(name) ? [] : [gap(file, path)]
  })
  return found.length === 0 ? file : { ...file, diagnostics: [...file.diagnostics, ...found] }
}

/** Whether Hive does not read the column for another reason. */
const isRefused = ({ engines = [], leftOut }: Diagnostic): boolean =>
  leftOut !== true && engines.some(({ engine, effect }) => engine === 'hive4' && effect.startsWith('refuses'))

/** Whether a name is that of a field, or within one, that has another name where its position is another. */
function isByPosition(path: readonly string[]): boolean {
  const from = takenOverFrom(path)
  return from >= 0 && path.slice(from).some(step => !isInner(step))
}

/** Whether Hive takes what is there as the file has it: it is within a map, or a list of other than structs. */
export const isTakenOver = (path: readonly string[]): boolean => takenOverFrom(path) >= 0

const takenOverFrom = (path: readonly string[]): number =>
  path.findIndex((step, at) => at > 0 && isInner(step === '[]' ? path[at + 1] : step))

const isInner = (step: string | undefined): boolean => step === '[]' || step === '{key}' || step === '{value}'

const gap = (file: DataFile, path: readonly string[]): Diagnostic => ({
  ...USUAL,
  path: file.path,
  column: printPath(path),
  engines: EFFECTS,
  message: `no table can have the field ${printPath(path)}, and others stand beside it`,
  fix: 'write that field in a form that tables can have (see what else is told of it), or leave it out in the writer',
})

const USUAL = { code: 'FIELDS_BY_POSITION', severity: 'warning' } as const

/**
 * Why a file is not accepted: one of its fields stands where the table has another.
 * @param table its columns and the file's, together
 */
export function misplacedField(
  file: DataFile,
  table: readonly Column[],
  readers: readonly Reader[],
): Diagnostic | undefined {
  const engines = troublesFor(EFFECTS, readers)
  if (engines.length === 0) return undefined
  const types = new Map(table.map(({ name, type }) => [name, type]))
  for (const { name, type } of file.columns) {
    const found = misplaced(type, types.get(name), [name], false)
    if (found) return refusal(file, found, engines)
  }
  return undefined
}

interface Misplaced {
  readonly path: readonly string[]
  /** The name of the table's field. */
  readonly wanted: string
}

function misplaced(
  type: Type,
  table: Type | undefined,
  path: readonly string[],
  byPosition: boolean,
): Misplaced | undefined {
  if (type.kind === 'array' && table?.kind === 'array')
    return misplaced(
      type.element,
      table.element,
      [...path, '[]'],
      byPosition || type.element.kind !== 'struct',
    )
  if (type.kind === 'map' && table?.kind === 'map')
    return misplaced(type.value, table.value, [...path, '{value}'], true)
  if (type.kind !== 'struct' || table?.kind !== 'struct') return undefined
  return misplacedIn(type.fields, table.fields, path, byPosition)
}

function misplacedIn(
  fields: readonly StructField[],
  table: readonly StructField[],
  path: readonly string[],
  byPosition: boolean,
): Misplaced | undefined {
  for (const [at, { name, type }] of fields.entries()) {
    const within = [...path, name]
    const wanted = table[at]?.name ?? ''
    if (byPosition && !isSame(name, wanted)) return { path: within, wanted }
    const declared = table.find(field => isSame(field.name, name))
    const found = misplaced(type, declared?.type, within, byPosition)
    if (found) return found
  }
  return undefined
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

function refusal(file: DataFile, { path, wanted }: Misplaced, engines: readonly EngineEffect[]): Diagnostic {
  const column = printPath(path)
  return {
    ...USUAL,
    path: file.path,
    column,
    engines,
    message: `the field ${column} stands where the table has ${wanted}; ${printEffects(engines)}`,
    fix: 'write the fields of such a struct in the order of the table, new ones last; or, where Hive does not read the lake, say who does: lakes[].readers',
  }
}
