import { describe, expect, it } from 'vitest'
import { openCallCounter } from '../../shared/base/calls.ts'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openMetrics } from '../../shared/hosts/metrics/metrics.ts'
import { runReport, tableReport } from '../support/report.ts'

const table = tableReport({
  partitions: { listed: 5, added: 2, altered: 1, moved: 0, dropped: 0, unchanged: 2, held: 1 },
  pending: ['2026/11/20/09'],
  waiting: 1,
  held: ['2026/11/20/09'],
  files: 3,
  rows: 9,
  diagnostics: [{ code: 'EXPOSED_FILE', severity: 'error', message: '…' }],
  lagMs: 700,
})

const report = runReport([table])
/** Another run that did as much. */
const another = () => runReport([{ ...table, steps: [] }])

it('counts runs and what they did, not what a plan would do', async () => {
  const metrics = openMetrics({ calls: () => [], tables: 500 })
  metrics.observe('scan', { status: 'ok', report }, 0.2)
  metrics.observe('scan', { status: 'ok', report: another() }, 0.2)
  metrics.observe('plan', { status: 'ok', report: { ...report, dryRun: true } }, 0.1)
  const error = { code: 'UNAVAILABLE', message: '…', retryable: true } as const
  metrics.observe('file-closed', { status: 'unavailable', error }, 0.1)
  const lines = (await metrics.text()).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'goldsync_runs_total{function="scan",status="ok"} 2',
      'goldsync_runs_total{function="plan",status="ok"} 1',
      'goldsync_runs_total{function="file-closed",status="unavailable"} 1',
      'goldsync_partitions_total{catalog="hive",table="golden.orders",change="added"} 4',
      'goldsync_partitions_total{catalog="hive",table="golden.orders",change="altered"} 2',
      'goldsync_pending_partitions{catalog="hive",table="golden.orders"} 1',
      'goldsync_findings_total{code="EXPOSED_FILE",severity="error",catalog="hive",table="golden.orders"} 2',
      'goldsync_lag_seconds_bucket{le="0.5",catalog="hive"} 0',
      'goldsync_lag_seconds_bucket{le="1",catalog="hive"} 2',
    ]),
  )
  expect(lines.find(line => line.startsWith('goldsync_last_success'))).toContain('function="scan"')
  expect(metrics.contentType).toContain('text/plain')
})

it('has what alerts go by from the beginning: of a series that begins at 1 no rate tells', async () => {
  const lines = (await openMetrics({ calls: () => [], tables: 500 }).text()).split('\n')
  expect(lines).toContain('goldsync_refused_requests_total{status="401"} 0')
  expect(lines).toContain('goldsync_runs_total{function="file-closed",status="invalid"} 0')
  expect(lines).not.toContain('goldsync_runs_total{function="file-closed",status="ok"} 0')
})

it('counts what was done for several requests once', async () => {
  const metrics = openMetrics({ calls: () => [], tables: 500 })
  const joined = { ...report, tables: [{ ...table, diagnostics: [...table.diagnostics] }] }
  metrics.observe('scan', { status: 'ok', report }, 0.2)
  metrics.observe('file-closed', { status: 'ok', report: joined }, 0.2)
  const lines = (await metrics.text()).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'goldsync_runs_total{function="scan",status="ok"} 1',
      'goldsync_runs_total{function="file-closed",status="ok"} 1',
      'goldsync_partitions_total{catalog="hive",table="golden.orders",change="added"} 2',
      'goldsync_findings_total{code="EXPOSED_FILE",severity="error",catalog="hive",table="golden.orders"} 1',
      'goldsync_lag_seconds_count{catalog="hive"} 1',
    ]),
  )
})

