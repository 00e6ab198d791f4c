import { describe, expect, test } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import { runScan } from '../../shared/sync/sync-lakes.ts'
import { testLake } from '../support/lake.ts'

/** A lake of so many hours, whose storage stops the run when it has read so many footers. */
function stoppedAfter(hours: number, footers: number) {
  const lake = testLake()
  const first = Date.parse('2019-01-01T00:00:00Z')
  for (let at = 0; at < hours; at += 1) {
    const hour = new Date(first + at * 3_600_000).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/')
    lake.put(`orders/${hour}/a.parquet`, 'v1')
  }
  const stopping = new AbortController()
  let read = 0
  const storage = {
    ...lake.storage,
    read: async (...args: Parameters<typeof lake.storage.read>) => {
      read += 1
      if (read === footers) stopping.abort()
      return lake.storage.read(...args)
    },
  }
  const registered = () => lake.catalog.state().tables.get('golden.orders')?.partitions.size ?? 0
  const scanned = () =>
    runScan([{ ...lake.lake, storage }], {
      runId: 'stopped',
      trigger: 'scan',
      mode: 'recent',
      dryRun: false,
      log: openLog('silent'),
      stop: stopping.signal,
      now: () => lake.clock.now,
    })
  return { plain: lake, scanned, registered }
}

describe('a first scan that is stopped', () => {
  test('keeps each partition whose footers were read, and the next run goes on', async () => {
    for (const [hours, footers] of [
      [40, 20],
      [1_500, 300],
      [1_500, 1_200],
    ] as const) {
      const { plain, scanned, registered } = stoppedAfter(hours, footers)
      const report = await scanned()
      const { outcome, partitions } = plain.table(report)
      expect([report.partial, outcome]).toEqual([true, 'partial'])
      expect(partitions.added).toBeGreaterThanOrEqual(footers)
      expect(partitions.added).toBeLessThan(hours)
      expect(registered()).toBe(partitions.added)
      // It has not come to the end of all tables, so it is no scan of all of them.
      const { parameters = {} } = plain.catalog.state().tables.get('golden.orders')?.table ?? {}
      expect(parameters).toMatchObject({ 'goldsync.topic': 'orders' })
      expect(Object.keys(parameters).filter(key => key.startsWith('goldsync.ran.'))).toEqual([])
      const next = plain.table(await plain.scan())
      expect([next.outcome, next.partitions.added]).toEqual(['changed', hours - partitions.added])
      expect(plain.table(await plain.scan({ mode: 'full' })).outcome).toBe('unchanged')
    }
  })

  test('before anything was read makes no table', async () => {
    const { plain, registered } = stoppedAfter(3, 99)
    const report = await plain.scan({ stop: AbortSignal.abort() })
    expect([report.partial, registered(), plain.catalog.state().tables.size]).toEqual([true, 0, 0])
  })

  test('leaves no partition behind that has more files than were read', async () => {
    const { plain, scanned } = stoppedAfter(30, 45)
    for (let hour = 0; hour < 24; hour += 1)
      plain.put(`orders/2019/01/01/${`${hour}`.padStart(2, '0')}/b.parquet`, 'v1')
    await scanned()
    expect(plain.table(await plain.scan()).outcome).toBe('changed')
    const parts = [...(plain.catalog.state().tables.get('golden.orders')?.partitions.values() ?? [])]
    expect(parts).toHaveLength(30)
    const files = parts.map(({ parameters }) => Number(parameters?.numFiles))
    expect(files.reduce((sum, count) => sum + count, 0)).toBe(54)
  })
})
