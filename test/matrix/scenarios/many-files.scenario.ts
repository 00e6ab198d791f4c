/** 100,000 files in one folder, into a metastore and a DuckDB file at once. */
import { copyFile, link, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pMap from 'p-map'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openMetastore } from '../../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../../shared/catalogs/metastore/options.ts'
import { duckdb } from '../../support/duckdb.ts'
import { metastoreConfig, runScanOf } from '../../support/golden-zone.ts'
import { dropDatabases } from '../../support/metastore.ts'
import { describeStack, stack } from '../../support/stack.ts'

const FILES = 100_000
const ROWS = 3

/** Of one file: ext4 allows 65,000. */
const LINKS = 10_000
const DATABASE = `many_files_${process.pid}`

describeStack(['metastore'], `${FILES} files in one folder`, () => {
  let folder: string
  let config: object
  const hour = () => join(folder, 'lake/orders/2026/11/20/07')
  const file = (at: number) => join(hour(), `part-${at}.parquet`)
  const scan = async (mode: 'full' | 'recent') =>
    (await runScanOf(config, { mode })).map(({ catalog, outcome, partitions }) => ({
      catalog,
      outcome,
      added: partitions.added,
      altered: partitions.altered,
    }))
  /** What the metastore keeps of the partition: the count of its files and of its rows. */
  const kept = async () => {
    const catalog = openMetastore('hive', metastoreOptions.parse(metastoreConfig('metastore')))
    const table = await catalog.inspect({ database: DATABASE, name: 'orders' })
    const [found] = await catalog.partitions(table!, { want: 'details', among: [['2026', '11', '20', '07']] })
    await catalog.close()
    return [Number(found?.parameters?.numFiles), Number(found?.parameters?.numRows)]
  }
  const inDuckdb = async () => {
    const [row] = await duckdb('SELECT count(*)::int AS files FROM _goldsync.files', join(folder, 'c.duckdb'))
    return row?.files
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'goldsync-many-'))
    await mkdir(hour(), { recursive: true })
    const others = Array.from({ length: FILES }, (_, at) => at).filter(at => at % LINKS > 0)
    for (let at = 0; at < FILES; at += LINKS) await copyFile('test/fixtures/orders/v1.parquet', file(at))
    await pMap(others, at => link(file(at - (at % LINKS)), file(at)), { concurrency: 64 })
    config = {
      lakes: [{ location: join(folder, 'lake'), database: DATABASE, createDatabase: true }],
      catalogs: {
        hive: metastoreConfig('metastore'),
        duck: { kind: 'duckdb', file: join(folder, 'c.duckdb') },
      },
    }
  })
  afterAll(async () => {
    await dropDatabases(stack.metastore, DATABASE)
    await rm(folder, { recursive: true })
  })

  test('are registered, counted, and not looked at again', async () => {
    const made = { outcome: 'changed', added: 1, altered: 0 }
    expect(await scan('full')).toEqual([
      { catalog: 'hive', ...made },
      { catalog: 'duck', ...made },
    ])
    expect(await kept()).toEqual([FILES, FILES * ROWS])
    expect(await inDuckdb()).toBe(FILES)
    for (const { outcome } of await scan('full')) expect(outcome).toBe('unchanged')
  })

  test('get one more', async () => {
    await link(file(0), join(hour(), 'late.parquet'))
    for (const { outcome, altered } of await scan('full')) expect([outcome, altered]).toEqual(['changed', 1])
    expect(await kept()).toEqual([FILES + 1, (FILES + 1) * ROWS])
    expect(await inDuckdb()).toBe(FILES + 1)
  })
})
