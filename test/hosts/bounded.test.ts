import { describe, expect, it } from 'vitest'
import { boundOutcome, boundReport } from '../../shared/hosts/bounded.ts'
import type { FilesReport, TableReport } from '../../shared/run/report.ts'
import { runReport, tableReport } from '../support/report.ts'

const table = (steps: number, command: string): TableReport =>
  tableReport({
    steps: Array.from({ length: steps }, () => ({
      kind: 'addPartitions',
      summary: 'add 100 partitions',
      command,
    })),
  })

const withFiles = (files: FilesReport['files']): FilesReport => ({ ...runReport([]), files })

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

describe('a report for a platform with a result limit', () => {
  it('is left as it is when it is small', () => {
    const small = runReport([table(3, 'alter table orders add partition …')])
    expect(boundReport(small)).toEqual(small)
  })

  it('keeps the head of a long statement, and its length', () => {
    const [step] = boundReport(runReport([table(1, 'x'.repeat(1_000_000))])).tables[0]?.steps ?? []
    expect(step?.command).toMatch(/^x{4000} … \(1000000 characters\)$/)
  })

  it('drops steps until it fits, and counts them', () => {
    const cut = boundReport(runReport(Array.from({ length: 20 }, () => table(500, 'é'.repeat(3_000)))))
    expect(bytes(cut)).toBeLessThanOrEqual(900_000)
    const kept = cut.tables[0]?.steps.length ?? 0
    expect(kept).toBeGreaterThan(0)
    expect(cut.tables[0]).toMatchObject({ stepsOmitted: 500 - kept })
  })

  it('drops statistics of partitions until it fits, and counts them with those that were left out before', () => {
    const columns = Array.from({ length: 10 }, (_, at) => ({
      column: `c${at}`,
      nulls: 0,
      min: 'é'.repeat(60),
    }))
    const partitions = Array.from({ length: 100 }, (_, at) => ({ partition: String(at), rows: 3, columns }))
    const statistics = { files: 150, rows: 450, columns, partitions, partitionsOmitted: 50 }
    const cut = boundReport(runReport(Array.from({ length: 20 }, () => tableReport({ statistics }))))
    expect(bytes(cut)).toBeLessThanOrEqual(900_000)
    const kept = cut.tables[0]?.statistics
    expect(kept?.columns).toHaveLength(10)
    expect(kept?.partitionsOmitted).toBe(150 - (kept?.partitions.length ?? 0))
  })

  it('fits however many tables there are', () => {
    const cut = boundReport(runReport(Array.from({ length: 5_000 }, () => table(1, 'y'.repeat(4_000)))))
    expect(bytes(cut)).toBeLessThanOrEqual(900_000)
    expect(cut).toMatchObject({ tablesOmitted: 5_000 - cut.tables.length })
  })

  it('drops files that are done before those that are not, and counts them', () => {
    const files = Array.from({ length: 10_000 }, (_, at) => ({
      location: `hdfs://golden/orders/2026/11/20/06/part-${at}.parquet`,
      outcome: at < 9_990 ? ('registered' as const) : ('held' as const),
    }))
    const cut = boundReport(withFiles(files)) as FilesReport
    expect(bytes(cut)).toBeLessThanOrEqual(900_000)
    expect(cut.files.filter(({ outcome }) => outcome === 'held')).toHaveLength(10)
    expect(cut).toMatchObject({ filesOmitted: 10_000 - cut.files.length })
  })

  it('leaves an outcome without a report alone', () => {
    const error = { code: 'REQUEST_INVALID', message: 'mode: …', retryable: false } as const
    expect(boundOutcome({ status: 'invalid', error })).toEqual({ status: 'invalid', error })
  })
})
