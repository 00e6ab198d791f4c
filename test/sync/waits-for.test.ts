import { expect, it } from 'vitest'
import { testLake } from '../support/lake.ts'

const HOUR = 3_600_000
const DAY = 'orders/2019/09/01'

it('tells of a table why its partitions wait and since when, whatever the run has looked at', async () => {
  const lake = testLake()
  lake.put(`${DAY}/08/a.parquet`, 'v1')
  await lake.scan()
  const first = lake.clock.now
  lake.put(`${DAY}/09/a.parquet`, 'truncated')
  expect(lake.table(await lake.scan()).waits).toEqual([
    { code: 'INCOMPLETE_FILE', partitions: 1, since: at(first) },
  ])
  lake.clock.now += HOUR
  lake.put(`${DAY}/10/a.parquet`, 'truncated')
  lake.put(`${DAY}/11/a.parquet`, 'text')
  const report = lake.table(await lake.scan())
  expect(report.waits).toEqual([
    { code: 'INCOMPLETE_FILE', partitions: 2, since: at(first) },
    { code: 'NOT_PARQUET', partitions: 1, since: at(lake.clock.now) },
  ])
  expect(report.waiting).toBe(3)
  lake.clock.now += HOUR
  expect(lake.table(await lake.scan()).waits).toEqual(report.waits)
})

it('tells of a file that engines read from a registered partition', async () => {
  const lake = testLake()
  lake.put(`${DAY}/10/a.parquet`, 'v1')
  await lake.scan()
  lake.put(`${DAY}/10/b.parquet`, 'truncated')
  expect(lake.table(await lake.scan()).waits).toMatchObject([{ code: 'EXPOSED_FILE', partitions: 1 }])
})

it('tells nothing once nothing waits, and in a plan', async () => {
  const lake = testLake()
  lake.put(`${DAY}/08/a.parquet`, 'truncated')
  expect(lake.table(await lake.scan({ dryRun: true }))).not.toHaveProperty('waits')
  // A topic without a table has nothing to keep a time on.
  expect(lake.table(await lake.scan()).waits).toEqual([{ code: 'INCOMPLETE_FILE', partitions: 1 }])
  lake.put(`${DAY}/08/a.parquet`, 'v1', lake.clock.now + 1)
  const mended = lake.table(await lake.scan())
  expect([mended.waiting, mended.waits]).toEqual([0, undefined])
})

const at = (time: number): string => `${new Date(time).toISOString().slice(0, 16)}:00.000Z`