it('shows what waits of the whole table, whatever a run has looked at', async () => {
  const metrics = openMetrics({ calls: () => [], tables: 500 })
  const gauge = async () => (await metrics.text()).split('\n').filter(line => line.includes('_pending_p'))
  const observe = (more: object) =>
    metrics.observe('sync', { status: 'ok', report: runReport([{ ...table, steps: [], ...more }]) }, 0.2)
  observe({ pending: [], waiting: 3 })
  expect((await gauge()).at(-1)).toBe('goldsync_pending_partitions{catalog="hive",table="golden.orders"} 3')
  // A run that failed does not know.
  observe({ pending: [], waiting: undefined })
  expect((await gauge()).at(-1)).toMatch(/ 3$/)
  observe({ pending: [], waiting: 0 })
  expect((await gauge()).at(-1)).toMatch(/ 0$/)
})

it('counts what drivers were asked for, by how it ended', async () => {
  const counter = openCallCounter()
  const storage = counter.counted(
    {
      prefix: '/golden',
      async list(folder: string) {
        if (folder === 'gone') throw new GoldsyncError('NOT_FOUND', 'there is no such folder')
        return [`${this.prefix}/${folder}`]
      },
    },
    { backend: 'storage', name: 'hdfs://lake' },
    ['list'],
  )
  const metrics = openMetrics({ calls: counter.calls, tables: 500 })
  expect(await storage.list('orders')).toEqual(['/golden/orders'])
  await storage.list('orders')
  await expect(storage.list('gone')).rejects.toThrow('no such folder')
  const counted = 'goldsync_calls_total{backend="storage",name="hdfs://lake",operation="list"'
  for (let scrape = 0; scrape < 2; scrape += 1) {
    const text = await metrics.text()
    expect(text).toContain(`${counted},outcome="ok"} 2`)
    expect(text).toContain(`${counted},outcome="NOT_FOUND"} 1`)
  }
})

it('tells when a scan last began, of each mode, done here or handed on', async () => {
  const metrics = openMetrics({ calls: () => [], tables: 500 })
  const startedAt = '2026-11-28T04:00:00.000Z'
  metrics.observe('scan', { status: 'ok', report: { ...report, mode: 'recent', startedAt } }, 0.2)
  metrics.observe('sync', { status: 'ok', report: { ...report, startedAt: '2026-11-28T05:00:00.000Z' } }, 0.2)
  const nothing = { handedOn: [], unanswered: [], handedBack: { lakes: [], tables: [] }, left: 0 }
  const handedOn = { mode: 'full', startedAt, ...nothing, diagnostics: [], failures: [] } as const
  metrics.observe('scan', { status: 'accepted', report: handedOn }, 0.2)
  const text = await metrics.text()
  for (const mode of ['recent', 'full'])
    expect(text).toContain(
      `goldsync_last_scan_timestamp_seconds{mode="${mode}"} ${Date.parse(startedAt) / 1000}\n`,
    )
})

it('tells of no scan by one of named tables: somebody runs it by hand while the timer is dead', async () => {
  const metrics = openMetrics({ calls: () => [], tables: 500 })
  const observe = (startedAt: string, params: object) =>
    metrics.observe('scan', { status: 'ok', report: { ...report, mode: 'recent', startedAt } }, 0.2, params)
  observe('2026-11-28T04:00:00.000Z', { mode: 'recent' })
  observe('2026-11-28T05:00:00.000Z', { mode: 'recent', tables: 'orders' })
  const at = Date.parse('2026-11-28T04:00:00.000Z') / 1000
  expect(await metrics.text()).toContain(`goldsync_last_scan_timestamp_seconds{mode="recent"} ${at}\n`)
})

