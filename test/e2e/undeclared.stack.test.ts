/**
 * What was left out comes back: in each table one hour holds what no table declares, and another gives the same name a type. One
 * of them is held back, in either order, and engines read what is registered.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pMap from 'p-map'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TableReport } from '../../shared/run/report.ts'
import { metastoreConfig, runScanOf } from '../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { dropDatabases } from '../support/metastore.ts'
import { prestoRows } from '../support/presto.ts'
import { type ArrowType, writeParquet } from '../support/pyarrow.ts'
import { trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'

type Values = readonly [type: ArrowType, values: readonly unknown[]]

const TIME: Values = ['time32[ms]', [1000, null]]
const NULLS: Values = ['null', [null, null]]

/** What is left out, then what gives the name a type. */
const PAIRS: Readonly<Record<string, readonly [bad: Values, good: Values]>> = {
  uint32: [
    ['uint32', [3_000_000_000, 1]],
    ['uint32', [3, 1]],
  ],
  uint64: [
    ['uint64', ['9223372036854775813', 1]],
    ['int64', [3, 1]],
  ],
  time: [TIME, ['int32', [1, 2]]],
  struct_of_time: [
    [{ struct: { t: 'time32[ms]' } }, [{ t: 1000 }, null]],
    ['int32', [1, 2]],
  ],
  null_array: [NULLS, [{ list: 'int32' }, [[1], [2]]]],
  null_map: [NULLS, [{ map: ['string', 'int32'] }, [{ a: 1 }, { b: 2 }]]],
  null_struct: [NULLS, [{ struct: { a: 'int32' } }, [{ a: 1 }, { a: 2 }]]],
  null_timestamp: [NULLS, ['timestamp[ms]', ['2019-09-01 01:02:03', '2019-09-01 01:02:04']]],
  null_boolean: [NULLS, ['bool', [true, false]]],
  null_decimal: [NULLS, ['decimal(20,2)', ['1.50', '2.50']]],
  null_elements: [
    [{ list: 'null' }, [[], [null]]],
    [{ list: 'string' }, [['a'], ['b']]],
  ],
  null_field: [
    [{ struct: { a: 'int32', n: 'null' } }, [{ a: 1 }, { a: 2 }]],
    [{ struct: { a: 'int32', n: 'string' } }, [{ a: 1, n: 'a' }, { a: 2 }]],
  ],
  null_values: [
    [{ map: ['string', 'null'] }, [{ a: null }, { b: null }]],
    [{ map: ['string', 'string'] }, [{ a: 'x' }, { b: 'y' }]],
  ],
  deep_uint64: [
    [
      { list: { struct: { a: 'int32', n: { list: 'uint64' } } } },
      [[{ a: 1, n: ['9223372036854775813'] }], []],
    ],
    [{ list: { struct: { a: 'int32', n: { list: 'int64' } } } }, [[{ a: 1, n: [3] }], []]],
  ],
}

const NAME = `undeclared_${process.pid}`
const ROOT = `/golden/${NAME}`
const READERS = ['trino 476', 'presto 0.287', 'hive 4.0.1']

const config = {
  lakes: [
    {
      location: hdfs.location(ROOT),
      storage: hdfsStorage,
      database: NAME,
      createDatabase: true,
      readers: READERS,
    },
  ],
  catalogs: { metastore3: metastoreConfig('metastore3') },
}

const TABLES = Object.keys(PAIRS).flatMap(pair => [`${pair}_first`, `${pair}_last`])
let folder: string

/** The bad file of a table comes first or last. */
const valuesOf = (table: string, hour: number): Values => {
  const [, pair = '', place] = /^(.*)_(first|last)$/.exec(table) ?? []
  const [bad, good] = PAIRS[pair]!
  return (place === 'first') === (hour === 0) ? bad : good
}

async function lay(hour: number): Promise<void> {
  const paths = TABLES.map(table => [table, `${table}/2019/09/01/0${hour}/a.parquet`] as const)
  await writeParquet(
    paths.map(([table, path]) => ({
      file: join(folder, path),
      columns: [
        ['id', 'int32', [1, 2]],
        ['u', ...valuesOf(table, hour)],
      ],
    })),
  )
  await pMap(paths, async ([, path]) => hdfs.put(`${ROOT}/${path}`, await readFile(join(folder, path))), {
    concurrency: 8,
  })
}

describeStack(['hdfs', 'metastore3', 'trino', 'presto', 'python'], 'what a schema does not declare', () => {
  let second: ReadonlyMap<string, TableReport>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'goldsync-undeclared-'))
    await lay(0)
    await runScanOf(config)
    await lay(1)
    second = new Map((await runScanOf(config, { mode: 'full' })).map(report => [report.topic, report]))
  }, 120_000)

  afterAll(async () => {
    await dropDatabases(stack.metastore3, NAME)
    await Promise.all([hdfs.rm(ROOT), rm(folder, { recursive: true, force: true })])
  })

  test.each(TABLES)('%s: the hour that comes second is held back, and says why', table => {
    const { held, diagnostics } = second.get(table)!
    const codes = diagnostics.map(({ code }) => code)
    expect([held, codes.length > 0]).toEqual([['2019/09/01/01'], true])
    if (table.endsWith('_first')) expect(codes).toContain('TYPE_HELD')
  })

  const counts = (prefix: string) => {
    const sums = TABLES.map(table => {
      const u = table.endsWith('_last') || /field|deep/.test(table) ? 'u' : 'id'
      return `select '${table}' as name, count(*) as n, count(${u}) as u from ${prefix}${NAME}.${table}`
    })
    return [sums.slice(0, 10), sums.slice(10, 20), sums.slice(20)].map(part => part.join(' union all '))
  }
  const expected = TABLES.map(table => [table, '2', '2']).sort()

  test.each([
    ['Trino', (sql: string) => trinoRows(sql), `${stack.trino.hive3Catalog}.`],
    ['Presto', (sql: string) => prestoRows(sql, `${stack.presto.catalog}.parquet_use_column_names=true`), ''],
  ] as const)('%s reads all that is registered', async (_, rows, prefix) => {
    const found = (await pMap(counts(prefix), rows, { concurrency: 1 })).flat()
    expect(found.sort()).toEqual(expected)
  })
})
