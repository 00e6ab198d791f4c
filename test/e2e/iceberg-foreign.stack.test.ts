import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openIceberg } from '../../shared/catalogs/iceberg/open-iceberg.ts'
import { icebergOptions } from '../../shared/catalogs/iceberg/options.ts'
import { trinoClient } from '../../shared/engines/trino/trino.ts'
import { openStorage } from '../../shared/storages/open.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { testLake } from '../support/lake.ts'
import { writeParquet } from '../support/pyarrow.ts'
import { describeStack, stack } from '../support/stack.ts'
import { ENDLESS } from '../support/waiting.ts'

const DATABASE = `ice_foreign_${process.pid}`
const FOLDER = `/golden/${DATABASE}`
const TABLE = `"lakehouse"."${DATABASE}"."orders"`

describeStack(['hdfs', 'iceberg', 'trino', 'python'], "Iceberg's foreign writers", () => {
  const trino = trinoClient({
    url: stack.trino.url,
    catalog: 'lakehouse',
    user: 'hive',
    tls: {},
    timeout: ENDLESS,
  })
  let local: string
  beforeAll(async () => {
    local = await mkdtemp(join(tmpdir(), 'iceberg-'))
    await hdfs.mkdir(FOLDER)
    await hdfs.chmod(FOLDER, '777')
    await hdfs.mkdir(`${FOLDER}_iceberg`)
    await hdfs.chmod(`${FOLDER}_iceberg`, '777')
  })
  afterAll(async () => {
    await trino.query(`DROP TABLE IF EXISTS ${TABLE}`).catch(() => {})
    await Promise.all([hdfs.rm(FOLDER), hdfs.rm(`${FOLDER}_iceberg`), rm(local, { recursive: true })])
  })

  const put = async (hour: string, name: string, ids: readonly number[]) => {
    const file = join(local, `${hour}-${name}`)
    await writeParquet([
      {
        file,
        columns: [
          ['id', 'int64', ids],
          ['note', 'string', ids.map(String)],
        ],
      },
    ])
    await hdfs.put(`${FOLDER}/orders/2019/09/01/${hour}/${name}`, await readFile(file))
  }
  const open = async () => {
    const location = hdfs.location(FOLDER)
    const root = `${location}_iceberg`
    const tables = { in: 'rest', uri: stack.iceberg.rest }
    const options = { kind: 'iceberg', tables, metadata: root, storage: { ...hdfsStorage, user: 'hive' } }
    const catalog = await openIceberg('ice', icebergOptions.parse(options))
    const storage = await openStorage(location, hdfsStorage)
    const more = {
      catalogs: [catalog],
      location,
      storage,
      database: DATABASE,
      locationIn: () => location,
      readers: [],
    }
    const { scan } = testLake({ more })
    return async (mode: 'full' | 'recent' = 'full') => {
      const { tables } = await scan({ mode, now: Date.now })
      expect(tables.map(({ error }) => error)).toEqual([undefined])
      return tables[0]!
    }
  }
  const ids = async () => (await trino.query(`SELECT id FROM ${TABLE} ORDER BY id`)).map(([id]) => Number(id))
  const live = async () => (await trino.query(`SELECT count(*) FROM ${TABLE.slice(0, -1)}$files"`))[0]?.[0]

  it('rewrite, delete and clean up, and cannot expire: a full scan brings nothing back, and what is new comes', async () => {
    const scan = await open()
    await put('01', 'a.parquet', [1, 2, 3])
    await put('01', 'b.parquet', [4, 5])
    await put('02', 'a.parquet', [6])
    await scan()
    expect(await ids()).toEqual([1, 2, 3, 4, 5, 6])
    await trino.query(`ALTER TABLE ${TABLE} EXECUTE optimize`)
    expect([await ids(), Number(await live())]).toEqual([[1, 2, 3, 4, 5, 6], 2])
    await trino.query(`DELETE FROM ${TABLE} WHERE id = 2`)
    await trino.query(`INSERT INTO ${TABLE} VALUES (100, 'own', '2019', '09', '01', '01')`)
    // gc.enabled=false: what it would delete are the sink's own files.
    await expect(
      trino.query(`ALTER TABLE ${TABLE} EXECUTE expire_snapshots(retention_threshold => '0s')`),
    ).rejects.toThrow('GC is disabled')
    await trino.query(`ALTER TABLE ${TABLE} EXECUTE remove_orphan_files(retention_threshold => '0s')`)
    expect(await ids()).toEqual([1, 3, 4, 5, 6, 100])
    expect((await scan()).partitions).toMatchObject({ added: 0 })
    expect(await ids()).toEqual([1, 3, 4, 5, 6, 100])
    await put('01', 'c.parquet', [7])
    await put('03', 'a.parquet', [8])
    await scan()
    expect(await ids()).toEqual([1, 3, 4, 5, 6, 7, 8, 100])
  })

  it('commit with two of goldsync at one time: nothing is lost, and nothing there twice', async () => {
    const scans = [await open(), await open()]
    const before = await ids()
    const wanted: number[] = []
    const insert = async () => {
      for (let at = 0; at < 6; at++)
        await trino.query(`INSERT INTO ${TABLE} VALUES (${2000 + at}, 'own', '2019', '09', '02', '00')`)
    }
    const inserted = insert()
    inserted.catch(() => {})
    for (let at = 0; at < 6; at++) {
      await put(String(10 + at), 'a.parquet', [1000 + at])
      wanted.push(1000 + at, 2000 + at)
      await Promise.all(scans.map(scan => scan('recent')))
    }
    await inserted
    await scans[0]!()
    expect(await ids()).toEqual([...before, ...wanted].sort((a, b) => a - b))
  })
})
