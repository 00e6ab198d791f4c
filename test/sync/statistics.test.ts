import { describe, expect, test } from 'vitest'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import type { Lake } from '../../shared/run/run.ts'
import type { KnownColumn } from '../../shared/schema/known-column.ts'
import { partitionKey } from '../../shared/schema/table.ts'
import { countedFile } from '../support/counted-file.ts'
import { FILES, ROOT, type TestLake, testLake } from '../support/lake.ts'

const MINUTE = 60_000
const HOURS = ['09', '10', '11'] as const

const exactly = (more: Partial<Lake> = {}) => testLake({ more: { statistics: 'exact', ...more } })

const put = ({ storage, clock }: TestLake, path: string, bytes: Uint8Array) =>
  storage.put(`${ROOT}/orders/2019/09/01/${path}.parquet`, bytes, clock.now - MINUTE)

const tableOf = ({ catalog }: TestLake) => catalog.state().tables.get('golden.orders')
const valuesOf = (hour: string) => ['2019', '09', '01', hour]
const parametersOf = (lake: TestLake, hour: string) =>
  tableOf(lake)?.partitions.get(partitionKey(valuesOf(hour)))?.parameters ?? {}
const known = (lake: TestLake, hour: string): readonly KnownColumn[] =>
  tableOf(lake)?.statistics?.get(partitionKey(valuesOf(hour))) ?? []

const n = (min: number, max: number, distinct: number): KnownColumn => ({
  column: 'n',
  type: { kind: 'bigint' },
  nulls: 0,
  kind: 'integer',
  distinct,
  range: { min: BigInt(min), max: BigInt(max) },
})

const kinds = async (lake: TestLake) => {
  lake.clock.now += MINUTE
  return lake.table(await lake.scan()).steps.map(({ kind }) => kind)
}

