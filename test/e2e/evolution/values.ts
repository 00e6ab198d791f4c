/** Rows as text, from files and from engines, and what is wrong with an engine's. */
import type { Column } from '../../../shared/schema/table.ts'
import type { Version } from './cells.ts'

/** By column; values in one form, whatever the engine. */
export type Row = Readonly<Record<string, string | null>>

/** The rows of a file as a table with these columns must show them: by name, NULL for what the file does not have. */
export function rowsOf({ columns }: Version, table: readonly Column[]): Row[] {
  const values = new Map(columns.map(([name, , values]) => [name.toLowerCase(), values]))
  const count = columns[0]?.[2].length ?? 0
  return Array.from({ length: count }, (_, at) =>
    Object.fromEntries(table.map(({ name, type }) => [name, textOf(values.get(name)?.[at] ?? null, type)])),
  )
}

function textOf(value: unknown, { kind }: Column['type']): string | null {
  if (value === null) return null
  if (typeof value === 'object') return canonical(value)
  if (kind === 'binary') return Buffer.from(String(value)).toString('hex').toUpperCase()
  // A timestamp under bigint is its count of milliseconds.
  if (kind === 'bigint' && MOMENT.test(String(value))) return String(Date.parse(`${value}Z`))
  return plain(String(value))
}

const MOMENT = /^\d{4}-\d\d-\d\d \d\d:\d\d/

/** An engine's text of a value: JSON of what is nested. */
export function seen(text: string | null, { kind }: Column['type']): string | null {
  if (text === null) return null
  if (kind !== 'array' && kind !== 'map' && kind !== 'struct') return plain(text)
  const value: unknown = JSON.parse(text)
  return canonical(kind === 'map' ? fromPairs(value as Pairs) : value)
}

/** A map, or the lists of its keys and of its values. */
type Pairs = Readonly<Record<string, unknown>> | { readonly keys: unknown[]; readonly values: unknown[] }

const fromPairs = (map: Pairs): unknown =>
  Array.isArray(map.keys) && Array.isArray(map.values)
    ? Object.fromEntries(map.keys.map((key, at) => [key, (map.values as unknown[])[at]]))
    : map

/** JSON with sorted names and without nulls: a field that is null and one that is not there are the same to a reader. */
const canonical = (value: unknown): string => JSON.stringify(sorted(value))

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value === null ? null : plain(String(value))
  const entries = Object.entries(value).filter(([, inner]) => inner !== null)
  return Object.fromEntries(
    entries
      .map(([name, inner]) => [name.toLowerCase(), sorted(inner)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** `1.50` and `1.5E0` as `1.5`; midnight as its day. */
function plain(text: string): string {
  if (/^-?\d+(\.\d+)?E[+-]?\d+$/i.test(text)) return String(Number(text))
  if (/^-?\d+\.\d+$/.test(text)) return text.replace(/\.?0+$/, '')
  return text
    .replace(/( UTC|Z)$/, '')
    .replace(/(:\d\d)\.0+$/, '$1')
    .replace(/(:\d\d\.\d*[1-9])0+$/, '$1')
    .replace(/ 00:00:00$/, '')
}

/** What is wrong with the rows, in a few words; undefined where they are right. Their order does not matter. */
export function fault(expected: readonly Row[], got: readonly Row[]): string | undefined {
  if (got.length !== expected.length) return `${got.length} rows for ${expected.length}`
  const keys = (rows: readonly Row[]) => rows.map(row => JSON.stringify(row)).sort()
  const [wanted, found] = [keys(expected), keys(got)]
  if (wanted.every((key, at) => key === found[at])) return undefined
  const names = Object.keys(expected[0] ?? {})
  return names.flatMap(name => columnFault(name, expected, got) ?? []).join(', ') || 'rows mixed up'
}

function columnFault(name: string, expected: readonly Row[], got: readonly Row[]): string | undefined {
  const left = got.map(row => row[name] ?? null)
  const missing: (string | null)[] = []
  for (const row of expected) {
    const at = left.indexOf(row[name] ?? null)
    if (at >= 0) left.splice(at, 1)
    else missing.push(row[name] ?? null)
  }
  if (missing.length === 0) return undefined
  if (left.every(value => value === null)) return `${name} NULL`
  const [wrong, at] = first(left)
  return `${name} ${wrong} for ${missing[at]}`
}

function first(values: readonly (string | null)[]): [string, number] {
  const at = values.findIndex(value => value !== null)
  return [values[at] as string, at]
}

/** The ids of rows for which the cell's condition holds: those where what it begins with is not null. */
export function idsWhere(filter: string, { columns }: Version): (string | null)[] {
  const steps = (/^\w+(?:\.\w+|\[[^\]]+\])*/.exec(filter)?.[0] ?? '')
    .split(/[.[\]']+/)
    .filter(step => step !== '')
  const name = steps[0]
  const values = columns.find(column => column[0].toLowerCase() === name)?.[2] ?? []
  const ids = columns[0]?.[2] ?? []
  return ids.filter((_, at) => valueAt(values[at], steps.slice(1)) != null).map(String)
}

function valueAt(value: unknown, steps: readonly string[]): unknown {
  const [step, ...rest] = steps
  if (step === undefined || value == null) return value
  const found = Object.entries(value).find(([name]) => name.toLowerCase() === (step === 'first' ? '0' : step))
  return valueAt(found?.[1], rest)
}
