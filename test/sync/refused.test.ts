/** Partitions that the catalog does not take: set aside, told, remembered; the others go on. */
import { describe, expect, test } from 'vitest'
import { type ErrorCode, GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import { hasNoRoom } from '../../shared/catalogs/hive-limits.ts'
import { type MemoryCatalog, openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { readStatus } from '../../shared/function/status.ts'
import { outcomeOfEvent } from '../../shared/outbound/event-outcome.ts'
import { exitCode, type FilesReport } from '../../shared/run/report.ts'
import { runFiles } from '../../shared/sync/sync-files.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

const DAY = '2019/09/01'

const no = (code: ErrorCode = 'INTERNAL') => new GoldsyncError(code, 'this one is not welcome')

/** Hours 01 to 09; those that are named are refused. */
function lakeOf(refused: readonly string[], code?: ErrorCode) {
  const lake = testLake()
  for (let hour = 1; hour < 10; hour++) lake.put(`orders/${DAY}/0${hour}/a.parquet`, 'v1')
  refuse(lake.catalog, refused, code)
  return lake
}

const refuse = (catalog: MemoryCatalog, hours: readonly string[], code?: ErrorCode) =>
  catalog.refuse(([, , , hour = '']) => (hours.includes(hour) ? no(code) : undefined))

const tableIn = ({ catalog }: TestLake) => catalog.state().tables.get('golden.orders')

const close = async (lake: TestLake, ...paths: string[]): Promise<FilesReport> =>
  runFiles(
    [lake.lake],
    paths.map(path => ({ location: `${ROOT}/orders/${DAY}/${path}` })),
    { runId: 'test', log: openLog('silent'), dryRun: false, now: () => lake.clock.now },
  )

describe('a partition that the catalog refuses', () => {
  test('is held back with the reason, and the others are registered; the next run is idle', async () => {
    const lake = lakeOf(['05'])
    const first = await lake.scan()
    const table = lake.table(first)
    expect(table).toMatchObject({
      outcome: 'changed',
      partitions: { added: 8, held: 1 },
      held: [`${DAY}/05`],
      diagnostics: [{ code: 'PARTITION_REFUSED', severity: 'warning', partition: `${DAY}/05` }],
    })
    expect(table.diagnostics[0]?.message).toContain('this one is not welcome')
    expect([exitCode(first), table.error]).toEqual([0, undefined])
    const before = lake.catalog.state()
    const { steps } = lake.catalog.calls
    const again = lake.table(await lake.scan())
    expect(again).toMatchObject({ outcome: 'unchanged', held: [`${DAY}/05`], newlyHeld: [], files: 0 })
    expect(again.diagnostics).toMatchObject([{ code: 'PARTITION_REFUSED', severity: 'warning' }])
    expect([lake.catalog.state(), lake.catalog.calls.steps]).toEqual([before, steps])
  })

  test('is asked for again by a full scan, when its folder changes, and by name', async () => {
    const lake = lakeOf(['05'])
    await lake.scan()
    const full = lake.table(await lake.scan({ mode: 'full' }))
    expect(full).toMatchObject({ outcome: 'unchanged', held: [`${DAY}/05`] })
    expect(full.diagnostics[0]?.message).toContain('this one is not welcome')
    refuse(lake.catalog, [])
    expect(lake.table(await lake.scan())).toMatchObject({ outcome: 'unchanged', held: [`${DAY}/05`] })
    lake.put(`orders/${DAY}/05/b.parquet`, 'v1')
    expect(lake.table(await lake.scan())).toMatchObject({ outcome: 'changed', held: [], pending: [] })

    const other = lakeOf(['05'])
    await other.scan()
    refuse(other.catalog, [])
    const named = await other.scan({ tables: ['orders'], partitions: [`${DAY}/05`] })
    expect(other.table(named)).toMatchObject({ named: [{ state: 'registered' }] })
  })

  test('of which there are many end no later scan: what was refused before says nothing new of the table', async () => {
    const lake = testLake()
    const days = Array.from(
      { length: 150 },
      (_, at) =>
        `2019/${String(1 + Math.floor(at / 25)).padStart(2, '0')}/${String(1 + (at % 25)).padStart(2, '0')}`,
    )
    for (const day of days) lake.put(`orders/${day}/01/a.parquet`, 'v1')
    const refused = new Set(days.slice(0, 90))
    lake.catalog.refuse(values => (refused.has(values.slice(0, 3).join('/')) ? no() : undefined))
    expect(lake.table(await lake.scan())).toMatchObject({ partitions: { added: 60, held: 90 } })
    const { steps } = lake.catalog.calls
    expect(lake.table(await lake.scan())).toMatchObject({ outcome: 'unchanged', files: 0 })
    expect(lake.catalog.calls.steps).toBe(steps)
    const full = await lake.scan({ mode: 'full' })
    expect(lake.table(full)).toMatchObject({ outcome: 'unchanged', partitions: { held: 90 } })
    expect(exitCode(full)).toBe(0)
  })

  test('has an outcome of its own in the webhook, which no sender repeats', async () => {
    const lake = lakeOf(['05'])
    for (let time = 0; time < 2; time++) {
      const report = await close(lake, '04/a.parquet', '05/a.parquet')
      expect(report.files).toMatchObject([
        { outcome: 'registered' },
        { outcome: 'refused', code: 'PARTITION_REFUSED' },
      ])
      const event = { files: [], ignored: [], refused: [] }
      expect(outcomeOfEvent(event, report)).toMatchObject({ status: 'ok' })
    }
    expect(tableIn(lake)?.table.parameters['goldsync.pending']).toContain(`${DAY}/05`)
  })

  test('moves the mark on, and status says what to do', async () => {
    const lake = lakeOf(['05'])
    await lake.scan()
    expect(tableIn(lake)?.table.parameters['goldsync.mark']).toBeDefined()
    const { tables } = await readStatus([lake.lake], {})
    expect(tables[0]).toMatchObject({ waits: [{ partition: `${DAY}/05`, code: 'PARTITION_REFUSED' }] })
    expect(tables[0]?.waits?.[0]).not.toHaveProperty('file')
  })

  test('alone is an error, and every run tries again, until others tell that the table is well', async () => {
    const lake = testLake()
    lake.put(`orders/${DAY}/05/a.parquet`, 'v1')
    refuse(lake.catalog, ['05'])
    for (let time = 0; time < 2; time++) {
      const report = await lake.scan()
      expect([exitCode(report), lake.table(report).held]).toEqual([1, [`${DAY}/05`]])
    }
    lake.put(`orders/${DAY}/11/a.parquet`, 'v1')
    expect(exitCode(await lake.scan())).toBe(0)
    refuse(lake.catalog, [])
    expect(lake.table(await lake.scan({ mode: 'full' }))).toMatchObject({ held: [] })
  })

  test.each([
    ['many', Array.from({ length: 9 }, (_, at) => `0${at + 1}`), 'INTERNAL'],
    ['two', ['08', '09'], 'REQUEST_INVALID'],
    ['one that is not allowed', ['09'], 'PERMISSION_DENIED'],
  ] as const)('is none where nothing else is taken: %s are one error', async (_, hours, code) => {
    const lake = testLake()
    for (const hour of hours) lake.put(`orders/${DAY}/${hour}/a.parquet`, 'v1')
    refuse(lake.catalog, hours, code)
    const report = await lake.scan()
    expect(lake.table(report)).toMatchObject({ outcome: 'failed', error: { code }, diagnostics: [] })
    refuse(lake.catalog, [])
    expect(lake.table(await lake.scan())).toMatchObject({ partitions: { added: hours.length } })
  })

  test.each(['UNAVAILABLE', 'TIMEOUT'] as const)('is none where the server is %s', async code => {
    const lake = lakeOf([])
    lake.catalog.failAt({ step: 3, when: 'before', error: no(code) })
    const report = await lake.scan()
    expect(lake.table(report)).toMatchObject({ outcome: 'failed', error: { code }, diagnostics: [] })
  })
})

describe('a change of a registered partition that the catalog refuses', () => {
  /** Hours 05 and 06 have got another file, and 05 is refused. */
  async function refusedChange(more: (lake: TestLake) => void = () => undefined) {
    const lake = lakeOf([])
    await lake.scan()
    lake.clock.now += 60_000
    refuse(lake.catalog, ['05'])
    for (const hour of ['05', '06']) lake.put(`orders/${DAY}/${hour}/b.parquet`, 'v1')
    more(lake)
    const report = await lake.scan({ mode: 'full' })
    return { lake, report, table: lake.table(report) }
  }

  /** Steps that the catalog was asked for meanwhile. */
  async function stepsOf<T>({ catalog }: TestLake, work: () => Promise<T>) {
    const { steps } = catalog.calls
    const done = await work()
    return { done, steps: catalog.calls.steps - steps }
  }

  test('leaves it as it was, and recent runs ask for it no more', async () => {
    const { lake, table } = await refusedChange()
    expect(table).toMatchObject({ partitions: { altered: 1, held: 0 }, pending: [`${DAY}/05`] })
    expect(table.diagnostics).toMatchObject([{ code: 'PARTITION_REFUSED', severity: 'warning' }])
    for (let time = 0; time < 2; time++) {
      const { done, steps } = await stepsOf(lake, () => lake.scan())
      expect(lake.table(done)).toMatchObject({
        outcome: 'unchanged',
        files: 0,
        partitions: { held: 0 },
        held: [],
        pending: [`${DAY}/05`],
        diagnostics: [{ code: 'PARTITION_REFUSED', severity: 'warning', partition: `${DAY}/05` }],
      })
      expect(lake.table(done).diagnostics[0]?.message).toContain('stays as it was')
      expect([steps, exitCode(done)]).toEqual([0, 0])
    }
  })

  test.each([
    ['a full scan', { mode: 'full' }],
    ['one that reads all anew', { reread: true }],
    ['its name', { tables: ['orders'], partitions: [`${DAY}/05`] }],
  ] as const)('is asked for again by %s', async (_, options) => {
    const { lake } = await refusedChange()
    const { done } = await stepsOf(lake, () => lake.scan(options))
    expect(lake.table(done).diagnostics[0]?.message).toContain('this one is not welcome')
    refuse(lake.catalog, [])
    expect((await stepsOf(lake, () => lake.scan())).steps).toBe(0)
    expect(lake.table(await lake.scan(options))).toMatchObject({ partitions: { altered: 1 }, pending: [] })
    expect(lake.table(await lake.scan()).diagnostics).toEqual([])
  })

  test('is asked for again when its files are others', async () => {
    const { lake } = await refusedChange()
    refuse(lake.catalog, [])
    lake.put(`orders/${DAY}/05/c.parquet`, 'v1')
    expect(lake.table(await lake.scan())).toMatchObject({ partitions: { altered: 1 }, pending: [] })
  })

  test('hides no file that engines read: each run says so', async () => {
    const { lake, report } = await refusedChange(({ put }) => put(`orders/${DAY}/05/c.parquet`, 'wrong'))
    const codes = ({ diagnostics }: { diagnostics: readonly { code: string }[] }) =>
      diagnostics.map(({ code }) => code)
    expect(codes(lake.table(report))).toContain('EXPOSED_FILE')
    for (let time = 0; time < 2; time++) {
      const again = await lake.scan()
      expect([codes(lake.table(again)).includes('EXPOSED_FILE'), exitCode(again)]).toEqual([true, 1])
    }
  })

  test('of its place is likewise left to full scans', async () => {
    const lake = lakeOf([])
    await lake.scan()
    const more = {
      storage: lake.storage,
      locationIn: () => 'memory://elsewhere/golden',
      formerLocations: [ROOT],
    }
    const other = testLake({ catalog: lake.catalog, more })
    refuse(lake.catalog, ['05'])
    const first = other.table(await other.scan({ mode: 'full' }))
    expect(first).toMatchObject({ partitions: { moved: 8 }, pending: [`${DAY}/05`] })
    const { done, steps } = await stepsOf(lake, () => other.scan())
    expect([other.table(done).pending, steps]).toEqual([[`${DAY}/05`], 0])
    refuse(lake.catalog, [])
    expect(other.table(await other.scan({ mode: 'full' }))).toMatchObject({
      partitions: { moved: 1 },
      pending: [],
    })
  })
})

describe('a partition that the catalog has no room for', () => {
  const limited = (): TestLake => {
    const catalog: Catalog = { ...openMemoryCatalog('memory'), cannotHold: hasNoRoom }
    const layout = '{topic}/{source}/{yyyy}-{MM}-{dd}'
    return testLake({ layout, more: { catalogs: [catalog] } })
  }

  test('is not sent, and not read', async () => {
    const lake = limited()
    lake.put('orders/short/2019-09-01/a.parquet', 'v1')
    lake.put(`orders/${'x'.repeat(257)}/2019-09-01/a.parquet`, 'v1')
    for (const files of [1, 0]) {
      const report = await lake.scan({ mode: 'full' })
      const table = lake.table(report)
      expect(table).toMatchObject({
        partitions: { held: 1 },
        files,
        diagnostics: [{ code: 'PARTITION_TOO_LONG' }],
      })
      expect([table.diagnostics[0]?.message, exitCode(report)]).toEqual([
        expect.stringContaining('257 characters'),
        0,
      ])
    }
  })

  test.each([
    [['a'.repeat(256)], true],
    [['a'.repeat(257)], false],
    [['🜨'.repeat(256)], true],
    [['a'.repeat(250), 'b'.repeat(250), 'c'.repeat(250)], true],
    [['a'.repeat(256), 'b'.repeat(256), 'c'.repeat(256)], false],
    [[':'.repeat(250)], true],
    [[':'.repeat(255), 'x'], false],
  ] as const)('in a metastore, by characters of values and of the whole name', (values, fits) => {
    const keys = values.map((_, at) => ({ name: `k${at}`, type: { kind: 'string' } as const }))
    expect(hasNoRoom(keys, { values, location: 'hdfs://x/y' }) === undefined).toBe(fits)
  })
})
