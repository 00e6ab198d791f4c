/** A third of the evolution matrix, and some of what is asked by conditions, played again: engines must do what the recordings say. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeEngines } from '../support/sql.ts'
import { describeStack } from '../support/stack.ts'
import { CELLS } from './evolution/cells.ts'
import { type Recording, readRecordings } from './evolution/recordings.ts'
import { rehearse } from './evolution/rehearse.ts'
import { askUnder, enginesOf } from './evolution/under/ask.ts'
import { type Laid, lay } from './evolution/under/lay.ts'
import { PAIRS } from './evolution/under/pairs.ts'
import { readUnder } from './evolution/under/recordings.ts'

const NEEDED = ['hdfs', 'metastore', 'metastore3', 'hiveserver2', 'trino', 'presto', 'python'] as const

/** Every third cell: each group is in it. */
const replayed = Object.fromEntries(Object.entries(CELLS).filter((_, at) => at % 3 === 0))
const recorded = new Map(readRecordings().map(recording => [recording.cell, recording]))

afterAll(closeEngines)

describeStack(NEEDED, 'a lake whose files change', () => {
  let seen: ReadonlyMap<string, Recording>

  beforeAll(async () => {
    const recordings = await rehearse({ cells: replayed, name: `evolution_${process.pid}`, forced: false })
    seen = new Map(recordings.map(recording => [recording.cell, recording]))
  }, 300_000)

  describe('engines answer as recorded', () => {
    test.each(Object.entries(replayed).map(([cell, { change }]) => [change, cell]))('%s', (_, cell) => {
      const { forced: _reasons, ...expected } = recorded.get(cell)!
      expect(seen.get(cell)).toEqual(expected)
    })
  })
})

/** Pairs of which an answer takes few statements: none fails. */
const ASKED = ['int32_bigint', 'element_int_bigint', 'string_varchar_cut']

describeStack(
  ['hdfs', 'metastore3', 'trino', 'presto', 'python'],
  'conditions on columns that are stored as another type',
  () => {
    const database = `evolution_under_${process.pid}`
    const pairs = PAIRS.filter(({ name }) => ASKED.includes(name))
    const recordedUnder = new Map(readUnder().map(({ pair, answers }) => [pair, answers]))
    let laid: Laid

    beforeAll(async () => {
      laid = await lay(database, pairs, ['metastore3'])
    }, 120_000)
    afterAll(() => laid.close())

    test.concurrent.each(['trino', 'presto'] as const)(
      '%s finds and loses what was recorded',
      async judge => {
        const engine = enginesOf(database)[judge]
        for (const pair of pairs)
          expect([pair.name, await askUnder(engine, laid.tableOf(pair), pair)]).toEqual([
            pair.name,
            recordedUnder.get(pair.name)![judge],
          ])
      },
    )
  },
)
