/** Files with a narrower type than their table's, which some engines read right and others not (under-wider.ts, docs/evolution.md). */
import type { Diagnostic, EngineEffect } from '../schema/diagnostic.ts'
import type { Reader } from '../schema/reader.ts'
import type { Column } from '../schema/table.ts'
import { printType, type StructField, type Type } from '../schema/type.ts'
import { printEffects } from './engines.ts'
import { troublesFor } from './readers.ts'
import {
  type StoredLeaf,
  storedAs,
  type UnderCode,
  type UnderFact,
  underFacts,
  underWider,
} from './under-wider.ts'

/**
 * A warning for each column of the files that one of the readers fails on.
 * @param narrow what files have @param wide the table's @param readers undefined where any engine may read
 */
export function narrowerNotes(
  narrow: readonly Column[],
  wide: readonly Column[],
  readers?: readonly Reader[],
): Diagnostic[] {
  return pairs(narrow, wide).flatMap(({ name, from, to }) => {
    const told = factsOf(from, to)
    const facts = readers
      ? (troublesFor(told, readers) as readonly Told[])
      : told.filter(({ only }) => only === undefined)
    return facts.length === 0 ? [] : [note(name, from, to, facts)]
  })
}

/** What readers make of a leaf under another type of the table, for which it does not get that type. */
export const narrowerTroubles = (
  stored: Type,
  table: Type,
  readers: readonly Reader[],
  within?: StoredLeaf['within'],
): readonly EngineEffect[] => troublesFor(underWider(storedAs(stored, within), table), readers)

interface Pair {
  readonly name: string
  readonly from: Type
  readonly to: Type
}

function pairs(narrow: readonly StructField[], wide: readonly StructField[]): Pair[] {
  const types = new Map(wide.map(({ name, type }) => [name.toLowerCase(), type]))
  return narrow.flatMap(({ name, type }) => {
    const to = types.get(name.toLowerCase())
    return to ? [{ name, from: type, to }] : []
  })
}

type Told = UnderFact & { readonly code: UnderCode }

/** Of the column, or of the first leaf in it that has any. */
function factsOf(from: Type, to: Type, within?: StoredLeaf['within']): readonly Told[] {
  if (from.kind === 'array' && to.kind === 'array') return factsOf(from.element, to.element, 'repeated')
  if (from.kind === 'map' && to.kind === 'map') return factsOf(from.value, to.value, 'repeated')
  if (from.kind === 'struct' && to.kind === 'struct')
    return (
      pairs(from.fields, to.fields)
        .map(field => factsOf(field.from, field.to, within ?? 'struct'))
        .find(facts => facts.length > 0) ?? []
    )
  return underFacts(storedAs(from, within), to).filter(fact => fact.code !== undefined) as Told[]
}

const FIXES: Readonly<Record<UnderCode, string>> = {
  FLOAT_UNDER_DOUBLE:
    'set parquet.ignore-statistics=true in Trino, or write the column as DOUBLE; Hive and Spark read it right',
  INT_UNDER_BIGINT:
    'set hive.optimize.index.filter=false in Hive, or write the column as INT64; Trino, Presto and Spark read it right',
  DECIMAL_UNDER_WIDER: 'write the column with the precision of the table; Hive and Trino read it right',
}

function note(column: string, from: Type, to: Type, facts: readonly Told[]): Diagnostic {
  const { code } = facts[0] as Told
  const told = [...new Map(facts.map(fact => [fact.engine, fact])).values()]
  const engines = told.map(({ engine, effect, what }) => ({ engine, effect, what }))
  return {
    code,
    severity: 'warning',
    column,
    message: `column ${column} is ${printType(from)} in files and ${printType(to)} in the table: ${printEffects(engines)}`,
    fix: FIXES[code],
    engines,
  }
}
