import { describe, expect, it } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import type { HistoryEntry } from '../../shared/history/history.ts'
import { historyOf } from '../../shared/run/history-of.ts'
import { newsOf } from '../../shared/run/news-of.ts'
import type { Report, TableReport } from '../../shared/run/report.ts'
import { runFiles } from '../../shared/sync/sync-files.ts'
import { ROOT, testLake } from '../support/lake.ts'
import { runReport, tableReport } from '../support/report.ts'

const ABOUT = { time: '2019-09-01T12:00:00.000Z', runId: 'r', trigger: 'scan', host: 'cli', lakes: [ROOT] }

const told = (report: Report): HistoryEntry[] => [...historyOf(report, ABOUT)]

/** `what partition`, of tables their outcome. */
const words = (report: Report): string[] =>
  told(report).map(entry => {
    if (entry.kind === 'run') return 'run'
    if (entry.kind === 'table') return `table ${entry.outcome}`
    return [entry.what, entry.partition ?? entry.file].filter(part => part !== undefined).join(' ')
  })

describe('the history of a run', () => {
  it('tells of a new table, its partitions, the table as a whole and the run, in this order', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    const report = await lake.scan()
    const [created, ...rest] = words(report)
    expect(created).toBe('created')
    expect(rest.slice(0, 2).sort()).toEqual(['registered 2019/09/01/09', 'registered 2019/09/01/10'])
    expect(rest.slice(2)).toEqual(['table changed', 'run'])
    const entries = told(report)
    expect(entries.at(1)).toMatchObject({
      version: 1,
      table: 'golden.orders',
      topic: 'orders',
      catalog: 'memory',
      lake: ROOT,
    })
    expect(entries.at(-2)).toMatchObject({ added: 2, held: 0, files: 2, findings: {} })
    expect(entries.at(-1)).toMatchObject({ tables: 1, outcomes: { changed: 1 }, lakes: [ROOT] })
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
  })

  it('tells of an idle run one line, whatever its tables are', async () => {
    const lake = testLake()
    for (const topic of ['orders', 'clicks']) lake.put(`${topic}/2019/09/01/09/a.parquet`, 'v1')
    await lake.scan()
    const report = await lake.scan()
    expect(words(report)).toEqual(['run'])
    expect(told(report)[0]).toMatchObject({ tables: 2, outcomes: { unchanged: 2 } })
  })

  it('tells once that a partition is held, with its file and why, and then that it is registered', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    lake.put('orders/2019/09/01/10/bad.parquet', 'text')
    const first = await lake.scan()
    expect(words(first)).toContain('held 2019/09/01/10')
    const held = told(first).find(entry => entry.kind === 'thing' && entry.what === 'held')
    expect(held).toMatchObject({ file: `${ROOT}/orders/2019/09/01/10/bad.parquet`, code: 'NOT_PARQUET' })
    const second = await lake.scan()
    expect(words(second)).toEqual(['table unchanged', 'run'])
    expect(told(second)[0]).toMatchObject({ waiting: 1, findings: { NOT_PARQUET: 1 } })
    lake.storage.drop(`${ROOT}/orders/2019/09/01/10/bad.parquet`)
    lake.put('orders/2019/09/01/10/good.parquet', 'v1')
    expect(words(await lake.scan())).toContain('registered 2019/09/01/10')
  })

  it('tells that a registered partition is exposed, by its values where folders spell them otherwise', async () => {
    const lake = testLake({ layout: '{topic}/year={yyyy}/month={MM}/day={dd}' })
    lake.put('orders/year=2019/month=09/day=01/a.parquet', 'v1')
    await lake.scan()
    lake.clock.now += 60_000
    lake.put('orders/year=2019/month=09/day=01/wrong.parquet', 'wrong')
    const report = await lake.scan()
    expect(words(report)).toContain('exposed 2019/09/01')
  })

  it('tells of altered partitions by name, and of wider types as a change of the table', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    await lake.scan()
    lake.clock.now += 60_000
    lake.put('orders/2019/09/01/09/b.parquet', 'v2')
    const report = await lake.scan()
    expect(words(report)).toEqual(
      expect.arrayContaining(['altered', 'altered 2019/09/01/09', 'table changed']),
    )
  })

  it('tells of each file of an event, and has no line for its run', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    const files = ['a.parquet', 'gone.parquet'].map(name => ({
      location: `${ROOT}/orders/2019/09/01/09/${name}`,
    }))
    const options = { runId: 'r', dryRun: false, log: openLog('silent') }
    const report = await runFiles([lake.lake], files as never, options)
    const found = words(report)
    expect(found).toContain(`registered ${ROOT}/orders/2019/09/01/09/a.parquet`)
    expect(found).toContain(`absent ${ROOT}/orders/2019/09/01/09/gone.parquet`)
    expect(found).not.toContain('run')
  })

  it('names 10,000 partitions of a table at most, and counts all', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    const report = await lake.scan()
    const [table] = report.tables
    const addedPartitions = Array.from({ length: 20_000 }, (_, at) => `${at}`)
    const many = { ...report, tables: [{ ...table, addedPartitions }] } as Report
    const things = told(many).filter(({ kind }) => kind === 'thing')
    expect(things).toHaveLength(10_000)
  })

  describe('of a partition that waits', () => {
    const PATH = '2019/09/01/09'
    const at = `${ROOT}/orders/${PATH}`
    const finding = (code: string, path: string, severity: 'info' | 'warning' | 'error' = 'warning') => ({
      code,
      severity,
      path,
      message: `what ${code} says`,
    })
    const waitOf = (code: string, part: Partial<TableReport> = {}) => {
      const newlyWaiting = [{ partition: PATH, path: PATH, code }]
      const table = tableReport({ newlyWaiting, diagnostics: [finding(code, at)], ...part })
      return told(runReport([table])).find(({ kind }) => kind === 'thing')
    }

    it.each([
      ['PARTITION_ELSEWHERE', 'held'],
      ['PARTITION_REFUSED', 'held'],
      ['NOT_PARQUET', 'exposed'],
      ['AWAITING_SUCCESS', 'incomplete'],
    ])('and is registered: %s is %s', (code, what) => {
      expect(waitOf(code)).toMatchObject({ what, code, reason: `what ${code} says` })
    })

    it.each([
      ['NOT_PARQUET', 'NOT_PARQUET'],
      ['PARTITION_REFUSED', 'PARTITION_TOO_LONG'],
      ['GONE_SINCE', 'MIXED_TYPES'],
    ])('has the reason of what it waits for: %s', (code, of) => {
      const diagnostics = [
        finding('MIXED_TYPES', `${at}/a.parquet`),
        finding('PARTITION_TOO_LONG', at),
        finding('NOT_PARQUET', `${at}/b.parquet`),
        finding('PARTITION_TOO_LONG', `${ROOT}/orders/2019/09/01/10`),
      ]
      expect(waitOf(code, { diagnostics })).toMatchObject({ code, reason: `what ${of} says` })
    })

    it('has in the news the reason that the history has', () => {
      const diagnostics = [finding('MIXED_TYPES', at, 'info'), finding('NOT_PARQUET', `${at}/b.parquet`)]
      const newlyWaiting = [{ partition: PATH, path: PATH, code: 'NOT_PARQUET' }]
      const report = tableReport({ newlyWaiting, newlyHeld: [PATH], diagnostics })
      expect(newsOf(report, 'r')).toMatchObject([{ kind: 'partition.held', code: 'NOT_PARQUET' }])
      const unknown = tableReport({ newlyHeld: [PATH], diagnostics })
      expect(newsOf(unknown, 'r')).toMatchObject([{ kind: 'partition.held', code: 'MIXED_TYPES' }])
    })
  })
})
