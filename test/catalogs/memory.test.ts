import { describe, expect, it } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import type { Capabilities } from '../../shared/catalogs/catalog.ts'
import { type MemoryCatalog, openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { openCatalog } from '../../shared/catalogs/open.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import { type TableName, tableId } from '../../shared/schema/table.ts'
import { describeCatalog } from '../conformance/catalog.ts'
import { type CatalogHarness, DATA_COLUMNS } from '../conformance/catalog-support.ts'
import { columnsWithStatistics, setStatistics } from '../support/memory-statistics.ts'
import { columns } from '../support/types.ts'

describeCatalog('memory, visible by directory', () => harness({ visibility: 'directory' }))
describeCatalog('memory, visible by file', () => harness({ visibility: 'file' }))
describeCatalog('memory, like Hive SQL', () => harness({ partitionParameters: false, bulkDetails: false }))

/** Handles on one catalog, over a lake that is a map. */
async function harness(capabilities: Partial<Capabilities>): Promise<CatalogHarness> {
  const catalog = openMemoryCatalog('memory', capabilities)
  const lake = new Map<string, DataFile[]>()
  return {
    catalog: async () => ({ ...catalog, close: async () => {} }),
    database: 'golden',
    location: name => `/lake/${name}`,
    unreachable: async () => {
      const gone = openMemoryCatalog('gone', capabilities)
      await gone.close()
      return gone
    },
    refusing: async () => {
      const value = 'unwelcome'
      const error = new GoldsyncError('INTERNAL', 'this one is not welcome')
      catalog.refuse(([source]) => (source === value ? error : undefined))
      const mend = async () => catalog.refuse(() => undefined)
      return { catalog: { ...catalog, close: async () => {} }, value, mend }
    },
    data: {
      write: async (location, name, rows) => {
        const about = { size: 100, modified: 1, diagnostics: [], columns: DATA_COLUMNS }
        const file = { path: `${location}/${name}`, rows, ...about }
        lake.set(location, [...(lake.get(location) ?? []), file])
        return file
      },
      count: async table => countRows(catalog, lake, table),
    },
    statistics: {
      set: async (table, values, names) => setStatistics(catalog, table, values, names),
      columns: async (table, values) => columnsWithStatistics(catalog, table, values),
    },
    cleanup: async () => {},
  }
}

function countRows(catalog: MemoryCatalog, lake: ReadonlyMap<string, DataFile[]>, table: TableName): number {
  const partitions = [...(catalog.state().tables.get(tableId(table))?.partitions.values() ?? [])]
  const byFile = catalog.capabilities.visibility === 'file'
  return partitions
    .flatMap(({ location, files }) => (byFile ? files : (lake.get(location) ?? [])))
    .reduce((sum, file) => sum + (file.rows ?? 0), 0)
}

describe('the memory catalog', () => {
  const name = { database: 'golden', name: 'orders' }
  const table = {
    name,
    kind: 'external',
    format: 'parquet',
    columns: columns('id int'),
    partitionKeys: columns('key string'),
    location: '/lake/orders',
    parameters: {},
  } as const
  const creation = [
    { kind: 'createDatabase', database: 'golden' },
    { kind: 'createTable', table },
  ] as const

  it('is opened by its kind', async () => {
    expect((await openCatalog('tryout', { kind: 'memory' })).name).toBe('tryout')
  })

  it('counts calls and steps', async () => {
    const catalog = openMemoryCatalog('memory')
    await catalog.inspect(name)
    await catalog.apply(catalog.plan(name, creation))
    expect(catalog.calls).toEqual({
      hasDatabase: 0,
      inspect: 1,
      inspectAll: 0,
      partitions: 0,
      plan: 1,
      apply: 1,
      steps: 2,
    })
  })

  it('fails before a step that is to fail, once', async () => {
    const catalog = openMemoryCatalog('memory')
    catalog.failAt({ step: 2, when: 'before', error: new Error('power cut') })
    await expect(catalog.apply(catalog.plan(name, creation))).rejects.toThrow('power cut')
    expect(await catalog.inspect(name)).toBeUndefined()
    await catalog.apply(catalog.plan(name, creation))
    expect(await catalog.inspect(name)).toEqual(table)
  })

  it('loses the answer of a step that is to fail after its work', async () => {
    const catalog = openMemoryCatalog('memory')
    catalog.failAt({ step: 2, when: 'after', error: new Error('connection lost') })
    await expect(catalog.apply(catalog.plan(name, creation))).rejects.toThrow('connection lost')
    expect(await catalog.inspect(name)).toEqual(table)
  })

  it('makes no table in a missing database', async () => {
    const catalog = openMemoryCatalog('memory')
    await expect(catalog.apply(catalog.plan(name, creation.slice(1)))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'database golden does not exist',
    })
  })
})
