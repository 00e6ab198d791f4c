import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { fileFacts } from '../../shared/parquet/facts.ts'
import { parseFooter } from '../../shared/parquet/footer.ts'
import { describeFacts } from '../../shared/schema/column-statistics.ts'
import { footerBytes, readFixture } from '../support/fixtures.ts'
import { checkColumn, factsOf, noTally, readTables } from '../support/random-tables.ts'

// Written by pyarrow and DuckDB: test/fixtures/random_tables.py 7 45; one of them was dropped.
const FOLDER = new URL('../fixtures/statistics/', import.meta.url)

const tally = noTally()

it.each(readTables(FOLDER))('$file by $writer holds what its footer proves', async table => {
  const { columns, rows } = await factsOf(FOLDER, table)
  expect(rows).toBe(table.rows)
  for (const [name, told] of Object.entries(table.columns)) checkColumn(name, columns.get(name)!, told, tally)
})

it('proves most of what these writers know', () => {
  expect(tally.columns).toBeGreaterThan(200)
  expect(tally.nulls / tally.columns).toBeGreaterThan(0.9)
  expect(tally.bounds / tally.columns).toBeGreaterThan(0.5)
  expect(tally.distinct).toBeGreaterThan(50)
})

it('is shown in docs/statistics.md as it is', () => {
  const page = readFileSync(new URL('../../docs/statistics.md', import.meta.url), 'utf8')
  const [, shown = ''] = /```json\n([^`]*)```/.exec(page) ?? []
  const names = new Set(['d18', 'd38', 'day', 'ts_us', 'kind', 'u8'])
  const proven = ['decimals', 'temporal', 'duckdb-scalars']
    .flatMap(name => describeFacts(fileFacts(parseFooter(footerBytes(readFixture(name))))!))
    .filter(({ column }, at, all) => names.has(column) && all.findIndex(c => c.column === column) === at)
  expect(shown.trim().split('\n')).toEqual(proven.map(column => JSON.stringify(column)))
})
