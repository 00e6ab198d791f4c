import { describe, expect, test } from 'vitest'
import type { Lake } from '../../shared/run/run.ts'
import { partitionKey } from '../../shared/schema/table.ts'
import { countedFile } from '../support/counted-file.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'
import { columnsWithStatistics, setStatistics } from '../support/memory-statistics.ts'

const MINUTE = 60_000
const NAME = { database: 'golden', name: 'orders' }

const exactly = () => testLake({ more: { statistics: 'exact' } })

const put = ({ storage, clock }: TestLake, path: string, bytes: Uint8Array) =>
  storage.put(`${ROOT}/orders/2019/09/01/${path}.parquet`, bytes, clock.now - MINUTE)

const tableOf = ({ catalog }: TestLake) => catalog.state().tables.get('golden.orders')
const tableParameters = (lake: TestLake) => tableOf(lake)?.table.parameters ?? {}
const valuesOf = (hour: string) => ['2019', '09', '01', hour]
const parametersOf = (lake: TestLake, hour: string) =>
  tableOf(lake)?.partitions.get(partitionKey(valuesOf(hour)))?.parameters ?? {}
const left = ({ catalog }: TestLake, hour: string) => columnsWithStatistics(catalog, NAME, valuesOf(hour))

/** What an earlier build has left: it had published n; somebody else has analyzed other. */
const publish = ({ catalog }: TestLake, ...hours: string[]) => {
  for (const hour of hours)
    setStatistics(catalog, NAME, valuesOf(hour), ['n', 'other'], { 'goldsync.statistics': 'n' })
}

const kinds = async (lake: TestLake, more = {}) => {
  lake.clock.now += MINUTE
  return lake.table(await lake.scan(more)).steps.map(({ kind }) => kind)
}

/** Registered hours of one file each, as an earlier build has left them. */
async function leftBehind(hours: readonly string[], more: Partial<Lake> = {}): Promise<TestLake> {
  const lake = testLake({ more })
  for (const hour of hours) put(lake, `${hour}/a`, countedFile(1, 3, 3))
  await lake.scan()
  publish(lake, ...hours)
  return lake
}

describe.each(['off', 'basic', 'exact'] as const)('with statistics: %s', statistics => {
  test('nothing of columns is given to the catalog, and an idle run costs no call more', async () => {
    const lake = testLake({ more: { statistics } })
    put(lake, '10/a', countedFile(1, 3, 3))
    expect(await kinds(lake)).toEqual(['createDatabase', 'createTable', 'addPartitions', 'setParameters'])
    expect(parametersOf(lake, '10')).not.toHaveProperty('goldsync.statistics')
    expect(parametersOf(lake, '10').numRows).toBe(statistics === 'off' ? undefined : '3')
    const before = { ...lake.catalog.calls }
    expect(await kinds(lake)).toEqual([])
    expect(lake.catalog.calls.partitions - before.partitions).toBe(1)
    put(lake, '10/b', countedFile(1, 3, 3))
    expect(await kinds(lake)).toEqual(['alterPartitions'])
  })

  test('what an earlier build has published goes with the first run that meets it, and costs nothing then', async () => {
    const hours = ['07', '08', '09', '10']
    const lake = await leftBehind(hours, { statistics })
    expect((await kinds(lake)).filter(kind => kind !== 'setParameters')).toEqual(['stripPartitions'])
    for (const hour of hours) {
      expect(left(lake, hour)).toEqual(['other'])
      expect(parametersOf(lake, hour)).not.toHaveProperty('goldsync.statistics')
    }
    expect(tableParameters(lake)).not.toHaveProperty('goldsync.withdrawal')
    const before = { ...lake.catalog.calls }
    expect(await kinds(lake)).toEqual([])
    const { partitions, apply } = lake.catalog.calls
    expect([partitions - before.partitions, apply - before.apply]).toEqual([1, 0])
  })
})

