import { describe, expect, test } from 'vitest'
import { exitCode, findingsOf, type Report } from '../../shared/run/report.ts'
import { type TestLake, testLake } from '../support/lake.ts'

const codes = (report: Report) => findingsOf(report).map(({ code, severity }) => `${severity} ${code}`)

function lakeOf(layout: string, ...folders: string[]): TestLake {
  const lake = testLake({ layout })
  for (const folder of folders) lake.put(`${folder}/a.parquet`, 'v1')
  return lake
}

const HOURLY = '{topic}/{yyyy}/{MM}/{dd}/{HH}'

describe('a layout that no topic of the lake fits', () => {
  test.each<[string, string, string[], RegExp, RegExp]>([
    [
      'daily folders',
      HOURLY,
      ['orders/2019/09/01', 'clicks/2019/09/01'],
      /suggest \{topic\}\/\{yyyy\}\/\{MM\}\/\{dd\}$/,
      /^set layout/,
    ],
    ['deeper folders', '{topic}/{yyyy}/{MM}', ['orders/2019/09/01/11'], /\{dd\}\/\{HH\}$/, /^set layout/],
    ['folders of Hive', HOURLY, ['orders/year=2019/month=09'], /year=\{yyyy\}\/month=\{MM\}$/, /^set layout/],
    [
      'a root too deep',
      HOURLY,
      ['2019/09/01/11'],
      /fits no topic/,
      /one level too deep.*folder above memory:\/\/lake\/golden, with the layout as it is/,
    ],
    [
      'a root too high',
      HOURLY,
      ['a/orders/2019/09/01/11', 'a/clicks/2019/09/01/11'],
      /fits no topic/,
      /too high.*memory:\/\/lake\/golden\/a, with the layout as it is/,
    ],
    [
      'another first folder',
      `raw/${HOURLY}`,
      ['new/orders/2019/09/01/11'],
      /new\/orders\/2019/,
      /golden\/new, with layout/,
    ],
    ['nothing that is known', HOURLY, ['orders/x/y'], /suggest no layout/, /docs\/layouts.md/],
  ])('fails the run with what the folders suggest: %s', async (_, layout, folders, message, hint) => {
    const lake = lakeOf(layout, ...folders)
    for (const options of [{}, { dryRun: true }, { mode: 'full' }] as const) {
      const report = await lake.scan(options)
      expect(report.failures).toMatchObject([
        {
          error: {
            code: 'CONFIG_INVALID',
            retryable: false,
            message: expect.stringMatching(message),
            hint: expect.stringMatching(hint),
          },
        },
      ])
      expect(exitCode(report)).toBe(1)
      expect(report.tables.map(({ outcome }) => outcome)).not.toContain('unchanged')
    }
    expect(lake.catalog.state().tables.size).toBe(0)
  })

  test('is found where its tables exist already, by a full scan', async () => {
    const lake = lakeOf(HOURLY, 'orders/2019/09/01/11')
    await lake.scan()
    const other = testLake({
      layout: '{topic}/year={yyyy}/month={MM}/day={dd}/hour={HH}',
      catalog: lake.catalog,
      more: { storage: lake.storage },
    })
    const report = await other.scan({ mode: 'full' })
    expect(report.failures[0]?.error.message).toContain(`suggest ${HOURLY}`)
  })
})

describe('a single topic that does not fit', () => {
  test('is one warning with what its folders suggest; the others are synced', async () => {
    const lake = lakeOf(HOURLY, 'orders/2019/09/01/11', 'daily/2019/08/01', 'daily/2019/09/01')
    const report = await lake.scan()
    expect([codes(report), exitCode(report), report.failures]).toEqual([['warning LAYOUT_MISMATCH'], 0, []])
    expect(findingsOf(report)[0]).toMatchObject({
      path: 'memory://lake/golden/daily',
      message: expect.stringMatching(/daily\/2019\/0\d\/01.*suggest \{topic\}\/\{yyyy\}\/\{MM\}\/\{dd\}$/),
    })
    expect(report.tables.map(({ topic, outcome }) => `${topic} ${outcome}`)).toEqual([
      'daily missing',
      'orders changed',
    ])
  })

  test('asked for alone is a warning too', async () => {
    const lake = lakeOf(HOURLY, 'orders/2019/09/01/11', 'daily/2019/08/01')
    expect(codes(await lake.scan({ tables: ['daily'] }))).toEqual(['warning LAYOUT_MISMATCH'])
  })
})

describe('what is no wrong layout', () => {
  test('a foreign folder beside those that fit, in whatever scan', async () => {
    const lake = lakeOf(HOURLY, 'orders/2019/09/01/11', 'orders/backup/x', 'orders/tmp/y')
    await lake.scan()
    lake.clock.now += 30 * 24 * 3_600_000
    for (const options of [{}, { dryRun: true }, { mode: 'full' }] as const) {
      const report = await lake.scan(options)
      expect([report.failures, new Set(codes(report))]).toEqual([[], new Set(['warning FOREIGN_FOLDER'])])
    }
  })

  test('a lake, or a topic, with nothing in it yet', async () => {
    const empty = testLake()
    empty.put('.keep', 'v1')
    expect((await empty.scan()).failures).toEqual([])
    const lake = lakeOf(HOURLY, 'orders/notes/x')
    lake.storage.drop('memory://lake/golden/orders/notes/x/a.parquet')
    expect((await lake.scan()).failures).toEqual([])
  })

  test('costs an idle scan of a table no call', async () => {
    const idle = async (...more: string[]) => {
      const lake = lakeOf(HOURLY, 'orders/2019/09/01/11', ...more)
      await lake.scan()
      const before = lake.storage.asked.length
      lake.clock.now += 30 * 24 * 3_600_000
      await lake.scan()
      return lake.storage.asked.slice(before)
    }
    expect(await idle('orders/backup/x')).toEqual(await idle())
  })
})
