/** The benches in small: they fail where what they measure is broken, never for being slow. */
import { afterAll, expect, test } from 'vitest'
import { closeEngines } from '../support/sql.ts'
import { describeStack } from '../support/stack.ts'
import { firstSync } from './first-sync.ts'
import { footers } from './footers.ts'
import { freshness } from './freshness.ts'
import { growth } from './growth.ts'
import { manyTables } from './many-tables.ts'
import { barPlot, benchPage } from './page.ts'
import { removeZones } from './zone.ts'

describeStack(['hdfs', 'metastore', 'hiveserver2', 'trino', 'python', 'glue'], 'the benches in small', () => {
  afterAll(async () => {
    await removeZones()
    await closeEngines()
  })

  test('recent scans make the same calls on a table of 30 partitions and of 300', async () => {
    const { calls, rows } = await growth(1, [30, 300])
    expect(new Set(calls).size).toBe(1)
    expect(rows.length).toBe(12)
  })

  test('first syncs and footers run against their peers, and the page shows them', async () => {
    const results = [await firstSync(1, 30), await footers(1, 40), await manyTables(1, 3)]
    const machine = { cpu: 'a processor', cores: 2, memory: '1 GiB', node: 'v20', date: '2026-11-21' }
    const page = benchPage(machine, results)
    for (const result of results) {
      expect(page).toContain(`## ${result.title}`)
      for (const { name } of result.rows) expect(barPlot(result)).toContain(name)
    }
  })

  test('a file that opens a partition costs three calls to the metastore, and all files of a stream of events are visible', async () => {
    const { callsOfOne, callsOfNewKind, visible, written } = await freshness(2, 2)
    expect(callsOfOne).toEqual({
      'metastore get_table_req': 1,
      'metastore get_partitions_by_names': 1,
      'metastore add_partitions_req': 1,
      'webhdfs LISTSTATUS_BATCH': 2,
      'webhdfs OPEN': 1,
      'trino statement': 1,
    })
    // What it sees, one statement that reads the file, and one for views, since the file adds a column.
    expect(callsOfNewKind['trino statement']).toBe(3)
    expect(visible).toBe(written)
  })
})
