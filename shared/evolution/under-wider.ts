/**
 * What engines make of a file's column under the type that a table gives it: the one place for that. Data: each line was seen
 * on the versions of engines.ts, by conditions too (test/e2e/evolution/under). docs/evolution.md is its prose.
 */
import type { Engine, EngineEffect } from '../schema/diagnostic.ts'
import type { Type } from '../schema/type.ts'

/** A leaf column as its file stores it. */
export interface StoredLeaf {
  /** parquet.thrift's name of it. */
  readonly physical: string
  readonly logical?: { readonly kind: string; readonly precision?: number } | undefined
  /** Whether a row group has a bloom filter of it. */
  readonly bloom: boolean
  /** Whether a row group has a dictionary, or bounds, of it; absent where that is not known, which counts as yes. */
  readonly dictionary?: boolean
  readonly statistics?: boolean
  /** Every value is null. */
  readonly empty?: boolean
  /** Within a struct, or within an array or map, where no engine compares a condition with what the footer says. */
  readonly within?: 'struct' | 'repeated'
}

/** The packing that a fact needs: without it the engine reads right. */
type Needs = 'bloom' | 'dictionary' | 'statistics'

/** The findings that tell of a type alone, whatever else is known of the file (narrower.ts). */
export type UnderCode = 'FLOAT_UNDER_DOUBLE' | 'DECIMAL_UNDER_WIDER' | 'INT_UNDER_BIGINT'

export interface UnderFact extends EngineEffect {
  readonly stored: StoredKind
  readonly table: TableKind
  readonly needs?: Needs
  readonly code?: UnderCode
  /** Only conditions with a value that the file's type does not have fail, or lose rows. */
  readonly only?: 'beyond'
  /** Where it does not hold: in fields of structs; elements and values of maps are never compared, so `needs` spares them. */
  readonly notWithin?: 'struct'
}

type DecimalKind = 'short decimal' | 'long decimal'
type StoredKind = 'INT32' | 'FLOAT' | DecimalKind
type TableKind = 'bigint' | 'double' | DecimalKind

/** Digits of a decimal that is a 64-bit integer in Trino and Presto. */
const SHORT_DECIMAL = 18

const LOSES =
  'finds no row by `=`, `in` or a narrow `between`: it looks a value of the table’s type up in the bloom filter of another'
// Hive's vectorized jobs are right: row by row it does (docs/evolution.md).
const WRAPS =
  'loses rows by conditions with a number beyond 32 bits (`< 5000000000`), of which it keeps the lower 32 bits'
const ROUNDS =
  'loses rows by conditions with a number that FLOAT does not have (`> 0.1`), of which it takes the nearest'
const STATISTICS = 'fails on conditions on the column: it compares the file’s bounds with the table’s type'
const DICTIONARY =
  'fails on conditions on the column: it compares the file’s dictionary with the table’s type'
const TOO_LONG =
  'fails on conditions with a number that the file’s decimals, stored as bytes, are too short for'
const TOO_LONG_LOST =
  'loses rows by conditions with a number that the file’s decimals, stored as integers, are too short for'
const DECIMAL = `does not read decimals of up to ${SHORT_DECIMAL} digits as longer ones`

const fact = (
  [stored, table]: readonly [StoredKind, TableKind],
  engine: Engine,
  effect: EngineEffect['effect'],
  what: string,
  rest: Pick<UnderFact, 'needs' | 'notWithin' | 'only' | 'code'> = {},
): UnderFact => ({ stored, table, engine, effect, what, ...rest })

const INT = ['INT32', 'bigint'] as const
const FLOAT = ['FLOAT', 'double'] as const
const BEYOND = { only: 'beyond', notWithin: 'struct' } as const
const code = 'FLOAT_UNDER_DOUBLE'

