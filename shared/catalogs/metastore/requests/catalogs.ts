/** Hive's own catalogs, which Hive 3 brought: an older server skips their name in all requests and works in its only one. */
import { GoldsyncError } from '../../../base/errors.ts'
import type { MetastoreClient } from '../../hms/connection/client.ts'
import { isFault } from '../../hms/connection/errors.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'
import { UNKNOWN_METHOD } from '../../hms/protocol/message.ts'
import type { Struct } from '../../hms/protocol/views.ts'
import type { MetastoreOptions } from '../options.ts'

/**
 * Asks only where the option `catalog` is set and the answer does not tell that the server heeds it: a table of Hive 3 names its catalog.
 * @param found what the server has under the table's name
 * @throws GoldsyncError `UNSUPPORTED` where the server knows no catalogs
 */
export async function expectCatalogs(
  { hms, options: { catalog } }: { readonly hms: MetastoreClient; readonly options: MetastoreOptions },
  found: Struct<'Table'> | undefined,
  call: ClientCall,
): Promise<void> {
  if (catalog === undefined || found?.catName !== undefined) return
  try {
    await hms.call('get_catalogs', {}, call)
  } catch (error) {
    if (!isFault(error, UNKNOWN_METHOD)) throw error
    throw new GoldsyncError(
      'UNSUPPORTED',
      `the metastore knows no catalogs, and would take the databases of ${catalog} for those of its own`,
      {
        hint: 'Hive 2 has none, and proxies that are made for it pass none on: take `catalog` out of the config',
        cause: error,
      },
    )
  }
}
