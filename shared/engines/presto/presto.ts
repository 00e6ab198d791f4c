/** Presto (prestodb) as an engine: flushes its metastore cache where it can, and asks what it sees and reads. */
import { GoldsyncError } from '../../base/errors.ts'
import type { TableName } from '../../schema/table.ts'
import type { Call, Engine } from '../engine.ts'
import { type StatementClient, statementClient } from '../statements/client.ts'
import type { Server } from '../statements/server.ts'
import { statementEngine } from '../statements/statement-engine.ts'
import { quoted, text } from '../statements/text.ts'
import type { PrestoOptions } from './options.ts'

const PRESTO: Server = {
  name: 'Presto',
  kind: 'presto',
  headers: ({ user, auth, catalog }, session) => ({
    'X-Presto-User': user ?? (auth?.kind === 'basic' ? auth.user : 'goldsync'),
    'X-Presto-Source': 'goldsync',
    'X-Presto-Catalog': catalog,
    'X-Presto-Session': session,
    // Where its timestamps are instants, literals are read in the session's zone.
    'X-Presto-Time-Zone': 'UTC',
    // By which trino-client's own headers are left out: to Trino this is then not its own protocol, and it refuses.
    'X-Trino-User': '',
  }),
}

/** Opens the engine. @param name its name in the config @param all what it reads where the options do not tell */
export function openPresto(name: string, options: PrestoOptions, all: readonly string[]): Engine {
  const client = statementClient(PRESTO, options)
  let asked: Promise<boolean> | undefined
  const byPosition = (call?: Call): Promise<boolean> => {
    asked ??= takesByPosition(client, options.catalog, call).catch(error => {
      asked = undefined
      throw error
    })
    return asked
  }
  return {
    ...statementEngine(client, PRESTO, {
      name,
      catalog: options.catalog,
      catalogs: options.catalogs ?? all,
      tables: 'hive',
    }),
    caching: options.caching,
    reader: async call => ({
      kind: 'presto',
      version: await client.version(call),
      byPosition: await byPosition(call),
    }),
    async refresh(table, call) {
      if (options.caching) await forget(client, options.catalog, table, call)
    },
  }
}

/** Whether columns of Parquet files are taken by their place in the table: a setting of the catalog. */
async function takesByPosition(client: StatementClient, catalog: string, call?: Call): Promise<boolean> {
  const property = `${catalog}.parquet_use_column_names`
  const rows = await client.query(
    `SHOW SESSION LIKE ${text(property.replace(/[\\%_]/g, '\\$&'))} ESCAPE '\\'`,
    call,
  )
  return rows.some(([name, value]) => name === property && value === 'false')
}

async function forget(client: StatementClient, catalog: string, table: TableName, call?: Call) {
  try {
    await client.query(invalidateStatement(catalog, table), call)
  } catch (error) {
    if (!(error instanceof GoldsyncError && error.code === 'UNSUPPORTED')) throw error
    throw new GoldsyncError('UNSUPPORTED', `${error.message}: its cache of the metastore cannot be flushed`, {
      hint: 'needs Presto 0.291 or newer, hive.metastore-cache-ttl and hive.invalidate-metastore-cache-procedure-enabled=true; else set caching: false and a short hive.metastore-cache-ttl',
      cause: error,
    })
  }
}

/** Forgets what the catalog has cached of the table (Presto 0.291 and newer). */
const invalidateStatement = (catalog: string, table: TableName): string =>
  `CALL ${quoted(catalog)}.system.invalidate_metastore_cache(schema_name => ${text(table.database)}, table_name => ${text(table.name)})`
