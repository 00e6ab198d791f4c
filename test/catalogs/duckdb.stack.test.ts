import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openDuckdb } from '../../shared/catalogs/duckdb/duckdb.ts'
import { tableId } from '../../shared/schema/table.ts'
import { openLocal } from '../../shared/storages/local/storage.ts'
import { describeCatalog } from '../conformance/catalog.ts'
import { type CatalogHarness, DATA_COLUMNS } from '../conformance/catalog-support.ts'
import { duckdb, holdDuckdb, writeParquet } from '../support/duckdb.ts'
import { FILES } from '../support/lake.ts'

describeCatalog('duckdb', async (): Promise<CatalogHarness> => {
  const folder = await mkdtemp(join(tmpdir(), 'goldsync-duckdb-'))
  const file = join(folder, 'catalog.duckdb')
  const held = await holdDuckdb(join(folder, 'held.duckdb'))
  return {
    catalog: async () => openDuckdb('duckdb', { kind: 'duckdb', file, wait: 0 }),
    database: 'golden',
    location: name => join(folder, name),
    unreachable: async () => openDuckdb('duckdb', { kind: 'duckdb', file: held.file, wait: 0 }),
    // DuckDB has no way to name such a path.
    refusing: async () => ({
      catalog: openDuckdb('duckdb', { kind: 'duckdb', file, wait: 0 }),
      value: 'un*wel\\come',
      lake: { location: join(folder, 'many'), storage: openLocal() },
      put: async path => {
        const to = join(folder, 'many', path)
        await mkdir(dirname(to), { recursive: true })
        await writeFile(to, FILES.v1)
      },
    }),
    data: {
      write: (location, name, rows) =>
        writeParquet(
          join(location, name),
          `select range::bigint as id, 'n' || range as name from range(${rows})`,
          DATA_COLUMNS,
        ),
      count: async table => {
        const [row] = await duckdb(`select count(*)::int as rows from ${tableId(table)}`, file)
        return row?.rows as number
      },
    },
    cleanup: async () => {
      await held.release()
      await rm(folder, { recursive: true })
    },
  }
})
