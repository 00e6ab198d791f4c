import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import { parseEvent } from '../../shared/events/parse.ts'
import { reportOf } from '../../shared/function/outcome.ts'
import { compileLayout } from '../../shared/layout/compile.ts'
import { outcomeOfEvent } from '../../shared/outbound/event-outcome.ts'
import type { FilesReport } from '../../shared/run/report.ts'
import type { Lake } from '../../shared/run/run.ts'
import { runFiles } from '../../shared/sync/sync-files.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

async function told({ lake, clock }: TestLake, message: unknown, more: Partial<Lake> = {}) {
  const event = parseEvent(message)
  const report = await runFiles([{ ...lake, ...more }], event.files, {
    runId: 'event',
    dryRun: false,
    log: openLog('silent'),
    now: () => clock.now,
  })
  return outcomeOfEvent(event, report)
}
const files = (outcome: Awaited<ReturnType<typeof told>>) =>
  (reportOf(outcome) as FilesReport).files.map(({ location, outcome, code }) =>
    [location.replace('/golden/', ''), outcome, code].filter(Boolean).join(' '),
  )
const partitions = ({ catalog }: TestLake) =>
  [...(catalog.state().tables.get('golden.orders')?.partitions.values() ?? [])]
    .map(({ values }) => values.join('/'))
    .sort()

const filled = (...hours: string[]) => {
  const lake = testLake()
  for (const hour of hours) lake.put(`orders/${hour}/a.parquet`, 'v1')
  return lake
}
/** As HDFS tells: without the nameservice. */
const path = (folder: string) => ({ path: `/golden/${folder}` })
const renamed = (folder: string) => ({ eventType: 'RENAME', srcPath: '/tmp/x', dstPath: `/golden/${folder}` })