describe('column statistics of an earlier build', () => {
  test('go from where a recent scan does not look, once it has met some', async () => {
    const lake = await leftBehind(['00', '11'])
    await lake.scan()
    expect([left(lake, '00'), left(lake, '11')]).toEqual([['other'], ['other']])
  })

  test('that recent scans do not meet are met by a full one', async () => {
    const lake = await leftBehind(['00'])
    put(lake, '11/a', countedFile(1, 3, 3))
    expect(await kinds(lake)).not.toContain('stripPartitions')
    expect(await kinds(lake, { mode: 'full' })).toContain('stripPartitions')
    expect(left(lake, '00')).toEqual(['other'])
  })

  test('are left by an event, which only says on the table that there are some', async () => {
    const lake = await leftBehind(['10', '11'])
    expect(await kinds(lake, { lazy: true })).toContain('setParameters')
    expect(left(lake, '10')).toEqual(['n', 'other'])
    expect(tableParameters(lake)).toMatchObject({ 'goldsync.withdrawal': 'after ' })
    await lake.scan()
    expect([left(lake, '10'), left(lake, '11')]).toEqual([['other'], ['other']])
  })

  test('of files that are no longer all go even in an event', async () => {
    const lake = await leftBehind(['10', '11'])
    put(lake, '10/b', countedFile(4, 9, 3))
    await lake.scan({ lazy: true })
    expect([left(lake, '10'), left(lake, '11')]).toEqual([['other'], ['n', 'other']])
    expect(parametersOf(lake, '10')).toMatchObject({ numRows: '6' })
  })

  test('are only told of by a plan', async () => {
    const lake = await leftBehind(['10', '11'])
    const { diagnostics } = lake.table(await lake.scan({ dryRun: true }))
    expect(diagnostics).toMatchObject([{ code: 'STATISTICS_PENDING', severity: 'info' }])
    expect(left(lake, '11')).toEqual(['n', 'other'])
    expect(tableParameters(lake)).not.toHaveProperty('goldsync.withdrawal')
  })

  test('that somebody has made anew since stay', async () => {
    const lake = await leftBehind(['10', '11'])
    const word = { COLUMN_STATS_ACCURATE: '{"BASIC_STATS":"true","COLUMN_STATS":{"n":"true"}}' }
    setStatistics(lake.catalog, NAME, valuesOf('11'), ['n'], word)
    await lake.scan()
    expect([left(lake, '10'), left(lake, '11')]).toEqual([['other'], ['n', 'other']])
    expect(parametersOf(lake, '11')).toMatchObject(word)
    expect(parametersOf(lake, '11')).not.toHaveProperty('goldsync.statistics')
  })

  test('go in bounded steps, the newest first, and each run says what is left', async () => {
    const lake = testLake()
    const times = Array.from({ length: 500 }, (_, at) => Date.UTC(2019, 8, 1, 11) + (at - 499) * 60 * MINUTE)
    const paths = times.map(time => new Date(time).toISOString().slice(0, 13).split(/[-T]/))
    for (const [at, path] of paths.entries())
      lake.storage.put(`${ROOT}/orders/${path.join('/')}/a.parquet`, countedFile(1, 3, 3), times[at] ?? 0)
    await lake.scan()
    const columns = Array.from({ length: 10 }, (_, at) => `c${at}`)
    for (const path of paths)
      setStatistics(lake.catalog, NAME, path, columns, { 'goldsync.statistics': columns.join() })
    const run = async (runId: string) => {
      lake.clock.now += MINUTE
      const { diagnostics, outcome } = lake.table(await lake.scan({ runId }))
      const pending = paths.filter(path => columnsWithStatistics(lake.catalog, NAME, path).length > 0)
      return { pending, diagnostics, outcome }
    }
    const first = await run('1')
    expect(first.pending).toEqual(paths.slice(0, 300))
    expect(first.outcome).toBe('changed')
    expect(first.diagnostics).toMatchObject([
      { code: 'STATISTICS_PENDING', message: expect.stringContaining('300 of 500 partitions') },
    ])
    expect((await run('2')).pending).toEqual(paths.slice(0, 100))
    expect(await run('3')).toMatchObject({ pending: [], diagnostics: [] })
    expect(await run('4')).toMatchObject({ pending: [], outcome: 'unchanged' })
  })

  test.each(['before', 'after'] as const)(
    'are gone after the next runs, where one dies %s any of its steps',
    async when => {
      const hours = ['00', '05', '09', '10', '11']
      for (let step = 1; step <= 5; step++) {
        const lake = await leftBehind(hours)
        put(lake, '11/b', countedFile(4, 9, 3))
        lake.catalog.failAt({ step: lake.catalog.calls.steps + step, when, error: new Error('power cut') })
        await lake.scan()
        lake.clock.now += MINUTE
        await lake.scan()
        for (const hour of hours) expect(left(lake, hour), `step ${step}`).toEqual(['other'])
        expect(tableParameters(lake)).not.toHaveProperty('goldsync.withdrawal')
        expect(parametersOf(lake, '11')['goldsync.fingerprint']).toMatch(/^2:/)
      }
    },
  )

  test('that an earlier build publishes again go again', async () => {
    const lake = await leftBehind(['10', '11'])
    await lake.scan()
    publish(lake, '10')
    await lake.scan({ runId: 'later' })
    expect(left(lake, '10')).toEqual(['other'])
  })
})

describe('the report of exact statistics', () => {
  test('tells of the columns of all the files read, and of each partition', async () => {
    const lake = exactly()
    put(lake, '10/a', countedFile(1, 3, 3))
    put(lake, '11/a', countedFile(7, 7))
    const { statistics } = lake.table(await lake.scan())
    const column = { column: 'n', nulls: 0, kind: 'integer', exact: true }
    expect(statistics).toEqual({
      files: 2,
      rows: 6,
      columns: [{ ...column, min: '1', max: '7' }],
      partitions: [
        { partition: '2019/09/01/11', rows: 3, columns: [{ ...column, min: '7', max: '7', distinct: 1 }] },
        { partition: '2019/09/01/10', rows: 3, columns: [{ ...column, min: '1', max: '3', distinct: 3 }] },
      ],
      partitionsOmitted: 0,
    })
  })

  test('is not there unless it was asked for, nor where nothing was read', async () => {
    const basic = testLake()
    put(basic, '10/a', countedFile(1, 3, 3))
    expect(basic.table(await basic.scan())).not.toHaveProperty('statistics')
    const lake = exactly()
    put(lake, '10/a', countedFile(1, 3, 3))
    await lake.scan()
    expect(lake.table(await lake.scan())).not.toHaveProperty('statistics')
  })

  test('is bounded: of many partitions the table has all, and the newest have their own', async () => {
    const lake = exactly()
    for (let day = 1; day <= 50; day++)
      for (let hour = 0; hour < 24; hour++) {
        const time = new Date(Date.UTC(2019, 6, 1) + ((day - 1) * 24 + hour) * 60 * MINUTE)
        const path = time.toISOString().slice(0, 13).replaceAll(/[-T]/g, '/')
        lake.storage.put(`${ROOT}/orders/${path}/a.parquet`, countedFile(1, 3, 3), time.getTime())
      }
    const { statistics } = lake.table(await lake.scan())
    expect(statistics).toMatchObject({ files: 1200, rows: 3600, partitionsOmitted: 200 })
    expect(statistics?.partitions).toHaveLength(1000)
    expect(statistics?.partitions[0]?.partition).toBe('2019/08/19/23')
  })
})