describe('with exact statistics', () => {
  test('what is known of a new partition is published, and its parameters say what', async () => {
    const lake = exactly()
    put(lake, '10/a', countedFile(1, 3, 3))
    expect(await kinds(lake)).toEqual([
      'createDatabase',
      'createTable',
      'addPartitions',
      'publishStatistics',
      'setParameters',
    ])
    expect(known(lake, '10')).toEqual([n(1, 3, 3)])
    expect(parametersOf(lake, '10')).toMatchObject({ 'goldsync.statistics': 'n', numRows: '3' })
    expect(lake.table(await lake.scan()).outcome).toBe('unchanged')
  })

  test('where one number is missing, nothing is published, and nothing is asked for it', async () => {
    const lake = exactly()
    put(lake, '10/a', countedFile(1, 3))
    expect(await kinds(lake)).toEqual(['createDatabase', 'createTable', 'addPartitions', 'setParameters'])
    expect(parametersOf(lake, '10')).not.toHaveProperty('goldsync.statistics')
  })

  test('another file makes a claim false: it goes as the partition is altered', async () => {
    const lake = exactly()
    put(lake, '10/a', countedFile(1, 3, 3))
    await lake.scan()
    put(lake, '10/b', countedFile(4, 9, 3))
    expect(await kinds(lake)).toEqual(['alterPartitions', 'setParameters'])
    expect(known(lake, '10')).toEqual([])
    expect(parametersOf(lake, '10')).not.toHaveProperty('goldsync.statistics')
    expect(parametersOf(lake, '10')).toMatchObject({ numRows: '6' })
  })

  test('another file of which all is known leads to the new truth', async () => {
    const lake = exactly()
    put(lake, '10/a', countedFile(5, 5))
    await lake.scan()
    put(lake, '10/b', countedFile(5, 5))
    expect(await kinds(lake)).toEqual(['alterPartitions', 'publishStatistics', 'setParameters'])
    expect(known(lake, '10')).toEqual([n(5, 5, 1)])
  })

  test('a file that engines read though it is not accepted takes the claims away', async () => {
    const lake = exactly()
    put(lake, '10/a', countedFile(1, 3, 3))
    await lake.scan()
    put(lake, '10/b', FILES.truncated)
    await lake.scan()
    expect(known(lake, '10')).toEqual([])
    expect(parametersOf(lake, '10')).not.toHaveProperty('numRows')
  })

  test('a partition that waits for a file to be mended gets none', async () => {
    const lake = exactly()
    put(lake, '10/a', countedFile(1, 3, 3))
    put(lake, '10/b', FILES.truncated)
    await lake.scan()
    expect(tableOf(lake)?.partitions.size ?? 0).toBe(0)
  })

  test('an event does not leave a false claim for the next scan, though it leaves counts', async () => {
    const lake = exactly()
    put(lake, '10/a', countedFile(1, 3, 3))
    put(lake, '11/a', countedFile(1, 3))
    await lake.scan()
    put(lake, '10/b', countedFile(4, 9, 3))
    put(lake, '11/b', countedFile(4, 9, 3))
    await lake.scan({ lazy: true })
    expect(known(lake, '10')).toEqual([])
    expect([parametersOf(lake, '10').numRows, parametersOf(lake, '11').numRows]).toEqual(['6', '3'])
  })

  test('a lake that asks for less later takes back what it claimed of changed partitions', async () => {
    const lake = exactly()
    put(lake, '10/a', countedFile(1, 3, 3))
    await lake.scan()
    const basic = testLake({ catalog: lake.catalog, more: { storage: lake.storage } })
    put(lake, '10/b', countedFile(1, 3, 3))
    expect(await kinds(basic)).toEqual(['alterPartitions', 'setParameters'])
    expect(known(lake, '10')).toEqual([])
  })

  test.each(['off', 'basic'] as const)('%s costs nothing more', async statistics => {
    const lake = testLake({ more: { statistics } })
    put(lake, '10/a', countedFile(1, 3, 3))
    expect(await kinds(lake)).toEqual(['createDatabase', 'createTable', 'addPartitions', 'setParameters'])
    put(lake, '10/b', countedFile(1, 3, 3))
    expect(await kinds(lake)).toEqual(['alterPartitions', 'setParameters'])
  })

  test.each(['before', 'after'] as const)(
    'a run that dies %s any of its steps leaves nothing false, and the next run leaves the truth',
    async when => {
      for (let step = 1; step <= 5; step++) {
        const lake = exactly()
        put(lake, '09/a', countedFile(5, 5))
        put(lake, '10/a', countedFile(1, 3, 3))
        await lake.scan()
        put(lake, '09/b', countedFile(5, 5))
        put(lake, '10/b', countedFile(4, 9, 3))
        put(lake, '11/a', countedFile(7, 7))
        lake.catalog.failAt({ step: lake.catalog.calls.steps + step, when, error: new Error('power cut') })
        await lake.scan()
        expectNothingFalse(lake, step)
        lake.clock.now += MINUTE
        await lake.scan()
        expect(HOURS.map(hour => known(lake, hour))).toEqual([[n(5, 5, 1)], [], [n(7, 7, 1)]])
        for (const hour of HOURS)
          expect(parametersOf(lake, hour)['goldsync.fingerprint']).toMatch(/^\d+:\d+:\d+/)
      }
    },
  )

  /** A partition whose fingerprint is that of its files has no claim that they deny, and says what it claims. */
  function expectNothingFalse(lake: TestLake, step: number) {
    const truth = { '09': [n(5, 5, 1)], '10': [], '11': [n(7, 7, 1)] }
    const now = { '09': '2:', '10': '2:', '11': '1:' }
    for (const hour of HOURS) {
      const parameters = parametersOf(lake, hour)
      const claims = known(lake, hour)
      if (parameters['goldsync.fingerprint']?.startsWith(now[hour]))
        expect(claims, `step ${step}, hour ${hour}`).toEqual(truth[hour])
      if (claims.length > 0) expect(parameters).toMatchObject({ 'goldsync.statistics': 'n' })
    }
  }
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

  test('says where the catalog keeps none, once a table', async () => {
    const catalog = openMemoryCatalog('plain', { columnStatistics: false })
    const lake = testLake({ catalog, more: { statistics: 'exact' } })
    put(lake, '10/a', countedFile(1, 3, 3))
    const report = lake.table(await lake.scan())
    expect(report.diagnostics).toMatchObject([{ code: 'STATISTICS_NOT_KEPT', severity: 'info' }])
    expect(report.steps.map(({ kind }) => kind)).not.toContain('publishStatistics')
    expect(report.statistics).toMatchObject({ files: 1 })
    expect(lake.table(await lake.scan()).diagnostics).toEqual([])
  })
})
