/** Conditions at the bounds of a column, and just outside of them: readers that skip files by metrics must find what is there. Pure. */
import type { Version } from '../evolution/cells.ts'

/** How a column's values are written and compared. */
export interface Bounded {
  readonly as: 'number' | 'text' | 'date' | 'timestamp'
  /** Values that no row has, below all and above all; undefined where the type has none. */
  readonly below?: string
  readonly above?: string
}

export interface Condition {
  /** On `v`, in the words that Trino, Spark and DuckDB have in common. */
  readonly sql: string
  holds(value: string | null): boolean
}

/** Those on the column `v` of files of this version. */
export function conditionsAt({ as, below, above }: Bounded, version: Version): readonly Condition[] {
  const values = valuesOf(version).filter(value => value !== null)
  const sorted = values.toSorted((a, b) => compare(as, a, b))
  const [min, max] = [sorted[0] as string, sorted.at(-1) as string]
  const all = [min, max, ...(below === undefined ? [] : [below]), ...(above === undefined ? [] : [above])]
  const write = (value: string) =>
    as === 'number' ? value : as === 'text' ? `'${value}'` : `${as} '${value}'`
  const one = (operator: string, value: string, holds: (order: number) => boolean): Condition => ({
    sql: `v ${operator} ${write(value)}`,
    holds: other => other !== null && holds(compare(as, other, value)),
  })
  const among = (some: readonly string[]): Condition => ({
    sql: `v in (${some.map(write).join(', ')})`,
    holds: other => other !== null && some.some(value => compare(as, other, value) === 0),
  })
  return [
    { sql: 'v is null', holds: value => value === null },
    { sql: 'v is not null', holds: value => value !== null },
    ...all.flatMap(value => [
      one('=', value, order => order === 0),
      one('<>', value, order => order !== 0),
      one('<', value, order => order < 0),
      one('<=', value, order => order <= 0),
      one('>', value, order => order > 0),
      one('>=', value, order => order >= 0),
    ]),
    among([min, max]),
    ...(below === undefined || above === undefined ? [] : [among([below, above])]),
  ]
}

/** Ids of the rows for which each condition holds, of files of these versions. */
export const idsAt = (conditions: readonly Condition[], versions: readonly Version[]): readonly string[] =>
  conditions.map(({ holds }) =>
    versions
      .flatMap(version => valuesOf(version).flatMap((value, at) => (holds(value) ? [idOf(version, at)] : [])))
      .sort()
      .join(),
  )

const columnOf = ({ columns }: Version, name: string): readonly unknown[] =>
  columns.find(column => column[0] === name)?.[2] ?? []

const valuesOf = (version: Version): readonly (string | null)[] =>
  columnOf(version, 'v').map(value => (value === null ? null : String(value)))

const idOf = (version: Version, at: number): string => String(columnOf(version, 'id')[at])

function compare(as: Bounded['as'], a: string, b: string): number {
  if (as !== 'number') return a < b ? -1 : a > b ? 1 : 0
  const [one, other] = /e/i.test(a + b) ? [Number(a), Number(b)] : [scaled(a), scaled(b)]
  return one < other ? -1 : one > other ? 1 : 0
}

/** Exactly, in ten-thousandths. */
function scaled(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(`${whole}${fraction.padEnd(4, '0')}`)
}
