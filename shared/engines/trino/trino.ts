/** Trino as an engine: flushes its metastore cache, and asks what it sees and reads. */
import type { TableName } from '../../schema/table.ts'
import type { Engine } from '../engine.ts'
import { type StatementClient, statementClient } from '../statements/client.ts'
import type { StatementOptions } from '../statements/options.ts'
import type { Server } from '../statements/server.ts'
import { statementEngine } from '../statements/statement-engine.ts'
import { quoted, text } from '../statements/text.ts'
import type { TablesOf } from '../statements/visible.ts'
import type { TrinoOptions } from './options.ts'

const TRINO: Server = {
  name: 'Trino',
  kind: 'trino',
  // Empty, it is not sent: Trino then takes the user that the credentials stand for.
  headers: ({ user, auth }) => ({
    'X-Trino-User': user ?? (auth ? '' : 'goldsync'),
    // Where timestamps of Iceberg tables are instants, literals are read in the session's zone.
    'X-Trino-Time-Zone': 'UTC',
  }),
}

/** Statements to Trino. */
export const trinoClient = (options: StatementOptions): StatementClient => statementClient(TRINO, options)

/** Opens the engine. @param name its name in the config @param all what it reads where the options do not tell */
export function openTrino(
  name: string,
  options: TrinoOptions,
  all: readonly string[],
  tables: TablesOf,
): Engine {
  const client = trinoClient(options)
  return {
    ...statementEngine(client, TRINO, {
      name,
      catalog: options.catalog,
      catalogs: options.catalogs ?? all,
      tables,
    }),
    caching: options.caching,
    reader: async call => ({ kind: 'trino', version: await client.version(call) }),
    async refresh(table, call) {
      if (options.caching) await client.query(flushStatement(options.catalog, table), call)
    },
  }
}

/** Forgets what the catalog has cached of the table. */
const flushStatement = (catalog: string, table: TableName): string =>
  `CALL ${quoted(catalog)}.system.flush_metadata_cache(schema_name => ${text(table.database)}, table_name => ${text(table.name)})`
