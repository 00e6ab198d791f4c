/** Conditions on a column, in an engine's own SQL, and the rows for which they hold. */
import type { Dialect } from './dialect.ts'
import { rowsOf } from './lay.ts'
import type { Pair } from './pairs.ts'

export interface Condition {
  /** For people: `=`, `in`. */
  readonly name: string
  readonly sql: string
  /** Of rows that must be found. */
  readonly ids: readonly string[]
}

/** As lay.ts lays them: four of each value, and a null. */
const rowsWith = (values: readonly number[]): string[] =>
  values.flatMap(value => [0, 1, 2, 3].map(row => String(5 * value + row)))
const rowsWhere = (pair: Pair, isNull: boolean): string[] =>
  rowsOf(pair.values).flatMap((value, id) => ((value === null) === isNull ? [String(id)] : []))

export function conditionsOn(pair: Pair, dialect: Dialect): Condition[] {
  const v = `${pair.name}${pair.path === '[first]' ? dialect.first : (pair.path ?? '')}`
  const of = (name: string, sql: string, values: readonly number[]): Condition => ({
    name,
    sql,
    ids: rowsWith(values),
  })
  return [
    { name: 'is null', sql: `${v} is null`, ids: rowsWhere(pair, true) },
    { name: 'is not null', sql: `${v} is not null`, ids: rowsWhere(pair, false) },
    ...(pair.values.length > 0 ? compared(pair, v, dialect, of) : absent(pair, v, dialect, of)),
    ...(pair.also ?? []).map(([sql, values]) =>
      of(
        sql,
        sql.replace(/\bv\b/g, v).replace(/-?\d+\.\d+/g, number => dialect.literal(number, pair.table)),
        values,
      ),
    ),
  ]
}

type Of = (name: string, sql: string, values: readonly number[]) => Condition

function compared(pair: Pair, v: string, dialect: Dialect, of: Of): Condition[] {
  const literal = (text: string) => dialect.literal(text, comparedType(pair))
  if (pair.absent === undefined) return []
  const there = pair.values.flatMap((value, at) => (value === null ? [] : [at]))
  const last = there.at(-1)!
  const after = (from: number) => there.filter(at => at >= from)
  const [, second, third, fourth] = (pair.literals ?? pair.values.map(String)).map(literal)
  const highest = last === 3 ? fourth : third
  const missing = literal(pair.absent)
  return [
    of('=', `${v} = ${second}`, [1]),
    of('= what is not there', `${v} = ${missing}`, []),
    of('<>', `${v} <> ${second}`, [0, ...after(2)]),
    of('in', `${v} in (${missing}, ${second}, ${highest})`, [1, last]),
    of('not in', `${v} not in (${missing}, ${second})`, [0, ...after(2)]),
    of('<', `${v} < ${third}`, [0, 1]),
    of('<=', `${v} <= ${missing}`, [0, 1]),
    of('>', `${v} > ${second}`, after(2)),
    of('>=', `${v} >= ${highest}`, [last]),
    of('between', `${v} between ${second} and ${third}`, [1, 2]),
    ...(pair.above ? beyond(v, literal(pair.above), [missing, second!], of) : []),
    ...(pair.below ? [of('> below the file’s type', `${v} > ${literal(pair.below)}`, [0, 1, 2, 3])] : []),
  ]
}

const beyond = (
  v: string,
  above: string,
  [missing, second]: readonly [string, string],
  of: Of,
): Condition[] => [
  of('< above the file’s type', `${v} < ${above}`, [0, 1, 2, 3]),
  of('> above the file’s type', `${v} > ${above}`, []),
  of('= above the file’s type', `${v} = ${above}`, []),
  of('<> above the file’s type', `${v} <> ${above}`, [0, 1, 2, 3]),
  of('between, to one above the file’s type', `${v} between ${missing} and ${above}`, [2, 3]),
  of('in, with one above the file’s type', `${v} in (${second}, ${above})`, [1]),
]

/** Of a column that is only null. */
function absent(pair: Pair, v: string, dialect: Dialect, of: Of): Condition[] {
  if (pair.absent === undefined) return []
  const literal = dialect.literal(pair.absent, pair.table)
  return [
    of('=', `${v} = ${literal}`, []),
    of('<', `${v} < ${literal}`, []),
    of('in', `${v} in (${literal}, ${literal})`, []),
  ]
}

/** The type of what is compared. */
function comparedType({ table, path }: Pair): string {
  if (path === undefined) return table
  return /(\w+)>$/.exec(table)![1]!
}
