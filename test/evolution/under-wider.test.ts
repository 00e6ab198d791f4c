/** What goldsync knows of a file's column under another type, against what the engines were seen to do (test/e2e/evolution/under). */
import { describe, expect, test } from 'vitest'
import {
  type StoredLeaf,
  storedAs,
  UNDER_FACTS,
  underFacts,
  underWider,
} from '../../shared/evolution/under-wider.ts'
import type { Engine } from '../../shared/schema/diagnostic.ts'
import { parseType } from '../../shared/schema/type.ts'
import { byDuckdb, PACKINGS, type Packing } from '../e2e/evolution/under/packings.ts'
import { PAIRS, type Pair } from '../e2e/evolution/under/pairs.ts'
import { readUnder, type UnderAnswer, type UnderJudge } from '../e2e/evolution/under/recordings.ts'

const ENGINES: Readonly<Record<UnderJudge, Engine>> = {
  hive: 'hive4',
  trino: 'trino',
  presto: 'presto',
  spark: 'spark',
}

/** By pyarrow's name. */
const STORED: Readonly<Record<string, StoredLeaf['physical']>> = {
  ...Object.fromEntries(
    ['int8', 'int16', 'int32', 'uint8', 'uint16', 'uint32', 'date32'].map(name => [name, 'INT32']),
  ),
  ...Object.fromEntries(['int64', 'uint64', 'time64[us]', 'time64[ns]'].map(name => [name, 'INT64'])),
  float: 'FLOAT',
  double: 'DOUBLE',
  bool: 'BOOLEAN',
}

function leafOf({ file, path }: Pair, packing: Packing): StoredLeaf {
  const [text] = /[\w()[\],]+(?=[^\w]*$)/.exec(typeof file === 'string' ? file : JSON.stringify(file)) ?? ['']
  const within = path === undefined ? {} : ({ within: path.startsWith('.') ? 'struct' : 'repeated' } as const)
  return {
    ...storedAs(parseType(text)),
    ...(STORED[text] ? { physical: STORED[text] } : {}),
    bloom: ['bloom filter', 'all', 'DuckDB'].includes(packing),
    dictionary: ['dictionary', 'all', 'DuckDB'].includes(packing),
    statistics: ['statistics', 'page index', 'all', 'DuckDB'].includes(packing),
    ...within,
  }
}

const factsOf = (pair: Pair, packing: Packing, engine: Engine) =>
  underFacts(leafOf(pair, packing), parseType(innermost(pair.table))).filter(fact => fact.engine === engine)

const innermost = (table: string): string => (table.includes('<') ? /(\w+)>+$/.exec(table)![1]! : table)

/** Whether rows are lost or values other ones; or the engine fails; or both, by the condition. */
function seenOf(answer: UnderAnswer, packing: Packing): ReadonlySet<string> {
  const faults = answer === 'right' ? [] : answer.filter(({ packings }) => packings.includes(packing))
  return new Set(faults.map(({ fault }) => (/^v |rows for/.test(fault) ? 'misreads' : 'refusesColumn')))
}

/** Faults that have nothing to do with another type: of values, or of a type as such (docs/evolution.md, docs/types.md). */
const OTHERS =
  /^(double_zero|string_varchar_cut|string_char|nanos_timestamp|fixed_binary|time_micros_bigint|group_of_nulls|nulls_)/

const recorded = new Map(readUnder().map(({ pair, answers }) => [pair, answers]))

test('every pair is recorded', () => {
  expect([...recorded.keys()]).toEqual(PAIRS.map(({ name }) => name))
})

describe('what is known of each pair is what was seen, in each packing', () => {
  test.each(PAIRS.filter(({ name }) => !OTHERS.test(name)).map(pair => [pair.name, pair] as const))(
    '%s',
    (name, pair) => {
      for (const [judge, answer] of Object.entries(recorded.get(name)!))
        for (const packing of PACKINGS.filter(packing => packing !== 'DuckDB' || byDuckdb(pair))) {
          const seen = seenOf(answer, packing)
          const known = factsOf(pair, packing, ENGINES[judge as UnderJudge])
          const sure = known.filter(({ only }) => only === undefined).map(({ effect }) => effect)
          // What an engine fails on it does not lose.
          const expected = sure.includes('refusesColumn') ? ['refusesColumn'] : [...new Set(sure)]
          expect([judge, packing, expected.filter(effect => !seen.has(effect))]).toEqual([judge, packing, []])
          expect([
            judge,
            packing,
            [...seen].filter(effect => !known.some(fact => fact.effect === effect)),
          ]).toEqual([judge, packing, []])
        }
    },
  )
})

test('each fact was seen of a pair, by conditions on values that the file’s type does not have where it is about those', () => {
  const seen = PAIRS.flatMap(pair =>
    Object.entries(recorded.get(pair.name)!).flatMap(([judge, answer]) =>
      PACKINGS.filter(packing => seenOf(answer, packing).size > 0).flatMap(packing =>
        factsOf(pair, packing, ENGINES[judge as UnderJudge]).filter(({ effect }) =>
          seenOf(answer, packing).has(effect),
        ),
      ),
    ),
  )
  expect(UNDER_FACTS.filter(fact => !seen.includes(fact))).toEqual([])
})

test('a bloom filter of INT32 under bigint loses rows in Trino, and in no other', () => {
  const leaf: StoredLeaf = { physical: 'INT32', bloom: true }
  expect(underWider(leaf, { kind: 'bigint' }).map(({ engine, effect }) => [engine, effect])).toEqual([
    ['trino', 'misreads'],
  ])
  expect(underWider({ ...leaf, bloom: false }, { kind: 'bigint' })).toEqual([])
  expect(underWider(leaf, { kind: 'int' })).toEqual([])
})
