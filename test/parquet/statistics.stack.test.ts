import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { joinFacts, NO_FACTS } from '../../shared/evolution/column-statistics.ts'
import {
  checkColumn,
  factsOf,
  noTally,
  type RandomTable,
  readTables,
  type Told,
} from '../support/random-tables.ts'
import { describeStack, stack } from '../support/stack.ts'

const GENERATOR = fileURLToPath(new URL('../fixtures/random_tables.py', import.meta.url))
const TABLES = 1200

// GOLDSYNC_SEED repeats a run; without it every run has other tables.
const seed = process.env.GOLDSYNC_SEED ?? String(Date.now() % 1_000_000)

describeStack(['python'], `${TABLES} random tables by pyarrow and DuckDB, seed ${seed}`, () => {
  const path = mkdtempSync(join(tmpdir(), 'goldsync-tables-'))
  const folder = pathToFileURL(`${path}/`)
  let tables: readonly RandomTable[] = []

  beforeAll(() => {
    execFileSync(stack.python, ['-B', GENERATOR, seed, String(TABLES), path])
    tables = readTables(folder)
  })
  afterAll(() => rmSync(path, { recursive: true }))

  it('have the nulls, bounds and distinct values that their footers are said to prove', async () => {
    const tallies = { pyarrow: noTally(), duckdb: noTally() }
    for (const table of tables) {
      const { columns } = await factsOf(folder, table)
      for (const [name, told] of Object.entries(table.columns))
        checkColumn(`${table.file} ${name}`, columns.get(name)!, told, tallies[table.writer])
    }
    // Not by silence: most of it is proven.
    for (const { columns, ...proven } of Object.values(tallies)) {
      expect(proven.nulls / columns).toBeGreaterThan(0.9)
      expect(proven.bounds / columns).toBeGreaterThan(0.55)
      expect(proven.exact / columns).toBeGreaterThan(0.4)
      expect(proven.distinct / columns).toBeGreaterThan(0.2)
    }
  })

  it('prove no more together than their rows hold', async () => {
    const tally = noTally()
    for (let at = 0; at < tables.length; at += 4) {
      const some = tables.slice(at, at + 4)
      const facts = await Promise.all(some.map(table => factsOf(folder, table)))
      const { columns } = facts.reduce(joinFacts, NO_FACTS)
      for (const [name, column] of columns)
        checkColumn(`${some[0]?.file} and after, ${name}`, column, together(some, name), tally)
    }
    expect(tally.bounds / tally.columns).toBeGreaterThan(0.3)
  })
})

/** All rows of a column; where a table lacks it they are null. */
function together(tables: readonly RandomTable[], name: string): Told {
  const given = tables.map(({ columns }) => columns[name])
  const known = given.find(told => told !== undefined)!
  if (known.kind === 'nested') return known
  const values = tables.flatMap(({ rows }, i) => given[i]?.values ?? Array<null>(rows).fill(null))
  return { ...known, values }
}