/** An engine that is not here reads the pair right, whatever the packing. */
export const UNDER_FACTS: readonly UnderFact[] = [
  fact(INT, 'hive4', 'misreads', WRAPS, { ...BEYOND, code: 'INT_UNDER_BIGINT' }),
  fact(INT, 'trino', 'misreads', LOSES, { needs: 'bloom' }),
  fact(FLOAT, 'hive4', 'misreads', ROUNDS, { ...BEYOND, code }),
  fact(FLOAT, 'trino', 'misreads', LOSES, { needs: 'bloom' }),
  fact(FLOAT, 'trino', 'refusesColumn', STATISTICS, { needs: 'statistics', code }),
  fact(FLOAT, 'trino', 'refusesColumn', DICTIONARY, { needs: 'dictionary', code }),
  fact(FLOAT, 'presto', 'refusesColumn', DICTIONARY, { needs: 'dictionary', notWithin: 'struct', code }),
  fact(['short decimal', 'short decimal'], 'spark', 'refusesColumn', TOO_LONG, { only: 'beyond' }),
  fact(['short decimal', 'short decimal'], 'spark', 'misreads', TOO_LONG_LOST, { only: 'beyond' }),
  fact(['short decimal', 'long decimal'], 'spark', 'refusesColumn', TOO_LONG, { only: 'beyond' }),
  fact(['long decimal', 'long decimal'], 'spark', 'refusesColumn', TOO_LONG, { only: 'beyond' }),
  fact(['short decimal', 'long decimal'], 'presto', 'refusesColumn', DECIMAL, {
    code: 'DECIMAL_UNDER_WIDER',
  }),
]

/**
 * What engines make of the leaf under a table's type: nothing where each of them reads it right, and finds the values that
 * the file can hold.
 */
export const underWider = (file: StoredLeaf, table: Type): readonly EngineEffect[] =>
  underFacts(file, table)
    .filter(({ only }) => only === undefined)
    .map(({ engine, effect, what }) => ({ engine, effect, what }))

/** All that is known of it. */
export function underFacts(file: StoredLeaf, table: Type): readonly UnderFact[] {
  const [stored, under] = [storedKind(file), tableKind(table)]
  // Only nulls: there is no value to lose, and there are no bounds.
  if (file.empty === true || isSameDecimal(file, table)) return []
  return UNDER_FACTS.filter(
    fact =>
      fact.stored === stored &&
      fact.table === under &&
      ((fact.needs ?? fact.only) === undefined || file.within !== 'repeated') &&
      (fact.needs === undefined || file[fact.needs] !== false) &&
      (fact.notWithin === undefined || fact.notWithin !== file.within),
  )
}

function storedKind({ physical, logical }: StoredLeaf): StoredKind | undefined {
  if (logical?.kind === 'decimal') return decimalKind(logical.precision ?? 0)
  if (physical === 'INT32') return (logical?.kind ?? 'integer') === 'integer' ? physical : undefined
  return physical === 'FLOAT' ? physical : undefined
}

function tableKind(type: Type): TableKind | undefined {
  if (type.kind === 'decimal') return decimalKind(type.precision)
  return type.kind === 'bigint' || type.kind === 'double' ? type.kind : undefined
}

const isSameDecimal = ({ logical }: StoredLeaf, table: Type): boolean =>
  table.kind === 'decimal' && logical?.precision === table.precision

const decimalKind = (precision: number): DecimalKind =>
  precision <= SHORT_DECIMAL ? 'short decimal' : 'long decimal'

/** A leaf of a type as writers store it, where no more of its file is known. */
export function storedAs(type: Type, within?: StoredLeaf['within']): StoredLeaf {
  const where = within === undefined ? {} : { within }
  if (type.kind === 'decimal')
    return {
      physical: 'BYTE_ARRAY',
      logical: { kind: 'decimal', precision: type.precision },
      bloom: false,
      ...where,
    }
  return { physical: PHYSICAL[type.kind] ?? 'BYTE_ARRAY', bloom: false, ...where }
}

const PHYSICAL: Readonly<Partial<Record<Type['kind'], string>>> = {
  boolean: 'BOOLEAN',
  tinyint: 'INT32',
  smallint: 'INT32',
  int: 'INT32',
  date: 'INT32',
  bigint: 'INT64',
  timestamp: 'INT64',
  float: 'FLOAT',
  double: 'DOUBLE',
}
