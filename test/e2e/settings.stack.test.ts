/** Settings that are others than when tables were filled, with a catalog in a file and files on a disk. */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scan } from '../../functions/scan.ts'
import { openLog } from '../../shared/base/log.ts'
import { configOf as configuration } from '../../shared/config/config.ts'
import { connect } from '../../shared/function/connect.ts'
import { isRun } from '../../shared/function/outcome.ts'

let folder: string
const configOf = (lake: object) => ({
  lakes: [{ location: join(folder, 'lake'), createDatabase: true, ...lake }],
  catalogs: { catalog: { kind: 'duckdb', file: join(folder, 'catalog.duckdb') } },
})
const string = (value: string) => ({ type: 'string', value })

async function scanned(lake: object, params: object = {}) {
  const connection = connect(configuration(configOf(lake), 'the test', {}))
  const context = { lakes: connection.lakes, log: openLog('silent') }
  const outcome = await scan.invoke({ id: 'test', params }, context)
  await connection.close()
  if (!('report' in outcome) || !isRun(outcome.report)) throw new Error(JSON.stringify(outcome))
  const [table] = outcome.report.tables
  const codes = table?.diagnostics.map(({ code, severity }) => `${severity} ${code}`)
  const error = table?.error ? { error: table.error.code } : {}
  return { outcome: table?.outcome, codes, ...error, steps: table?.steps.length }
}

describe('settings that change, with a DuckDB catalog', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'goldsync-settings-'))
    const hour = join(folder, 'lake/orders/2026/11/20/07')
    await mkdir(hour, { recursive: true })
    await cp('test/fixtures/orders/v1.parquet', join(hour, 'a.parquet'))
    expect(await scanned({})).toMatchObject({ outcome: 'changed', codes: [] })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('other spellings of values, and keys that the table cannot have, are refused', async () => {
    const keys = { year: '{yyyy}', month: '{M}', day: '{dd}', hour: '{HH}' }
    const spelled = Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, string(value)]))
    expect(await scanned({ partitionKeys: spelled })).toEqual({
      outcome: 'refused',
      codes: ['error LAYOUT_CHANGED'],
      steps: 0,
    })
    const daily = { dt: { type: 'date', value: '{yyyy}-{MM}-{dd}' }, hour: string('{HH}') }
    expect(await scanned({ partitionKeys: daily })).toMatchObject({ codes: ['error PARTITION_KEYS_DIFFER'] })
  })

  test('another name rule makes no second table, and another database is told before it gets one', async () => {
    expect(await scanned({ tables: { name: 'raw_{topic}' } })).toMatchObject({
      outcome: 'failed',
      error: 'CONFLICT',
    })
    const planned = await scanned({ database: 'gold' }, { dryRun: true })
    expect(planned).toMatchObject({ outcome: 'planned', codes: ['warning DATABASE_CHANGED'] })
  })

  test('a layout that fits no folder writes nothing; another zone is told once', async () => {
    const hive = '{topic}/year={yyyy}/month={MM}/day={dd}/hour={HH}'
    expect(await scanned({ layout: hive }, { mode: 'full' })).toMatchObject({ steps: 0 })
    expect(await scanned({})).toEqual({ outcome: 'unchanged', codes: [], steps: 0 })
    const zoned = { timeZone: 'Europe/Berlin' }
    expect(await scanned(zoned)).toMatchObject({ outcome: 'changed', codes: ['warning LAYOUT_CHANGED'] })
    expect(await scanned(zoned)).toEqual({ outcome: 'unchanged', codes: [], steps: 0 })
  })
})
