/** Some of what is recorded of Iceberg's readers, played again: they must answer as they did. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeEngines } from '../support/sql.ts'
import { describeStack } from '../support/stack.ts'
import { ICEBERG_CELLS } from './iceberg/cells.ts'
import { type Recording, readRecordings } from './iceberg/recordings.ts'
import { rehearse } from './iceberg/rehearse.ts'

const READERS = ['trino', 'pyiceberg'] as const

/** Every layout, and every sixth of what else there is. */
const replayed = Object.fromEntries(
  Object.entries(ICEBERG_CELLS).filter(([, { group }], at) => group === 'layouts' || at % 6 === 0),
)

afterAll(closeEngines)

describeStack(['hdfs', 'metastore', 'iceberg', 'trino', 'python', 'pyiceberg'], "Iceberg's readers", () => {
  let seen: ReadonlyMap<string, Recording>

  beforeAll(async () => {
    const name = `ice_matrix_${process.pid}`
    const recordings = await rehearse({ cells: replayed, name, readers: READERS })
    seen = new Map(recordings.map(recording => [recording.cell, recording]))
  }, 300_000)

  test.each(Object.entries(replayed).map(([cell, { change }]) => [change, cell]))(
    'answer as recorded: %s',
    (_, cell) => {
      const { answers, ...recorded } = readRecordings().find(recording => recording.cell === cell)!
      const asked = Object.fromEntries(
        READERS.flatMap(reader => (answers[reader] ? [[reader, answers[reader]]] : [])),
      )
      expect(seen.get(cell)).toEqual({ ...recorded, answers: asked })
    },
  )
})
