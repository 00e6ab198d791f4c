/** A third of the evolution matrix, played again: the engines must do what the recordings say. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeEngines } from '../support/sql.ts'
import { describeStack } from '../support/stack.ts'
import { CELLS } from './evolution/cells.ts'
import { type Recording, readRecordings } from './evolution/recordings.ts'
import { rehearse } from './evolution/rehearse.ts'

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
