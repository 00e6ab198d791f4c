/** Files with a narrower type than their table's, which some engines read right and others not (under-wider.ts, docs/evolution.md). */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Column } from '../schema/table.ts'
import { printType, type StructField, type Type } from '../schema/type.ts'
import { printEffects } from './engines.ts'
import { type StoredLeaf, storedAs, type UnderCode, type UnderFact, underFacts } from './under-wider.ts'

/** A warning for each column of the files that some engine fails on. @param narrow what files have @param wide the table's */
export function narrowerNotes(narrow: readonly Column[], wide: readonly Column[]): Diagnostic[] {
  return pairs(narrow, wide).flatMap(({ name, from, to }) => {
    const facts = factsOf(from, to)
    return facts.length === 0 ? [] : [note(name, from, to, facts)]
  })
}

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
