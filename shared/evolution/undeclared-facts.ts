/**
 * What engines make of what a file holds under a name that its schema, as goldsync reads it, does not declare, once a table
 * declares that name. Data: seen on the versions of Trino and Presto that engines.ts names, in projections and in conditions
 * (`=`, `<`, IN, IS NULL), for columns, elements, fields and values of maps (test/e2e/evolution/undeclared). Hive 4.0.1 was asked
 * about nulls without a type under all types, and about other nulls, unsigned values, TIME(MILLIS) and groups under some; of the
 * rest it is taken to fail. Hive 3 is taken to be like Hive 4. Spark was asked about names that differ in
 * case.
 */
import type { Engine } from '../schema/diagnostic.ts'
import type { Type } from '../schema/type.ts'

/** A type as the facts tell types apart. Decimals of 19 digits and more are no 64-bit integers. */
export type TypeKey = Exclude<Type['kind'], 'opaque'> | 'long decimal'

interface ShapeFact {
  readonly engine: Engine
  /** Under all types but those that it reads right: `fails`, or returns other values. */
  readonly effect: 'refusesColumn' | 'misreads'
  /** Goes on after the engine's name. */
  readonly what: string
  /** Types under which it is read right: as NULL, where there is nothing else. */
  readonly right?: readonly TypeKey[]
  /** The same inside arrays, maps and structs, where that differs. */
  readonly rightWithin?: readonly TypeKey[]
}

export interface Shape {
  /** Of the finding that tells of it. */
  readonly code: string
  /** Goes on after `column 'v'`. */
  readonly what: string
  /** Whether nothing is lost where it reads as NULL. */
  readonly onlyNull?: true
  /** The name is declared, and what troubles is how the file is packed: remembered for those alone whom it troubles. */
  readonly packing?: true
  readonly facts: readonly ShapeFact[]
}

const INTEGERS = ['tinyint', 'smallint', 'int', 'bigint'] as const
const TEXTS = ['string', 'varchar', 'char'] as const
const NUMBERS = [...INTEGERS, 'float', 'double'] as const
const DECIMALS = ['decimal', 'long decimal'] as const
const ALL_BUT_STRUCTS = [
  ...NUMBERS,
  ...TEXTS,
  ...DECIMALS,
  'boolean',
  'binary',
  'date',
  'timestamp',
  'array',
  'map',
] as const

const fact = (
  engine: Engine,
  effect: ShapeFact['effect'],
  what: string,
  right: readonly TypeKey[] = [],
  rightWithin: readonly TypeKey[] = right,
): ShapeFact => ({ engine, effect, what, right, rightWithin })

const inHive = (
  effect: ShapeFact['effect'],
  what: string,
  right?: readonly TypeKey[],
  rightWithin?: readonly TypeKey[],
): readonly ShapeFact[] =>
  (['hive3', 'hive4'] as const).map(engine => fact(engine, effect, what, right, rightWithin))

const FAILS = 'fails on it'
const CONDITIONS = 'fails on it, or on conditions on it'

const HIVE_NULLS = inHive('refusesColumn', FAILS, ALL_BUT_STRUCTS)

/** pyarrow writes an INT32 that is annotated as nothing; without the annotation engines do the same. */
const NULL_INT32 = [
  ...HIVE_NULLS,
  fact(
    'trino',
    'refusesColumn',
    FAILS,
    [...NUMBERS, 'string', 'varchar', 'date', 'decimal'],
    [...INTEGERS, 'float', 'date', 'decimal'],
  ),
  fact('presto', 'refusesColumn', CONDITIONS, DECIMALS, [...NUMBERS, 'date', ...DECIMALS]),
]

const NULL_BYTES = [
  ...HIVE_NULLS,
  fact('trino', 'refusesColumn', FAILS, [...TEXTS, 'binary']),
  fact(
    'presto',
    'refusesColumn',
    CONDITIONS,
    ['char', 'binary', ...DECIMALS],
    [...TEXTS, 'binary', ...DECIMALS],
  ),
]

