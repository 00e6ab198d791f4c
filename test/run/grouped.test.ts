import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Engine } from '../../shared/engines/engine.ts'
import { grouped } from '../../shared/run/grouped.ts'
import { exitCode, findingsOf, type Report } from '../../shared/run/report.ts'
import type { Diagnostic } from '../../shared/schema/diagnostic.ts'
import { ROOT, testLake } from '../support/lake.ts'

const finding = (more: Partial<Diagnostic>): Diagnostic => ({
  code: 'PARTITION_KEY_COLUMN',
  severity: 'info',
  message: 'data column day is named like a partition key',
  table: 'golden.orders',
  column: 'day',
  ...more,
})
const paths = (count: number) => Array.from({ length: count }, (_, at) => `/lake/orders/${at}.parquet`)

describe('findings of many files', () => {
  test('are one for each table, code and column, with a count and some of the files', () => {
    const days = paths(42).map(path => finding({ path }))
    const years = paths(3).map(path => finding({ path, column: 'year' }))
    const others = paths(2).map(path => finding({ path, table: 'golden.clicks' }))
    const told = grouped([...days, ...years, ...others])
    expect(told.map(({ table, column, count }) => [table, column, count])).toEqual([
      ['golden.orders', 'day', 42],
      ['golden.orders', 'year', 3],
      ['golden.clicks', 'day', 2],
    ])
    expect(told[0]?.examples).toEqual(paths(5))
    expect(told[0]).toMatchObject({ path: paths(1)[0], message: days[0]?.message })
  })

  test('of one file stay as they are, and so do those that are about no place', () => {
    const single = finding({ path: paths(1)[0]! })
    const collisions = ['a', 'b'].map(topic =>
      finding({ code: 'NAME_COLLISION', severity: 'warning', message: `topic ${topic} …` }),
    )
    expect(grouped([single, ...collisions])).toEqual([single, ...collisions])
    expect(grouped([single, single])).toEqual([single])
  })

  test('that are errors are told one by one, to a bound', () => {
    const exposed = paths(120).map(path => finding({ code: 'EXPOSED_FILE', severity: 'error', path }))
    const told = grouped(exposed)
    expect(told).toHaveLength(101)
    expect(told.slice(0, 100)).toEqual(exposed.slice(0, 100))
    expect(told[100]).toMatchObject({ count: 20, path: paths(120)[100] })
  })

  test('that say something else of engines are not put together', () => {
    const hive = { engine: 'hive4', effect: 'misreads', what: 'reads NULL' } as const
    const told = grouped([finding({ path: '/a' }), finding({ path: '/b', engines: [hive] })])
    expect(told).toHaveLength(2)
  })
})

test('a run whose files all say the same reports it once, and names each partition that it holds back', async () => {
  const lake = testLake()
  for (const hour of ['08', '09', '10', '11']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'truncated')
  const report = await lake.scan()
  const table = lake.table(report)
  expect(table.held).toHaveLength(4)
  expect(table.diagnostics).toHaveLength(1)
  expect(table.diagnostics[0]).toMatchObject({ severity: 'warning', count: 4 })
  expect(table.diagnostics[0]?.examples).toHaveLength(4)
  expect(exitCode(report as Report)).toBe(0)
})

const NAMES = [
  'converted-types',
  'int96',
  'integers',
  'item-lists',
  'legacy-lists',
  'legacy-maps',
  'logical-types',
  'names',
  'temporal',
  'unsigned-overflow',
  'duckdb-scalars',
  'decimals',
  'strings',
]

const NOTE = 'info UNUSABLE_NAME'

test('findings are about who reads the table: the engines that are configured, and no others', async () => {
  const fixture = (name: string) =>
    readFileSync(new URL(`../fixtures/parquet/${name}.parquet`, import.meta.url))
  const engine = (kind: 'trino' | 'presto'): Engine => ({
    name: kind,
    kind,
    catalogs: ['memory'],
    verify: 'off',
    reader: async () => ({ kind, version: undefined }),
    read: async () => ({ outcome: 'read', lost: [] }),
    refresh: async () => undefined,
    visible: async wanted => wanted.map(({ partitions }) => partitions.length),
    close: async () => undefined,
  })
  const told = async (engines: readonly Engine[]) => {
    const lake = testLake({ more: { engines } })
    for (const [at, name] of NAMES.entries())
      lake.storage.put(`${ROOT}/topic_${at}/2019/09/01/11/a.parquet`, fixture(name))
    // A note of a Hive catalog whose config does not say whether Hive reads is documented to be about Hive.
    const about = findingsOf(await lake.scan()).filter(({ code, severity }) => `${severity} ${code}` !== NOTE)
    const found = about.flatMap(({ engines = [] }) => engines)
    return [...new Set(found.map(({ engine }) => engine))].sort()
  }
  expect(await told([engine('trino')])).toEqual(['trino'])
  expect(await told([engine('presto')])).toEqual(['presto'])
  expect((await told([])).every(name => name.startsWith('hive'))).toBe(true)
})