describe('what waits of a table', () => {
  const tell = (metrics: ReturnType<typeof openMetrics>, more: object) =>
    metrics.observe('sync', { status: 'ok', report: runReport([{ ...table, steps: [], ...more }]) }, 0.2)
  const series = async (metrics: ReturnType<typeof openMetrics>) =>
    [...(await metrics.text()).matchAll(/_pending_partitions\{.*table="(.*)"/g)].map(([, name]) => name)

  it('is no series for names that events made up', async () => {
    const metrics = openMetrics({ calls: () => [], tables: 500 })
    for (let at = 0; at < 100; at += 1)
      tell(metrics, { table: `golden.made_up_${at}`, outcome: 'missing', waiting: 0 })
    expect(await series(metrics)).toEqual([])
    // A topic whose first partitions are held has no table yet.
    tell(metrics, { table: 'golden.new', outcome: 'missing', waiting: 2 })
    expect(await series(metrics)).toEqual(['golden.new'])
  })

  it('is one no more once the table is gone', async () => {
    const metrics = openMetrics({ calls: () => [], tables: 500 })
    tell(metrics, {})
    expect(await series(metrics)).toEqual(['golden.orders'])
    tell(metrics, { outcome: 'missing', waiting: undefined })
    expect(await series(metrics)).toEqual([])
  })

  it('stays where a run that ended before the table was made is told of after the one that made it', async () => {
    const metrics = openMetrics({ calls: () => [], tables: 500 })
    const report = (more: object, ms: number) => ({ ...runReport([{ ...table, steps: [], ...more }]), ms })
    metrics.observe('sync', { status: 'ok', report: report({}, 40) }, 0.2)
    metrics.observe(
      'scan',
      { status: 'ok', report: report({ outcome: 'missing', waiting: undefined }, 12) },
      0.2,
    )
    expect(await series(metrics)).toEqual(['golden.orders'])
  })

  it('is forgotten where no run has told of the table for a day', async () => {
    const clock = { now: 0 }
    const metrics = openMetrics({ calls: () => [], tables: 500, now: () => clock.now })
    tell(metrics, {})
    clock.now = 24 * 3_600_000
    tell(metrics, { table: 'golden.clicks' })
    expect(await series(metrics)).toEqual(['golden.orders', 'golden.clicks'])
    clock.now += 2 * 3_600_000
    expect(await series(metrics)).toEqual(['golden.clicks'])
  })
})

describe('why partitions wait', () => {
  const SINCE = '2026-11-20T01:00:00.000Z'
  const open = (clock = { now: Date.parse('2026-11-21') }) =>
    openMetrics({ calls: () => [], tables: 500, now: () => clock.now })
  const tell = (metrics: ReturnType<typeof open>, more: object) =>
    metrics.observe('scan', { status: 'ok', report: runReport([{ ...table, steps: [], ...more }]) }, 0.2)
  const series = async (metrics: ReturnType<typeof open>) =>
    (await metrics.text()).split('\n').filter(line => /^goldsync_waiting_/.test(line))
  const labels = (code: string) => `{catalog="hive",table="golden.orders",code="${code}"}`

  it('is told by code, with the time of the one that waits the longest', async () => {
    const metrics = open()
    const waits = [
      { code: 'EXPOSED_FILE', partitions: 1, since: SINCE },
      { code: 'INCOMPLETE_FILE', partitions: 2, since: SINCE },
    ]
    tell(metrics, { waiting: 3, waits })
    expect(await series(metrics)).toEqual([
      `goldsync_waiting_partitions${labels('EXPOSED_FILE')} 1`,
      `goldsync_waiting_partitions${labels('INCOMPLETE_FILE')} 2`,
      `goldsync_waiting_since_timestamp_seconds${labels('EXPOSED_FILE')} ${Date.parse(SINCE) / 1000}`,
      `goldsync_waiting_since_timestamp_seconds${labels('INCOMPLETE_FILE')} ${Date.parse(SINCE) / 1000}`,
    ])
    tell(metrics, { waiting: 1, waits: waits.slice(0, 1) })
    expect(await series(metrics)).toHaveLength(2)
    // A run that failed does not know.
    tell(metrics, { waiting: undefined, outcome: 'failed' })
    expect(await series(metrics)).toHaveLength(2)
    tell(metrics, { waiting: 0 })
    expect(await series(metrics)).toEqual([])
  })

  it('begins when this process first met it where nothing can keep the time', async () => {
    const clock = { now: 1_000_000 }
    const metrics = open(clock)
    const waits = [{ code: 'INCOMPLETE_FILE', partitions: 1 }]
    tell(metrics, { outcome: 'missing', waiting: 1, waits })
    clock.now += 60_000
    tell(metrics, { outcome: 'missing', waiting: 1, waits })
    expect((await series(metrics)).at(-1)).toMatch(/ 1000$/)
    tell(metrics, { outcome: 'missing', waiting: undefined })
    expect(await series(metrics)).toEqual([])
  })

  it('is forgotten where no run has told of the table for a day', async () => {
    const clock = { now: 0 }
    const metrics = open(clock)
    tell(metrics, { waiting: 1, waits: [{ partitions: 1 }] })
    expect(await series(metrics)).toHaveLength(2)
    clock.now = 26 * 3_600_000
    expect(await series(metrics)).toEqual([])
  })
})

describe('a table has series of its own', () => {
  const tell = (metrics: ReturnType<typeof openMetrics>, more: object) =>
    metrics.observe('sync', { status: 'ok', report: runReport([{ ...table, steps: [], ...more }]) }, 0.2)
  const linesOf = async (metrics: ReturnType<typeof openMetrics>, name: string) =>
    (await metrics.text()).split('\n').filter(line => line.startsWith(`goldsync_${name}{`))

  it('as long as there are not too many: the rest are counted together', async () => {
    const metrics = openMetrics({ calls: () => [], tables: 2 })
    for (const name of ['a', 'b', 'c', 'd', 'a']) tell(metrics, { table: `golden.${name}`, waiting: 3 })
    const added = (await linesOf(metrics, 'partitions_total')).filter(line => line.includes('"added"'))
    expect(added).toEqual([
      'goldsync_partitions_total{catalog="hive",table="golden.a",change="added"} 4',
      'goldsync_partitions_total{catalog="hive",table="golden.b",change="added"} 2',
      'goldsync_partitions_total{catalog="hive",table="other",change="added"} 4',
    ])
    expect(await linesOf(metrics, 'pending_partitions')).toEqual([
      'goldsync_pending_partitions{catalog="hive",table="golden.a"} 3',
      'goldsync_pending_partitions{catalog="hive",table="golden.b"} 3',
      'goldsync_pending_partitions{catalog="hive",table="other"} 6',
    ])
  })

  it('that go with it, and make room for another', async () => {
    const metrics = openMetrics({ calls: () => [], tables: 1 })
    tell(metrics, { table: 'golden.a' })
    tell(metrics, { table: 'golden.a', outcome: 'missing', waiting: undefined, partitions: table.partitions })
    expect(await metrics.text()).not.toContain('golden.a')
    tell(metrics, { table: 'golden.b' })
    expect(await linesOf(metrics, 'last_lag_seconds')).toEqual([
      'goldsync_last_lag_seconds{catalog="hive",table="golden.b"} 0.7',
    ])
  })

  it('none where the config says so, and errors of lakes have no table', async () => {
    const metrics = openMetrics({ calls: () => [], tables: 0 })
    const error = { code: 'UNAVAILABLE', message: '…', retryable: true } as const
    const failed = runReport([{ ...table, error }], { failures: [{ location: '/golden', error }] })
    metrics.observe('scan', { status: 'unavailable', error, report: failed }, 0.2)
    expect(await linesOf(metrics, 'errors_total')).toEqual([
      'goldsync_errors_total{code="UNAVAILABLE"} 1',
      'goldsync_errors_total{code="UNAVAILABLE",catalog="hive",table="other"} 1',
    ])
    expect(await metrics.text()).not.toContain('golden.orders')
  })
})

it('tells which build this is', async () => {
  const text = await openMetrics({ calls: () => [], tables: 1 }).text()
  expect(text).toMatch(/^goldsync_build_info\{version="\d+\.\d+\.\d+[^"]*",node="\d+\.\d+\.\d+"\} 1$/m)
})
