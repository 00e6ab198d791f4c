/**
 * Column statistics of several files: joined without order or grouping making a difference, and never more than is proven.
 * Rules and what catalogs make of them: docs/statistics.md.
 */

import { type Bound, type ColumnFacts, type Facts, isEmpty } from '../schema/facts.ts'
import type { DataFile } from '../schema/observed.ts'
import { alike, compareValues } from '../schema/value.ts'

/** Of no files at all. */
export const NO_FACTS: Facts = { rows: 0, columns: new Map() }

/** What is proven of all rows of both. */
export function joinFacts(a: Facts, b: Facts): Facts {
  const names = new Set([...a.columns.keys(), ...b.columns.keys()])
  const columns = [...names].map((name): readonly [string, ColumnFacts] => [
    name,
    joinColumns(columnOf(a, name), columnOf(b, name)),
  ])
  return { rows: a.rows + b.rows, columns: new Map(columns) }
}

/** What is proven of all these files, or undefined where one of them tells nothing. */
export function factsOf(files: readonly DataFile[]): Facts | undefined {
  const told = files.flatMap(({ facts }) => facts ?? [])
  return told.length === files.length ? told.reduce(joinFacts, NO_FACTS) : undefined
}

/** A column that a file lacks is null in each of its rows. */
const columnOf = ({ rows, columns }: Facts, name: string): ColumnFacts =>
  columns.get(name) ?? {
    rows,
    nulls: rows,
    nans: 0,
    min: undefined,
    max: undefined,
    distinct: undefined,
  }

function joinColumns(a: ColumnFacts, b: ColumnFacts): ColumnFacts {
  const counts = { rows: a.rows + b.rows, nulls: add(a.nulls, b.nulls), nans: add(a.nans, b.nans) }
  if (isEmpty(a)) return { ...b, ...counts }
  if (isEmpty(b)) return { ...a, ...counts }
  // How many values the two share is not known.
  return { ...counts, min: outer(a.min, b.min, 1), max: outer(a.max, b.max, -1), distinct: undefined }
}

const add = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b

/** The lesser bound, or the greater where `sign` is -1; unknown where one is, or where the two cannot be compared. */
function outer(a: Bound | undefined, b: Bound | undefined, sign: 1 | -1): Bound | undefined {
  if (a === undefined || b === undefined) return undefined
  const pair = alike(a.value, b.value)
  if (pair === undefined) return undefined
  const difference = compareValues(...pair) * sign
  if (difference === 0) return { value: pair[0], exact: a.exact || b.exact }
  return difference < 0 ? { value: pair[0], exact: a.exact } : { value: pair[1], exact: b.exact }
}
