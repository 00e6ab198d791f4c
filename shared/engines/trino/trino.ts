/** Trino as an engine: flushes its metastore cache, and counts the partitions it sees. */
import type { Engine } from '../engine.ts'
import { trinoClient } from './client.ts'
import type { TrinoOptions } from './options.ts'
import { countStatement, flushStatement } from './sql.ts'

/** Rows of values in one statement: its text stays far below Trino's limit of 1,000,000 characters. */
const BATCH = 1000

/** Opens the engine. @param name its name in the config @param all what it reads where the options do not tell */
export function openTrino(name: string, options: TrinoOptions, all: readonly string[]): Engine {
  const { query } = trinoClient(options)
  const { catalog, catalogs = all, caching } = options
  return {
    name,
    kind: 'trino',
    catalogs,
    async refresh(table, call) {
      if (caching) await query(flushStatement(catalog, table), call)
    },
    async visible(table, keys, partitions, call) {
      let seen = 0
      for (let from = 0; from < partitions.length; from += BATCH) {
        const batch = partitions.slice(from, from + BATCH)
        const [row] = await query(countStatement(catalog, table, keys, batch), call)
        seen += Number(row?.[0])
      }
      return seen
    },
    close: async () => undefined,
  }
}
