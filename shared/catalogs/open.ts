/** From a catalog's settings to its driver: the only module that names catalog drivers. */
import * as z from 'zod'
import { GoldsyncError } from '../base/errors.ts'
import type { Catalog } from './catalog.ts'
import { duckdbOptions } from './duckdb/options.ts'
import { glueOptions } from './glue/options.ts'
import { hiveServer2Options } from './hiveserver2/options.ts'
import { icebergOptions } from './iceberg/options.ts'
import { memoryOptions } from './memory/options.ts'
import { metastoreOptions } from './metastore/options.ts'

/** Settings of a catalog: `kind` names the driver. */
export const catalogOptions = z.discriminatedUnion('kind', [
  duckdbOptions,
  glueOptions,
  hiveServer2Options,
  icebergOptions,
  memoryOptions,
  metastoreOptions,
])

/**
 * Opens the catalog that the config calls `name`. Drivers connect on first use, so this reaches no server.
 * @throws GoldsyncError `CONFIG_INVALID` naming the setting, `MISSING_PACKAGE` where the driver's client library is not installed
 */
export async function openCatalog(
  name: string,
  options: Readonly<Record<string, unknown>>,
): Promise<Catalog> {
  const parsed = catalogOptions.safeParse(options)
  if (!parsed.success) {
    throw new GoldsyncError('CONFIG_INVALID', `catalogs.${name}: ${z.prettifyError(parsed.error)}`)
  }
  switch (parsed.data.kind) {
    case 'duckdb': {
      const { openDuckdb } = await import('./duckdb/duckdb.ts')
      return openDuckdb(name, parsed.data)
    }
    case 'glue': {
      const { openGlue } = await import('./glue/glue.ts')
      return openGlue(name, parsed.data)
    }
    case 'hiveserver2': {
      const { openHiveServer2 } = await import('./hiveserver2/hiveserver2.ts')
      return openHiveServer2(name, parsed.data)
    }
    case 'iceberg': {
      const { openIceberg } = await import('./iceberg/open-iceberg.ts')
      return openIceberg(name, parsed.data)
    }
    case 'memory': {
      const { openMemoryCatalog } = await import('./memory/memory.ts')
      return openMemoryCatalog(name)
    }
    case 'metastore': {
      const { openMetastore } = await import('./metastore/metastore.ts')
      return openMetastore(name, parsed.data)
    }
    default:
      parsed.data satisfies never
      throw new TypeError('not a catalog')
  }
}
