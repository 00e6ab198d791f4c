/** Work on registered partitions that goes on over many of them: one that the catalog refuses ends it not. */
import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { exitCode } from '../../shared/run/report.ts'
import { partitionKey } from '../../shared/schema/table.ts'
import { type TestLake, testLake } from '../support/lake.ts'
import { columnsWithStatistics, setStatistics } from '../support/memory-statistics.ts'

const NAME = { database: 'golden', name: 'orders' }
const HOURS = Array.from({ length: 48 }, (_, at) => new Date(Date.UTC(2019, 7, 30, 12 + at)))
const PATHS = HOURS.map(time => time.toISOString().slice(0, 13).replaceAll(/[-T]/g, '/'))
/** Not among those that recent scans look at. */
const REFUSED = PATHS[5]!

const no = () => new GoldsyncError('INTERNAL', 'this one is not welcome')
const refuse = ({ catalog }: TestLake, ...paths: readonly string[]) =>
  catalog.refuse(values => (paths.includes(values.join('/')) ? no() : undefined))

const tableIn = ({ catalog }: TestLake) => catalog.state().tables.get('golden.orders')
const parametersOf = (lake: TestLake) => tableIn(lake)?.table.parameters ?? {}
const typeIn = (lake: TestLake, path: string) =>
  tableIn(lake)?.partitions.get(partitionKey(path.split('/')))?.columns[0]?.type

async function filled(): Promise<TestLake> {
  const lake = testLake()
  for (const [at, path] of PATHS.entries()) lake.put(`orders/${path}/a.parquet`, 'v1', HOURS[at]?.getTime())
  await lake.scan()
  lake.clock.now += 60_000
  return lake
}

async function next(lake: TestLake, options: Parameters<TestLake['scan']>[0] = {}) {
  lake.clock.now += 60_000
  const { steps } = lake.catalog.calls
  const report = await lake.scan({ runId: String(lake.clock.now), ...options })
  return { report, table: lake.table(report), steps: lake.catalog.calls.steps - steps }
}

const told = ({ diagnostics }: { readonly diagnostics: readonly object[] }) =>
  diagnostics.filter(finding => 'code' in finding && finding.code === 'PARTITION_REFUSED')

describe('types that are pending', () => {
  /** A wider type that a run has left to the next one. */
  async function widened(...refused: readonly string[]): Promise<TestLake> {
    const lake = await filled()
    const columns = [
      { name: 'id', type: { kind: 'bigint' } },
      { name: 'amount', type: { kind: 'double' } },
    ]
    lake.catalog.edit(state => {
      const found = state.tables.get('golden.orders')!
      const table = {
        ...found.table,
        columns: columns as typeof found.table.columns,
        parameters: { ...found.table.parameters, 'goldsync.descriptors': 'after ' },
      }
      return { ...state, tables: new Map([...state.tables, ['golden.orders', { ...found, table }]]) }
    })
    refuse(lake, ...refused)
    return lake
  }

  test('reach all partitions but the one that is refused, which only full scans ask for again', async () => {
    const lake = await widened(REFUSED)
    const first = await next(lake)
    expect(first.table).toMatchObject({ outcome: 'changed', pending: [REFUSED], partitions: { altered: 47 } })
    expect(told(first.table)).toMatchObject([{ severity: 'warning', partition: REFUSED }])
    expect([exitCode(first.report), typeIn(lake, REFUSED), typeIn(lake, PATHS[4]!)]).toEqual([
      0,
      { kind: 'int' },
      { kind: 'bigint' },
    ])
    expect(parametersOf(lake)).not.toHaveProperty('goldsync.descriptors')
    expect(parametersOf(lake)['goldsync.waits']).toContain('PARTITION_REFUSED')
    for (let time = 0; time < 2; time++) {
      const idle = await next(lake)
      expect(idle).toMatchObject({ steps: 0, table: { outcome: 'unchanged', files: 0, pending: [REFUSED] } })
      expect(told(idle.table)).toHaveLength(1)
    }
    const full = await next(lake, { mode: 'full' })
    expect(full.table).toMatchObject({ files: 1, pending: [REFUSED] })
    refuse(lake)
    expect((await next(lake, { mode: 'full' })).table).toMatchObject({
      pending: [],
      partitions: { altered: 1 },
    })
    expect(typeIn(lake, REFUSED)).toEqual({ kind: 'bigint' })
    expect((await next(lake)).table).toMatchObject({ outcome: 'unchanged', diagnostics: [] })
  })

  test('are one error where nothing at all is taken, and stay pending', async () => {
    const lake = await widened(...PATHS)
    const { report, table } = await next(lake)
    expect(table).toMatchObject({ outcome: 'failed', error: { code: 'INTERNAL' } })
    expect(exitCode(report)).toBe(1)
    expect(parametersOf(lake)['goldsync.descriptors']).toBe('after ')
    refuse(lake)
    expect((await next(lake)).table).toMatchObject({ partitions: { altered: 48 } })
  })

  test('that are left for the refused one alone do not fail again and again', async () => {
    const lake = await widened(PATHS[0]!)
    lake.catalog.edit(state => {
      const found = state.tables.get('golden.orders')!
      const parameters = { ...found.table.parameters, 'goldsync.descriptors': `after ${PATHS[1]}` }
      const table = { ...found.table, parameters }
      return { ...state, tables: new Map([...state.tables, ['golden.orders', { ...found, table }]]) }
    })
    expect((await next(lake)).table).toMatchObject({ pending: [PATHS[0]] })
    expect(await next(lake)).toMatchObject({ steps: 0, table: { outcome: 'unchanged' } })
  })
})

describe('column statistics of an earlier build', () => {
  const left = (lake: TestLake) =>
    PATHS.filter(path => columnsWithStatistics(lake.catalog, NAME, path.split('/')).length > 0)

  async function published(...refused: readonly string[]): Promise<TestLake> {
    const lake = await filled()
    for (const path of PATHS)
      setStatistics(lake.catalog, NAME, path.split('/'), ['id'], { 'goldsync.statistics': 'id' })
    refuse(lake, ...refused)
    return lake
  }

  test.each([
    ['where recent scans do not look', REFUSED],
    ['where they do', PATHS.at(-2)!],
  ])('go from all partitions but one that is refused, %s', async (_, path) => {
    const lake = await published(path)
    const first = await next(lake)
    expect(first.table).toMatchObject({ outcome: 'changed', pending: [path] })
    expect([left(lake), told(first.table).length]).toEqual([[path], 1])
    expect(parametersOf(lake)).not.toHaveProperty('goldsync.withdrawal')
    for (let time = 0; time < 2; time++)
      expect(await next(lake)).toMatchObject({ steps: 0, table: { outcome: 'unchanged', pending: [path] } })
    refuse(lake)
    expect((await next(lake, { mode: 'full' })).table).toMatchObject({ pending: [] })
    expect(left(lake)).toEqual([])
    expect(await next(lake)).toMatchObject({ steps: 0, table: { diagnostics: [] } })
  })

  test('stay in mind where nothing at all is taken', async () => {
    const lake = await published(...PATHS)
    expect((await next(lake)).table).toMatchObject({ outcome: 'failed', error: { code: 'INTERNAL' } })
    expect(parametersOf(lake)).toHaveProperty(['goldsync.withdrawal'])
    refuse(lake)
    await next(lake)
    expect(left(lake)).toEqual([])
  })
})
