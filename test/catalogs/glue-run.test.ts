import { afterEach, expect, test, vi } from 'vitest'
import { openGlue } from '../../shared/catalogs/glue/glue.ts'
import { glueOptions } from '../../shared/catalogs/glue/options.ts'
import type { Lake } from '../../shared/run/run.ts'
import { fileOf, group, leaf, metadata } from '../support/compact.ts'
import { dice } from '../support/dice.ts'
import { type FakeGlue, fakeGlue, type Troubles } from '../support/fake-glue.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'
import { ENDLESS } from '../support/waiting.ts'

const HOUR = 3_600_000

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A lake in memory whose tables are in a fake Glue. */
async function lakeInGlue(
  more: object = {},
  settings: Partial<Lake> = {},
): Promise<{ lake: TestLake; glue: FakeGlue }> {
  const glue = await fakeGlue()
  const keys = { accessKeyId: 'test', secretAccessKey: 'test' }
  const options = glueOptions.parse({
    kind: 'glue',
    timeout: ENDLESS,
    endpoint: glue.endpoint,
    ...keys,
    ...more,
  })
  const catalog = openGlue('cloud', options)
  closing.push(() => catalog.close(), glue.close)
  return { lake: testLake({ more: { catalogs: [catalog], ...settings } }), glue }
}

/** Lays a file into each of the hours before the clock's. @returns their values */
function layHours({ put, clock }: TestLake, count: number): string[][] {
  return Array.from({ length: count }, (_, ago) => {
    const hour = new Date(clock.now - (ago + 1) * HOUR).toISOString().slice(0, 13).split(/[-T]/)
    put(`orders/${hour.join('/')}/a.parquet`, 'v1', clock.now - HOUR)
    return hour
  })
}

const fault = (name: string) => ({ kind: 'fault', name, status: 400 }) as const

/** A fifth of the requests throttled, a twentieth of the writes met by another writer, a hundredth of the items refused. */
function busy(): Troubles {
  const chance = dice()
  return {
    request: ({ operation }) => {
      if (chance() < 0.2) return fault('ThrottlingException')
      const writes = operation === 'UpdateTable' || /^Batch(Create|Update)/.test(operation)
      return writes && chance() < 0.05 ? fault('ConcurrentModificationException') : undefined
    },
    item: operation =>
      operation === 'BatchCreatePartition' && chance() < 0.01 ? 'InternalServiceException' : undefined,
  }
}

const columnsOf = (glue: FakeGlue, values: readonly string[]) =>
  glue
    .partition('golden', 'orders', values)
    ?.StorageDescriptor?.Columns?.map(({ Type }) => Type)
    .join()

test('5,000 partitions come into a busy Glue without loss, and get a wider type; the reports tell the retries', async () => {
  const { lake, glue } = await lakeInGlue({ attempts: 10 })
  // Short pauses: they are as long as chance wants.
  vi.spyOn(Math, 'random').mockReturnValue(0.02)
  const hours = layHours(lake, 5000)
  glue.cause(busy())
  const first = lake.table(await lake.scan())
  expect(first).toMatchObject({ outcome: 'changed', partitions: { added: 5000 } })
  expect(first.retries).toBeGreaterThan(20)

  lake.clock.now += HOUR / 2
  lake.put('orders/2019/09/01/12/a.parquet', 'v2')
  const second = lake.table(await lake.scan())
  expect(second).toMatchObject({ outcome: 'changed', partitions: { added: 1, altered: 5000 } })
  expect(second.retries).toBeGreaterThan(20)

  glue.cause({})
  expect(new Set(hours.map(hour => columnsOf(glue, hour)))).toEqual(new Set(['bigint,double,string']))
  expect(lake.table(await lake.scan({ mode: 'full' }))).toMatchObject({ outcome: 'unchanged', retries: 0 })
})

test('column statistics of an earlier build go from a busy Glue', async () => {
  const { lake, glue } = await lakeInGlue({ attempts: 10 })
  vi.spyOn(Math, 'random').mockReturnValue(0.02)
  const hours = layHours(lake, 200)
  await lake.scan()
  for (const hour of hours) {
    const stored = glue.partition('golden', 'orders', hour)!
    const Parameters = { ...stored.Parameters, 'goldsync.statistics': 'id' }
    glue.putPartition('golden', 'orders', { ...stored, Parameters })
    glue.describe('golden', 'orders', hour, ['amount', 'id'])
  }
  glue.cause(busy())
  lake.clock.now += HOUR / 2
  await lake.scan()
  glue.cause({})
  const left = hours.map(hour => glue.described('golden', 'orders', hour).join())
  expect(new Set(left)).toEqual(new Set(['amount']))
  expect(glue.table('golden', 'orders')?.Parameters).not.toHaveProperty('goldsync.withdrawal')
})

test('a table whose Glue throttles every request says how often it was asked in vain', async () => {
  const { lake, glue } = await lakeInGlue({ attempts: 3 })
  layHours(lake, 1)
  glue.cause({ request: () => fault('ThrottlingException') })
  expect(lake.table(await lake.scan())).toMatchObject({
    outcome: 'failed',
    error: { code: 'UNAVAILABLE' },
    retries: 2,
  })
})

test('what Glue cannot hold is left out, and what Athena cannot name is told once', async () => {
  const { lake, glue } = await lakeInGlue()
  const fields = Array.from({ length: 10_000 }, (_, at) => leaf(`field_${at}`, 1))
  const schema = [group('root', 2), leaf('größe', 1), group('wide', fields.length), ...fields]
  const file = fileOf(metadata({ schema, rows: 0, groups: [], orders: [] }))
  for (const hour of ['10', '11'])
    lake.storage.put(`${ROOT}/orders/2019/09/01/${hour}/a.parquet`, file, lake.clock.now)
  const report = lake.table(await lake.scan())
  const found = report.diagnostics.filter(({ code }) => /^(GLUE|ATHENA)_/.test(code))
  expect(found.map(({ code, partition, count }) => [code, partition, count])).toEqual([
    ['GLUE_LIMIT', '2019/09/01/10', 2],
    ['ATHENA_NAME', undefined, undefined],
  ])
  expect([report.outcome, columnsOf(glue, ['2019', '09', '01', '11'])]).toEqual(['changed', 'int'])
})

test('a widening that was cut after the table reaches the partitions in the next run', async () => {
  const { lake, glue } = await lakeInGlue({ attempts: 1 })
  const hours = layHours(lake, 3)
  await lake.scan()
  lake.clock.now += HOUR / 2
  lake.put('orders/2019/09/01/12/a.parquet', 'v2')
  glue.cause({
    request: ({ operation }) =>
      operation === 'BatchUpdatePartition' ? fault('AccessDeniedException') : undefined,
  })
  expect(lake.table(await lake.scan())).toMatchObject({ outcome: 'failed' })
  glue.cause({})
  lake.clock.now += HOUR / 2
  expect(lake.table(await lake.scan())).toMatchObject({ outcome: 'changed' })
  expect(new Set(hours.map(hour => columnsOf(glue, hour)))).toEqual(new Set(['bigint,double,string']))
})
