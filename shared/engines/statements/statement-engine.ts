/** What Trino and Presto do alike. */
import type { Engine } from '../engine.ts'
import type { StatementClient } from './client.ts'
import { readFile } from './read.ts'
import type { Server } from './server.ts'
import { quoted } from './text.ts'
import { viewsOver } from './views.ts'
import { countVisible, type TablesOf } from './visible.ts'

interface Settings {
  readonly name: string
  /** Trino's or Presto's own, over the metastore. */
  readonly catalog: string
  readonly catalogs: readonly string[]
  readonly tables: TablesOf
}

/** The part of an engine that is made of SQL alone; nothing stays open between queries. */
export function statementEngine(
  client: StatementClient,
  server: Server,
  { name, catalog, catalogs, tables }: Settings,
): Omit<Engine, 'reader' | 'refresh'> {
  const source = { name: server.name, dialect: server.kind, catalog, tables }
  return {
    name,
    kind: server.kind,
    catalogs,
    visible: (wanted, call) => countVisible(source, wanted, statement => client.query(statement, call)),
    read: (probe, call) => readFile({ ...source, query: statement => client.query(statement, call) }, probe),
    viewsOver: (table, call) => viewsOver(catalog, table, statement => client.query(statement, call)),
    databases: async call =>
      (await client.query(`SHOW SCHEMAS FROM ${quoted(catalog)}`, call)).map(([name]) => String(name)),
    clock: async call => {
      const [[seconds] = []] = await client.query('SELECT CAST(to_unixtime(now()) AS double)', call)
      return Math.round(Number(seconds) * 1000)
    },
    close: async () => undefined,
  }
}
