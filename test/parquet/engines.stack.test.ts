import { afterAll, beforeAll, expect, it } from 'vitest'
import { openHiveServer2 } from '../../shared/catalogs/hiveserver2/hiveserver2.ts'
import { hiveServer2Options } from '../../shared/catalogs/hiveserver2/options.ts'
import { trinoOptions } from '../../shared/engines/trino/options.ts'
import { trinoClient } from '../../shared/engines/trino/trino.ts'
import { withoutNames } from '../../shared/evolution/names.ts'
import { hiveClient } from '../../shared/hiveserver2/client.ts'
import { isAccepted, readDataFile } from '../../shared/parquet/read.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import { bytesStorage } from '../support/bytes-storage.ts'
import { fixtureNames, readExpectation, readFixture } from '../support/fixtures.ts'
import { hdfs } from '../support/hdfs.ts'
import { describeStack, stack } from '../support/stack.ts'

const database = `fixtures_test_${process.pid}`
const root = `/golden/${database}`
const withRows = fixtureNames.filter(name => readExpectation(name).rows > 0 && name !== 'wide')
const tableOf = (name: string) => ({ database, name: name.replaceAll('-', '_') })

// Hive 4.0.1's Parquet library stops at a logical type that it does not know.
const CLOSED_TO_HIVE = ['floats']

const READERS: readonly Reader[] = [
  { kind: 'hive', version: '4.0.1' },
  { kind: 'trino', version: '476' },
]

describeStack(
  ['hdfs', 'metastore', 'hiveserver2', 'trino'],
  'tables with the columns that goldsync maps',
  () => {
    const { host, port } = stack.hiveserver2
    const options = hiveServer2Options.parse({ kind: 'hiveserver2', host, port })
    const hive = hiveClient(options)
    const catalog = openHiveServer2('hive', options)
    const engine = { kind: 'trino', url: stack.trino.url, catalog: stack.trino.catalog }
    const trino = trinoClient(trinoOptions.parse(engine))

    /** Columns of the tables. */
    const made = new Map<string, number>()

    /** A table on one fixture, made as a sync makes it. */
    async function createTable(name: string): Promise<void> {
      const bytes = readFixture(name)
      await hdfs.put(`${root}/${name}/part-0.parquet`, bytes)
      const file = await readDataFile(bytesStorage({ [name]: bytes }), {
        path: name,
        size: bytes.length,
        modified: 0,
      })
      if (!isAccepted(file)) throw new Error(file.diagnostic.message)
      const { columns } = withoutNames(file, { readers: READERS }, [])
      made.set(name, columns.length)
      const table = {
        name: tableOf(name),
        kind: 'external' as const,
        format: 'parquet',
        columns,
        partitionKeys: [],
        location: hdfs.location(`${root}/${name}`),
        parameters: {},
      }
      await catalog.apply(catalog.plan(table.name, [{ kind: 'createTable', table }]))
    }

    beforeAll(async () => {
      await hdfs.mkdir(root)
      await hdfs.chmod(root, '777')
      await hive.execute(`CREATE DATABASE ${database}`)
      for (const name of withRows) await createTable(name)
    })
    afterAll(async () => {
      await hive.execute(`DROP DATABASE IF EXISTS ${database} CASCADE`)
      await Promise.all([hive.close(), catalog.close(), hdfs.rm(root)])
    })

    it.each(withRows)('Trino reads every column of %s', async name => {
      const rows = await trino.query(`SELECT * FROM ${database}.${tableOf(name).name}`)
      expect(rows).toHaveLength(readExpectation(name).rows)
      expect(rows[0]).toHaveLength(made.get(name) ?? 0)
    })

    it.each(withRows.filter(name => !CLOSED_TO_HIVE.includes(name)))(
      'Hive reads every column of %s',
      async name => {
        const rows = await hive.execute(`SELECT * FROM ${database}.${tableOf(name).name}`)
        expect(rows).toHaveLength(readExpectation(name).rows)
        expect(Object.keys(rows[0] ?? {})).toHaveLength(made.get(name) ?? 0)
      },
    )

    it('Hive cannot open files with half floats, as FLOAT16_AS_BINARY says', async () => {
      await expect(hive.execute(`SELECT f32 FROM ${database}.floats`)).rejects.toThrow(
        /LogicalType|NullPointer/,
      )
    })

    it('values come out as they were written', async () => {
      const [row] = await trino.query(
        `SELECT i8, i16, i32, cast(i64 AS varchar), u8, u16, u32, cast(u64 AS varchar) FROM ${database}.integers WHERE i8 > 0`,
      )
      expect(row?.map(String)).toEqual([
        ...[
          '127',
          '32767',
          '2147483647',
          '9223372036854775807',
          '255',
          '65535',
          '2147483647',
          '9223372036854775807',
        ],
      ])
      const decimals = await trino.query(`SELECT d5, d18, d38 FROM ${database}.decimals WHERE d5 > 0`)
      expect(decimals).toEqual([['123.45', '12345678901234.5678', '1234567890123456789012345678.0123456789']])
    })
  },
)
