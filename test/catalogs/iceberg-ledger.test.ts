import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lookUp, readAll, readList, writeNews } from '../../shared/catalogs/iceberg/ledger/ledger.ts'
import {
  keyOf,
  type LedgerRecord,
  parseRecords,
  printRecords,
} from '../../shared/catalogs/iceberg/ledger/records.ts'
import {
  EMPTY_LIST,
  mergedWith,
  SEALED,
  type Segment,
} from '../../shared/catalogs/iceberg/ledger/segments.ts'
import { memoryFiles } from '../support/metadata-files.ts'

const recordOf = (value: string, note: string, more: Partial<LedgerRecord> = {}): LedgerRecord => ({
  values: ['2019', value],
  location: `hdfs://lake/orders/2019/${value}`,
  columns: '0',
  parameters: { note },
  files: [{ path: `hdfs://lake/orders/2019/${value}/${note}.parquet`, size: 10, modified: 1 }],
  ...more,
})

/** Commits news one after another. */
async function ledgerOf(commits: readonly (readonly LedgerRecord[])[]) {
  const files = memoryFiles()
  let list = EMPTY_LIST
  for (const [at, records] of commits.entries()) {
    const path = await writeNews(files, 'memory://_goldsync/t', list, { records, columns: {}, id: `c${at}` })
    list = await readList(files, path)
  }
  return { files, list }
}

describe("Iceberg's ledger", () => {
  const record = fc
    .record({ value: fc.integer({ min: 0, max: 30 }), dropped: fc.boolean(), note: fc.string() })
    .map(({ value, dropped, note }) =>
      recordOf(String(value), note, dropped ? { dropped: true, files: [] } : {}),
    )
  const commit = fc.uniqueArray(record, { selector: keyOf, maxLength: 12 })

  it('is a map, whatever was committed in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(commit, { maxLength: 25 }), async commits => {
        const model = new Map(commits.flat().map(one => [keyOf(one), one]))
        const { files, list } = await ledgerOf(commits)
        const wanted = [...model.values()].filter(({ dropped }) => !dropped)
        const all = await readAll(files, list)
        expect(new Map(all.map(one => [keyOf(one), one]))).toEqual(
          new Map(wanted.map(one => [keyOf(one), one])),
        )
        const asked = ['3', '7', '29', 'never'].map(value => ['2019', value])
        const found = [...(await lookUp(files, list, asked)).values()].filter(({ dropped }) => !dropped)
        const keys = new Set(asked.map(values => values.join('\0')))
        expect(new Map(found.map(one => [keyOf(one), one]))).toEqual(
          new Map(wanted.filter(one => keys.has(keyOf(one))).map(one => [keyOf(one), one])),
        )
      }),
      { numRuns: 40 },
    )
  })

  it('gives records back as they were', () => {
    void fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1, maxLength: 3 }),
        fc.constantFrom('/lake/a', 's3://b/a b', 'hdfs://x/q%20'),
        fc.array(fc.constantFrom('/1.parquet', '/./x', 'elsewhere', '/sub/ü.parquet')),
        fc.option(fc.string(), { nil: undefined }),
        (values, location, names, etag) => {
          const files = names.map(name => ({
            path: name.startsWith('/') ? location + name : `/${name}`,
            size: 3,
            modified: 4.5,
            ...(etag === undefined ? {} : { etag }),
          }))
          const one: LedgerRecord = { values, location, columns: '1', parameters: { a: 'b\n' }, files }
          const gone: LedgerRecord = { ...one, files: [], dropped: true, rewritten: files }
          expect(parseRecords(printRecords([one, gone]))).toEqual([one, gone])
        },
      ),
    )
  })

  it('writes each record a bounded number of times, and few segments, however many commits there are', () => {
    let segments: Segment[] = []
    let written = 0
    let most = 0
    const commits = 20_000
    for (let at = 0; at < commits; at++) {
      const count = mergedWith(segments, 1)
      const records = segments.slice(segments.length - count).reduce((sum, one) => sum + one.records, 1)
      written += records
      most = Math.max(most, records)
      segments = [
        ...segments.slice(0, segments.length - count),
        { path: '', records, bytes: 0, first: '', last: '' },
      ]
      expect(segments.length).toBeLessThanOrEqual(Math.ceil(at / SEALED) + Math.log2(SEALED) + 2)
    }
    expect(written / commits).toBeLessThanOrEqual(Math.log2(SEALED) + 1)
    expect(most).toBeLessThanOrEqual(SEALED)
  })

  it('reads nothing of segments that cannot tell of what is asked', async () => {
    const old = Array.from({ length: 100 }, (_, at) => recordOf(`01-${String(at).padStart(3, '0')}`, 'x'))
    const { files, list } = await ledgerOf([old, [recordOf('02-000', 'x')]])
    files.calls.length = 0
    expect((await lookUp(files, list, [['2019', '02-000']])).size).toBe(1)
    expect((await lookUp(files, list, [['2019', '03-000']])).size).toBe(0)
    expect(files.calls).toEqual(['read memory://_goldsync/t/c1.jsonl.gz'])
  })

  it('keeps who was taken out while an older segment tells of it, and what was rewritten for good', async () => {
    const many = Array.from({ length: 50 }, (_, at) => recordOf(`a${at}`, 'x'))
    const gone = recordOf('a7', 'x', { files: [], dropped: true })
    const { list } = await ledgerOf([many, [gone]])
    expect(list.segments.map(({ records }) => records)).toEqual([50, 1])
    const all = await ledgerOf([[recordOf('a', 'x')], [recordOf('a', 'x', { files: [], dropped: true })]])
    expect(all.list.segments).toEqual([])
    const kept = recordOf('a', 'x', { files: [], dropped: true, rewritten: recordOf('a', 'x').files })
    const { files, list: told } = await ledgerOf([[recordOf('a', 'x')], [kept]])
    expect([...(await lookUp(files, told, [kept.values])).values()]).toEqual([kept])
  })
})