describe('a folder that is told of', () => {
  test.each([
    ['by a slash', path('orders/2019/09/01/11/')],
    ['by two', path('orders/2019/09/01/11//')],
    ['as text', { files: ['/golden/orders/2019/09/01/11/'] }],
    ['by a rename', renamed('orders/2019/09/01/11')],
  ])('%s has its partition registered, and no other', async (_, message) => {
    const lake = filled('2019/09/01/11', '2019/09/01/10')
    expect(files(await told(lake, message))).toEqual(['orders/2019/09/01/11 registered'])
    expect(partitions(lake)).toEqual(['2019/09/01/11'])
  })

  test.each([
    ['by a slash', path('orders/2019/09/01/')],
    ['by a rename', renamed('orders/2019/09/01')],
  ])('%s with its hours has all of them registered', async (_, message) => {
    const lake = filled('2019/09/01/11', '2019/09/01/10', '2019/09/02/01')
    expect(files(await told(lake, message))).toEqual(['orders/2019/09/01 registered'])
    expect(partitions(lake)).toEqual(['2019/09/01/10', '2019/09/01/11'])
  })

  test('may be a whole topic', async () => {
    const lake = filled('2019/09/01/11', '2018/01/01/00')
    expect(files(await told(lake, path('orders/')))).toEqual(['orders registered'])
    expect(partitions(lake)).toHaveLength(2)
  })

  test('has the worst of its partitions for an outcome', async () => {
    const lake = filled('2019/09/01/11', '2019/09/01/09')
    lake.put('orders/2019/09/01/10/bad.parquet', 'text')
    lake.storage.put(`${ROOT}/orders/2019/09/01/08/_hidden`, new Uint8Array([1]))
    expect(files(await told(lake, path('orders/2019/09/01/')))).toEqual([
      'orders/2019/09/01 held NOT_PARQUET',
    ])
    expect(partitions(lake)).toEqual(['2019/09/01/09', '2019/09/01/11'])
  })

  test('is not taken for one where a file is renamed, whose folder costs no more than before', async () => {
    const lake = filled('2019/09/01/11')
    expect(files(await told(lake, renamed('orders/2019/09/01/11/a.parquet')))).toEqual([
      'orders/2019/09/01/11/a.parquet registered',
    ])
  })

  test('costs no listing more than a file of it', async () => {
    const calls = async (message: unknown) => {
      const lake = filled('2019/09/01/11')
      await told(lake, message)
      return lake.storage.asked.map(({ operation }) => operation)
    }
    expect(await calls(path('orders/2019/09/01/11/'))).toEqual(
      await calls(path('orders/2019/09/01/11/a.parquet')),
    )
  })

  test.each([
    [path('orders/2019/09/03/'), 'orders/2019/09/03 absent FILE_ABSENT'],
    [path('orders/2019/09/01/23/'), 'orders/2019/09/01/23 absent FILE_ABSENT'],
    [renamed('orders/2019/09/03'), 'orders/2019/09/03 ignored WRONG_DEPTH'],
    [path('orders/2019/13/'), 'orders/2019/13 ignored IMPOSSIBLE_DATE'],
    [path('orders/2019/09/01/11/sub/'), 'orders/2019/09/01/11/sub ignored WRONG_DEPTH'],
    [path('orders/2019/09/01/_temporary/'), 'orders/2019/09/01/_temporary ignored FOREIGN_FOLDER'],
    [renamed('orders/2019/09/01/_temporary'), 'orders/2019/09/01/_temporary ignored WRONG_DEPTH'],
    [path('nothing/'), 'nothing absent FILE_ABSENT'],
  ])('and is none, or not there, says so: %j', async (message, expected) => {
    const lake = filled('2019/09/01/11')
    expect(files(await told(lake, message))).toEqual([expected])
    expect(partitions(lake)).toEqual([])
  })

  test('of a topic that the config leaves out is ignored', async () => {
    const lake = filled('2019/09/01/11')
    const outcome = await told(lake, path('orders/2019/'), { includes: () => false })
    expect(files(outcome)).toEqual(['orders/2019 ignored TOPIC_EXCLUDED'])
  })

  test('with too much in it is left to a scan, after a bounded look', async () => {
    const lake = testLake({ layout: '{topic}/{region}/{shard}' })
    for (let region = 0; region < 60; region += 1)
      for (let hour = 0; hour < 20; hour += 1)
        lake.put(`orders/r${region}/${String(hour).padStart(2, '0')}/a.parquet`, 'v1')
    expect(files(await told(lake, path('orders/')))).toEqual(['orders ignored FOLDER_TOO_LARGE'])
    expect(partitions(lake)).toEqual([])
    expect(files(await told(lake, path('orders/r7/')))).toEqual(['orders/r7 registered'])
    expect(partitions(lake)).toHaveLength(20)
  })

  test('is looked at and told of once, however often and by whatever slashes one request names it', async () => {
    const asked = async (times: number) => {
      const lake = filled('2019/09/01/11', '2019/09/01/10')
      const named = Array.from(
        { length: times },
        (_, at) => `/golden/orders/2019/09/01/${'/'.repeat(at % 3)}`,
      )
      expect(files(await told(lake, { files: named }))).toEqual(['orders/2019/09/01 registered'])
      return lake.storage.asked.length
    }
    expect(await asked(200)).toBe(await asked(1))
  })

  test('is not opened any more where those of its request have too many partitions together', async () => {
    const lake = testLake({ layout: '{topic}/{region}/{shard}' })
    for (let region = 0; region < 12; region += 1)
      for (let shard = 0; shard < 900; shard += 1)
        lake.storage.put(`${ROOT}/orders/r${region}/s${shard}/_hidden`, new Uint8Array([1]))
    lake.put('orders/r0/s0/a.parquet', 'v1')
    const named = Array.from({ length: 12 }, (_, region) => `/golden/orders/r${region}/`)
    const outcomes = files(await told(lake, { files: named }))
    expect(outcomes[0]).toBe('orders/r0 registered')
    expect(outcomes.filter(word => word.endsWith('FOLDER_TOO_LARGE'))).toHaveLength(1)
  })

  test('that cannot be listed is to be sent again', async () => {
    const lake = filled('2019/09/01/11')
    const storage = {
      ...lake.lake.storage,
      list: () => Promise.reject(new GoldsyncError('UNAVAILABLE', 'the NameNode is away')),
    }
    const outcome = await told(lake, path('orders/2019/09/01/'), { storage })
    expect([outcome.status, files(outcome)]).toEqual([
      'unavailable',
      ['orders/2019/09/01 failed LISTING_FAILED'],
    ])
  })

  test('below which one cannot be listed says that, whatever else is in it', async () => {
    const lake = filled('2019/09/01/11')
    lake.put('orders/2019/stray.parquet', 'v1')
    const storage = {
      ...lake.lake.storage,
      list: (location: string) =>
        location.endsWith('/09')
          ? Promise.reject(new GoldsyncError('UNAVAILABLE', 'the NameNode is away'))
          : lake.lake.storage.list(location),
    }
    const outcome = await told(lake, path('orders/2019/'), { storage })
    expect(files(outcome)).toEqual(['orders/2019 failed LISTING_FAILED'])
  })

  describe('whose values have a type', () => {
    const layout = compileLayout({
      template: '{topic}/{region}/{shard}',
      partitionKeys: {
        region: { type: 'string', value: '{region}' },
        shard: { type: 'int', value: '{shard}' },
      },
    })
    const typed = (...shards: string[]) => {
      const lake = testLake()
      for (const shard of shards) lake.put(`orders/r1/${shard}/a.parquet`, 'v1')
      return lake
    }

    test.each([path('orders/r1/x/'), path('orders/r1/'), renamed('orders/r1/x')])(
      'and that is none by them says so: %j',
      async message => {
        const outcome = await told(typed('x'), message, { layout })
        expect(files(outcome)).toEqual([expect.stringMatching(/^orders\/r1(\/x)? ignored FOREIGN_FOLDER$/)])
      },
    )

    test('has those of its partitions registered that are some', async () => {
      const lake = typed('x', '7')
      expect(files(await told(lake, path('orders/r1/'), { layout }))).toEqual(['orders/r1 registered'])
      expect(partitions(lake)).toEqual(['r1/7'])
    })
  })

  test('of S3 is a marker, and ignored', () => {
    const record = {
      eventName: 'ObjectCreated:Put',
      s3: { bucket: { name: 'b' }, object: { key: 'orders/11/' } },
    }
    expect(parseEvent(record)).toMatchObject({ files: [], ignored: [{ reason: 'a folder' }] })
  })
})
