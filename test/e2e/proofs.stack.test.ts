import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCallCounter } from '../../shared/base/calls.ts'
import { openLog } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { connect } from '../../shared/function/connect.ts'
import { runScan } from '../../shared/sync/sync-lakes.ts'
import { metastoreConfig } from '../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { prestoRows } from '../support/presto.ts'
import { writeParquet } from '../support/pyarrow.ts'
import { trinoConfig, trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'

const DATABASE = `proofs_${process.pid}`
const ROOT = `/golden/${DATABASE}`
/** Within the pages of the column that takes most of the file. */
const DAMAGED = 6000
/** Both read this metastore. */
const CATALOGS = { metastore3: metastoreConfig('metastore3') }
const ENGINES = {
  trino: { ...trinoConfig, catalog: stack.trino.hive3Catalog },
  presto: { kind: 'presto', ...stack.presto },
}

describeStack(
  ['hdfs', 'metastore3', 'trino', 'presto', 'python'],
  'real engines that are let to read',
  () => {
    const counter = openCallCounter()
    const config = {
      lakes: [
        { location: hdfs.location(ROOT), storage: hdfsStorage, database: DATABASE, createDatabase: true },
      ],
      catalogs: CATALOGS,
      engines: ENGINES,
    }
    const connection = connect(configOf(config, 'the test', {}), counter)
    let whole: Buffer
    let damaged: Buffer
    let wider: Buffer
    let other: Buffer

    const scan = async () => {
      const run = {
        runId: `${Math.random()}`,
        mode: 'recent',
        dryRun: false,
        log: openLog('silent'),
        now: () => Date.UTC(2019, 8, 1, 12),
      } as const
      const { tables } = await runScan(await connection.lakes(), run)
      expect(tables.flatMap(({ error }) => error ?? [])).toEqual([])
      return {
        engines: tables.flatMap(table => table.engines),
        diagnostics: tables.flatMap(table => table.diagnostics).filter(({ severity }) => severity !== 'info'),
        pending: tables.flatMap(table => table.pending),
        views: tables.flatMap(table => table.diagnostics).filter(({ code }) => code === 'VIEWS_STALE'),
      }
    }
    const put = (hour: string, bytes: Uint8Array) =>
      hdfs.put(`${ROOT}/orders/2019/09/01/${hour}/a.parquet`, bytes)
    const questions = (of = 'read') =>
      counter
        .calls()
        .filter(({ backend, operation }) => backend === 'engine' && operation === of)
        .reduce((sum, { count }) => sum + count, 0)
    const inTrino = `${stack.trino.hive3Catalog}.${DATABASE}`
    const inPresto = `${stack.presto.catalog}.${DATABASE}`

    beforeAll(async () => {
      const folder = await mkdtemp(join(tmpdir(), 'goldsync-proofs-'))
      const rows = Array.from({ length: 4000 }, (_, at) => at)
      const columns = (id: string, ...more: (readonly [string, string, readonly unknown[]])[]) =>
        [
          ['id', id, rows.map(row => row % 7)],
          ['amount', 'double', rows.map(row => row * 1.1)],
          ['born', 'date32', rows.map(row => row)],
          ...more,
        ] as const
      const options = { compression: 'GZIP', use_dictionary: false }
      const notes = ['note', 'string', rows.map(() => 'x')] as const
      await writeParquet([
        { file: join(folder, 'whole'), columns: columns('int32'), options },
        { file: join(folder, 'wider'), columns: columns('int64'), options },
        { file: join(folder, 'other'), columns: columns('int32', notes), options },
      ])
      const read = (name: string) => readFile(join(folder, name))
      whole = await read('whole')
      wider = await read('wider')
      other = await read('other')
      await rm(folder, { recursive: true })
      // Its footer is as it was.
      damaged = Buffer.from(other).fill(0, DAMAGED, DAMAGED + 64)
    })
    afterAll(async () => {
      await connection.close()
      await trinoRows(`DROP SCHEMA IF EXISTS ${stack.trino.hive3Catalog}.${DATABASE} CASCADE`)
      await hdfs.rm(ROOT)
    })

    test('read a file of a kind once; one that they fail on is named, and is read anew when it is mended', async () => {
      await put('08', wider)
      await put('09', whole)
      const first = await scan()
      expect(first.diagnostics).toEqual([])
      const kinds = Object.keys(ENGINES).map(() => 2)
      expect(first.engines.map(({ read, unread }) => [read, unread])).toEqual(kinds.map(kind => [kind, 0]))
      expect(questions()).toBe(2 * kinds.length)

      await put('10', whole)
      expect((await scan()).engines.map(({ visible, read }) => [visible, read])).toEqual(
        kinds.map(() => [1, 0]),
      )
      expect(questions()).toBe(2 * kinds.length)

      await trinoRows(`CREATE VIEW ${inTrino}.all_of_trino AS SELECT o.* FROM ${inTrino}.orders o`)
      await trinoRows(
        `CREATE VIEW ${inTrino}.counted AS SELECT count(*) n, max(id) id FROM ${inTrino}.orders`,
      )
      await prestoRows(`CREATE VIEW ${inPresto}.all_of_presto AS SELECT * FROM ${inPresto}.orders`)
      expect(questions('viewsOver')).toBe(0)

      // The same bytes in another way, so that it is of a kind that nobody has read.
      await put('11', damaged)
      const found = await scan()
      expect(found.engines.map(({ visible, read }) => [visible, read])).toEqual(kinds.map(() => [1, 0]))
      expect(found.diagnostics).toEqual(
        Object.keys(ENGINES).map(engine => ({
          code: 'ENGINE_CANNOT_READ',
          severity: 'error',
          table: `${DATABASE}.orders`,
          partition: '2019/09/01/11',
          path: hdfs.location(`${ROOT}/orders/2019/09/01/11/a.parquet`),
          column: 'amount',
          message: expect.stringMatching(new RegExp(`^${engine} .*column amount`)),
          fix: expect.stringContaining('move the file out'),
        })),
      )
      expect(found.views.map(({ message }) => message)).toEqual(
        Object.keys(ENGINES).map(engine =>
          expect.stringMatching(new RegExp(`: ${engine} refuses .*maybe all_of_presto, all_of_trino$`)),
        ),
      )
      expect(await trinoRows(`SELECT * FROM ${inTrino}.counted WHERE n < 0`)).toEqual([])
      await expect(trinoRows(`SELECT * FROM ${inTrino}.all_of_trino`)).rejects.toThrow('VIEW_IS_STALE')
      await expect(prestoRows(`SELECT * FROM ${inPresto}.all_of_presto`)).rejects.toThrow('is stale')
      expect(questions('viewsOver')).toBe(kinds.length)
      const asked = questions()
      const exposed = (await scan()).diagnostics
      expect(exposed.map(({ code, partition }) => [code, partition])).toEqual([
        ['EXPOSED_FILE', '2019/09/01/11'],
      ])
      expect(questions()).toBe(asked)

      await put('11', other)
      const mended = await scan()
      expect(mended.diagnostics).toEqual([])
      expect(mended.engines.map(({ read }) => read)).toEqual(kinds.map(() => 1))
      expect((await scan()).pending).toEqual([])
      expect(questions('viewsOver')).toBe(kinds.length)
    })
  },
)
