/** The same files in a DuckDB catalog: views show what pyarrow reads, and find it by conditions, or it is told that they do not. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDuckdb } from '../../../shared/catalogs/duckdb/duckdb.ts'
import type { TableReport } from '../../../shared/run/report.ts'
import { readingDuckdb } from '../../support/duckdb.ts'
import { duckdbJudge } from '../../support/duckdb-values.ts'
import { runScanOf } from '../../support/golden-zone.ts'
import type { Value } from '../../support/kinds.ts'
import { describeStack, stack } from '../../support/stack.ts'
import { hiveLiteral } from '../packing/ask.ts'
import { faultsOf } from './ask.ts'
import { ROWS } from './rows.ts'
import { heldAndTold } from './told.ts'

const DATABASE = 'field'
const NAMES = Object.keys(ROWS)

interface Told {
  readonly held?: readonly number[]
  readonly told: readonly string[]
  readonly faults?: Readonly<Record<string, string>>
}

/** Values of names that are left out in one of the hours are NULL there, and that is told. */
const NULLS = { u: 'differs' }

/** Rows of which something is told, or that are not right; of all others views are right. */
const TOLD: Readonly<Record<string, Told>> = {
  split_int64: { held: [0], told: ['RARE_ENCODING u'] },
  case_declared: { told: ['DUPLICATE_COLUMN V', 'DUPLICATE_COLUMN v'], faults: { v: 'differs' } },
  case_fields: { told: ['DUPLICATE_COLUMN u.A', 'DUPLICATE_COLUMN u.a'] },
  case_values: { told: ['DUPLICATE_COLUMN u.value.A', 'DUPLICATE_COLUMN u.value.a'] },
  case_unlike: { told: ['DUPLICATE_COLUMN V', 'DUPLICATE_COLUMN v'] },
  case_structs: { told: ['DUPLICATE_COLUMN V', 'DUPLICATE_COLUMN v'] },
  two_names_first: { told: ['DUPLICATE_COLUMN u', 'DUPLICATE_COLUMN U'], faults: NULLS },
  two_names_last: { told: ['DUPLICATE_COLUMN u', 'DUPLICATE_COLUMN U'], faults: NULLS },
  // The client's year for `infinity`; by SQL it is that.
  infinite_day: { told: [], faults: { u: 'differs' } },
  members: { told: ['UNUSABLE_NAME u.'] },
  members_in_list: { told: ['UNUSABLE_NAME u.element.'] },
  wide_decimal_first: { told: ['DECIMAL_TOO_WIDE u'], faults: NULLS },
  wide_decimal_last: { told: ['DECIMAL_TOO_WIDE u'], faults: NULLS },
  time_field_first: { told: ['TIME_MILLIS_UNREADABLE u.t'], faults: NULLS },
  time_field_last: { told: ['TIME_MILLIS_UNREADABLE u.t'], faults: NULLS },
  variant: { told: ['VARIANT_SHREDDED u'] },
  temporary_file: { told: ['TEMPORARY_FILE'] },
  spark_sink: { told: ['TABLE_FORMAT'] },
}

type Hours = readonly Readonly<Record<string, readonly Value[]>>[]

describeStack(['python'], 'files of the field in a DuckDB catalog', () => {
  let folder: string
  let hours: Readonly<Record<string, Hours>>
  const reports = new Map<string, TableReport[]>()

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'goldsync-field-'))
    const files = fileURLToPath(new URL('files.py', import.meta.url))
    const { stdout } = await promisify(execFile)(stack.python, [files, join(folder, 'made')])
    hours = JSON.parse(stdout) as Record<string, Hours>
    for (const hour of [0, 1]) {
      const tables = NAMES.filter(name => (hours[name]?.length ?? 0) > hour)
      for (const name of tables) await lay(name, hour)
      const config = {
        lakes: [{ location: join(folder, 'lake'), database: DATABASE, createDatabase: true }],
        catalogs: { local: { kind: 'duckdb', file: join(folder, 'catalog.duckdb') } },
      }
      for (const report of await runScanOf(config, { mode: 'full', tables }))
        reports.set(report.topic, [...(reports.get(report.topic) ?? []), report])
    }
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  async function lay(name: string, hour: number): Promise<void> {
    const topic = join(folder, 'lake', name)
    const file = join(topic, `2019/09/01/0${hour}/a.parquet`)
    const made = join(folder, 'made', name, `${hour}.parquet`)
    await mkdir(dirname(file), { recursive: true })
    await cp(made, file)
    for (const [beside, what] of Object.entries(hour === 0 ? (ROWS[name]?.beside ?? {}) : {})) {
      await mkdir(dirname(join(topic, beside)), { recursive: true })
      await (what === 'empty' ? writeFile(join(topic, beside), '') : cp(made, join(topic, beside)))
    }
  }

  test('views are right, and what they lack is told', async () => {
    const catalog = openDuckdb('local', { kind: 'duckdb', file: join(folder, 'catalog.duckdb'), wait: 0 })
    const tables = await Promise.all(NAMES.map(name => catalog.inspect({ database: DATABASE, name })))
    await catalog.close()
    const { rows, close } = readingDuckdb(join(folder, 'catalog.duckdb'))
    const engine = {
      judge: duckdbJudge(rows),
      rows: async (sql: string) =>
        (await rows(sql)).map(row =>
          Object.values(row).map(value => (value === null ? null : String(value))),
        ),
      literal: hiveLiteral,
      quote: (name: string) => `"${name}"`,
    }
    const found: Record<string, Told> = {}
    for (const [at, name] of NAMES.entries()) {
      const { held, told } = heldAndTold(reports.get(name) ?? [])
      const columns = tables[at]?.columns
      const taken = (hours[name] ?? []).filter((_, hour) => !held.includes(hour))
      const values = new Map(
        columns?.map(column => [
          column.name,
          taken.flatMap(hour => hour[column.name] ?? (hour.id ?? []).map(() => null)),
        ]),
      )
      const faults = columns ? await faultsOf(engine, `${DATABASE}.${name}`, columns, values) : {}
      const all = columns ? (await rows(`select * from ${DATABASE}.${name}`)).length : undefined
      if (columns) expect([name, all]).toEqual([name, taken.flatMap(hour => hour.id ?? []).length])
      const isOdd = Object.keys(faults).length > 0
      if (held.length > 0 || told.length > 0 || isOdd)
        found[name] = { told, ...(held.length > 0 ? { held } : {}), ...(isOdd ? { faults } : {}) }
      else expect([name, columns !== undefined]).toEqual([name, true])
    }
    await close()
    expect(found).toEqual(TOLD)
  })
})
