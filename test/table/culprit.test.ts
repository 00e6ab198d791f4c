import { describe, expect, test } from 'vitest'
import type { Condition, Probe, Proof } from '../../shared/engines/engine.ts'
import type { Column } from '../../shared/schema/table.ts'
import { culpritOf } from '../../shared/table/culprit.ts'

const column = (name: string): Column => ({ name, type: { kind: 'int' } })
const COLUMNS = Array.from({ length: 1000 }, (_, at) => column(`c${at}`))
const condition = (name: string): Condition => ({ column: column(name), value: '1' })
const probe: Probe = {
  table: { database: 'golden', name: 'orders' },
  keys: [],
  partition: [],
  file: 'a.parquet',
  columns: COLUMNS,
  conditions: [condition('c7'), condition('c8'), condition('c9')],
}

/** Asks about the probe, and counts. */
async function search(fails: (probe: Probe) => boolean) {
  let questions = 0
  const ask = async (part: Probe): Promise<Proof> => {
    questions += 1
    expect(part.columns.length).toBeGreaterThan(0)
    return fails(part) ? { outcome: 'cannot', message: 'alone' } : { outcome: 'read', lost: [] }
  }
  return { found: await culpritOf(probe, 'whole', ask), questions: questions }
}

describe('the column that an engine fails on', () => {
  test.each(['c0', 'c613', 'c999'])('is found among a thousand: %s', async name => {
    const { found, questions } = await search(({ columns }) => columns.some(one => one.name === name))
    expect(found).toEqual({ column: name, message: 'alone' })
    expect(questions).toBeLessThanOrEqual(14)
  })

  test('may be one that it only fails to compare', async () => {
    const { found } = await search(({ conditions }) => conditions.some(one => one.column.name === 'c8'))
    expect(found).toEqual({ column: 'c8', message: 'alone' })
  })

  test('is none where only all together fail', async () => {
    const { found, questions } = await search(({ columns }) => columns.length === 1000)
    expect(found).toEqual({ column: undefined, message: 'whole' })
    expect(questions).toBeLessThanOrEqual(15)
  })

  test('is none where the engine reads the file after all', async () => {
    expect((await search(() => false)).found).toBeUndefined()
  })
})
