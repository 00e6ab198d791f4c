import { expect, test } from 'vitest'
import { printColumns } from '../../shared/evolution/merge.ts'
import type { Lake } from '../../shared/run/run.ts'
import { kindBytes } from '../support/kinds.ts'
import { ROOT, testLake } from '../support/lake.ts'

const DAY = 'events/2019/09/01'

/** A lake with the choices of `types`, and one file of test/fixtures/types an hour. */
function lakeOf(types: Partial<ReturnType<Lake['typesOf']>>, ...kinds: readonly string[]) {
  const usual = {
    hive3: false,
    binaryAsString: false,
    unsigned: 'warn',
    nullColumns: 'hold',
    unreadable: 'hold',
    oldDates: 'hold',
    widenDecimal: false,
  } as const
  const lake = testLake({ more: { typesOf: () => ({ ...usual, ...types }) } })
  for (const [hour, kind] of kinds.entries()) put(lake, hour, kind)
  return lake
}

const put = ({ storage, clock }: ReturnType<typeof testLake>, hour: number, kind: string): void =>
  storage.put(`${ROOT}/${DAY}/${10 + hour}/a.parquet`, kindBytes(kind), clock.now)

const tableOf = async ({ catalog }: ReturnType<typeof testLake>) =>
  catalog.inspect({ database: 'golden', name: 'events' })

test('a new table is told once of what engines make of its types, whatever partitions come', async () => {
  const lake = lakeOf({}, 'timestamps', 'timestamps')
  const first = lake.table(await lake.scan())
  expect(first.diagnostics.map(({ code, column }) => `${code} ${column}`)).toEqual([
    'TIMESTAMP_MILLIS ms',
    'TIMESTAMP_MICROS us',
    'TIMESTAMP_MICROS us_utc',
    'TIMESTAMP_MILLIS ms_utc',
    'TIMESTAMP_MILLIS ms_zone',
  ])
  put(lake, 2, 'timestamps')
  const second = lake.table(await lake.scan())
  expect([second.partitions.added, second.diagnostics]).toEqual([1, []])
})

test('hive3: the table keeps the unit with the column, and a file of another unit is held back', async () => {
  const lake = lakeOf({ hive3: true }, 'spark-millis')
  await lake.scan()
  const at = (await tableOf(lake))?.columns.find(column => column.name === 'at')
  expect(at).toEqual({ name: 'at', type: { kind: 'bigint' }, comment: 'milliseconds since 1970-01-01' })

  put(lake, 1, 'spark-micros')
  const { diagnostics, partitions } = lake.table(await lake.scan())
  expect(partitions).toMatchObject({ added: 0, held: 1 })
  expect(diagnostics).toMatchObject([
    {
      code: 'INCOMPATIBLE_TYPE',
      column: 'at',
      message: expect.stringContaining(
        'is microseconds since 1970-01-01 in this file and milliseconds since 1970-01-01 in the table',
      ),
    },
  ])
})

test('hive3: a table that has timestamps keeps them', async () => {
  const lake = lakeOf({}, 'timestamps')
  await lake.scan()
  const before = printColumns((await tableOf(lake))?.columns ?? [])
  const choosing = {
    ...lake.lake,
    typesOf: () =>
      ({
        hive3: true,
        binaryAsString: false,
        unsigned: 'warn',
        nullColumns: 'hold',
        unreadable: 'hold',
        oldDates: 'hold',
        widenDecimal: false,
      }) as const,
  }
  put(lake, 1, 'timestamps')
  Object.assign(lake.lake, choosing)
  expect(lake.table(await lake.scan()).partitions.added).toBe(1)
  expect(printColumns((await tableOf(lake))?.columns ?? [])).toBe(before)
})

test('unsigned: hold: a partition with values that may not fit waits', async () => {
  const { partitions, diagnostics } = await report(lakeOf({ unsigned: 'hold' }, 'unsigned'))
  expect(partitions).toMatchObject({ added: 0, held: 1 })
  expect(diagnostics).toMatchObject([
    { code: 'UNSIGNED_UNPROVEN', column: 'u32', partition: '2019/09/01/10' },
  ])
})

const report = async (lake: ReturnType<typeof testLake>) => lake.table(await lake.scan())
