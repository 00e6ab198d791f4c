/** From settings to the catalog: where its tables are kept, and where their metadata goes. */
import { GoldsyncError } from '../../base/errors.ts'
import { resolveLocation } from '../../storages/location.ts'
import { openStorage } from '../../storages/open.ts'
import type { Catalog } from '../catalog.ts'
import type { MetadataFiles } from './files.ts'
import { icebergCatalog } from './iceberg.ts'
import { inDatabase } from './in-database.ts'
import { openMetadataRoot } from './metadata-root.ts'
import type { IcebergOptions } from './options.ts'
import type { TableStore } from './table-store.ts'

/** Opens the catalog; it connects on first use. @param name its name in the config */
export async function openIceberg(name: string, options: IcebergOptions): Promise<Catalog> {
  const { tables, metadata, storage = {}, database } = options
  if (metadata === undefined) {
    throw new GoldsyncError(
      'CONFIG_INVALID',
      `catalogs.${name}.metadata: no lake tells where metadata goes`,
      {
        hint: 'set the folder for it',
      },
    )
  }
  const root = resolveLocation(metadata)
  const opened = await openStorage(root, storage)
  const files = openMetadataRoot(opened, root)
  const store = await openStore(name, tables, files)
  const backend =
    database === undefined
      ? { store, files, root }
      : { store: inDatabase(store, database), files, root, database }
  const catalog = icebergCatalog(name, backend)
  return {
    ...catalog,
    close: async () => void (await Promise.allSettled([catalog.close(), opened.close()])),
  }
}

async function openStore(
  name: string,
  tables: IcebergOptions['tables'],
  files: MetadataFiles,
): Promise<TableStore> {
  if (tables.in === 'hive') {
    const { openHiveStore } = await import('./stores/hive.ts')
    return openHiveStore(tables, files, name)
  }
  const { openRestStore } = await import('./stores/rest.ts')
  return openRestStore(tables, name)
}