const HIVE_FAILS = inHive('misreads', 'reads NULL, or fails')
const TRINO_FAILS = fact('trino', 'refusesColumn', FAILS)
const PRESTO_FAILS = fact('presto', 'refusesColumn', FAILS)
const FAILING = [...HIVE_FAILS, TRINO_FAILS, PRESTO_FAILS]

const ONE_OF_TWO = 'reads one of the two, or fails'

const SIGNED = 'reads the values above the limit as negative numbers, or fails'
const overflow = (bits: number, limit: string): Shape => ({
  code: 'UNSIGNED_OVERFLOW',
  what: `is UINT_${bits} and holds values above ${limit}`,
  facts: [
    ...inHive('misreads', 'reads the values above the limit as NULL, or fails'),
    fact('trino', 'misreads', SIGNED),
    fact('presto', 'misreads', SIGNED),
  ],
})

/** trinodb/trino#30544: under-wider.ts tells of it too. */
const bloom = (physical: string, wider: TypeKey): Shape => ({
  code: 'BLOOM_UNDER_WIDER',
  what: `has a bloom filter of ${physical} values`,
  packing: true,
  facts: [
    fact(
      'trino',
      'misreads',
      'finds no row by `=`, `in` or a narrow `between`: it looks wider values up in the bloom filter',
      ([...ALL_BUT_STRUCTS, 'struct'] as const).filter(type => type !== wider),
    ),
  ],
})

/** By `Undeclared.shape`. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  null: {
    code: 'NULL_COLUMN',
    what: 'holds only nulls and has no type',
    onlyNull: true,
    facts: NULL_INT32,
  },
  'null-int32': {
    code: 'NULL_COLUMN',
    what: 'holds only nulls, written as INT32 for want of a type',
    onlyNull: true,
    facts: NULL_INT32,
  },
  'null-bytes': {
    code: 'NULL_COLUMN',
    what: 'holds only nulls, written as bytes for want of a type',
    onlyNull: true,
    facts: NULL_BYTES,
  },
  'uint32-overflow': overflow(32, '2147483647'),
  'uint64-overflow': overflow(64, '9223372036854775807'),
  'time-millis': {
    code: 'TIME_MILLIS_UNREADABLE',
    what: 'is TIME(MILLIS)',
    facts: [
      ...inHive('refusesColumn', FAILS, ['int', 'bigint', 'string']),
      TRINO_FAILS,
      fact('presto', 'misreads', 'reads the bare count of milliseconds, or fails', ['int', 'bigint']),
    ],
  },
  'decimal-too-wide': {
    code: 'DECIMAL_TOO_WIDE',
    what: 'is a decimal of more than 38 digits',
    facts: FAILING,
  },
  'decimal-invalid': {
    code: 'DECIMAL_INVALID',
    what: 'is a decimal that no engine has',
    facts: FAILING,
  },
  duplicate: {
    code: 'DUPLICATE_COLUMN',
    what: 'is there twice, in names that differ in case',
    facts: [
      ...inHive('misreads', ONE_OF_TWO),
      fact('trino', 'misreads', ONE_OF_TWO),
      fact('presto', 'misreads', ONE_OF_TWO),
      fact('spark', 'refusesColumn', FAILS),
    ],
  },
  'empty-struct': {
    code: 'EMPTY_STRUCT',
    what: 'is a group without a field that a table can hold',
    facts: [
      ...inHive('refusesColumn', FAILS, ['struct'], []),
      fact('trino', 'refusesColumn', FAILS, ['struct'], []),
      fact('presto', 'refusesColumn', FAILS, ['struct'], []),
    ],
  },
  'unusable-name': { code: 'UNUSABLE_NAME', what: 'has a name that is not usable', facts: FAILING },
  'variant-shredded': { code: 'VARIANT_SHREDDED', what: 'is a shredded VARIANT', facts: FAILING },
  'glue-limit': { code: 'GLUE_LIMIT', what: 'is longer than Glue takes', facts: FAILING },
  'bloom-int32': bloom('INT32', 'bigint'),
  'bloom-float': bloom('FLOAT', 'double'),
  malformed: { code: 'MALFORMED_LIST', what: 'is a list or map of another form', facts: FAILING },
}
