import { GoldsyncError } from '../../shared/base/errors.ts'
import { icebergCatalog } from '../../shared/catalogs/iceberg/iceberg.ts'
import { describeCatalog } from '../conformance/catalog.ts'
import { type CatalogHarness, DATA_COLUMNS } from '../conformance/catalog-support.ts'
import { countRows, memoryBackend } from '../support/memory-iceberg.ts'
import type { Fault } from '../support/metadata-files.ts'

const unreachable: Fault = () => {
  throw new GoldsyncError('UNAVAILABLE', 'nobody listens')
}

describeCatalog('iceberg, in memory', async (): Promise<CatalogHarness> => {
  const backend = memoryBackend()
  return {
    catalog: async () => icebergCatalog('iceberg', backend),
    database: 'golden',
    location: name => `/lake/${name}`,
    unreachable: async () =>
      icebergCatalog('gone', { ...memoryBackend(), store: memoryBackend(unreachable).store }),
    together: true,
    data: {
      write: async (location, name, rows) => ({
        path: `${location}/${name}`,
        size: 100,
        modified: 1,
        rows,
        diagnostics: [],
        columns: DATA_COLUMNS,
      }),
      count: table => countRows(backend, table),
    },
    cleanup: async () => {},
  }
})
