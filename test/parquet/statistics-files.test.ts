import { expect, it } from 'vitest'
import { checkColumn, factsOf, noTally, readTables } from '../support/random-tables.ts'

// Written by pyarrow and DuckDB: test/fixtures/random_tables.py 7 45.
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
