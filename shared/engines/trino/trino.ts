/** Trino as an engine: flushes its metastore cache, and counts the partitions it sees. */
import { GoldsyncError } from '../../base/errors.ts'
import type { Call, Engine, Probe, Proof, Wanted } from '../engine.ts'
import { type TrinoClient, trinoClient } from './client.ts'
import { isOfFile } from './errors.ts'
import type { TrinoOptions } from './options.ts'
import { ALL_COLUMNS, flushStatement, readStatement, visibleStatement } from './sql.ts'

/** Rows of values in one statement: its text stays far below Trino's limit of 1,000,000 characters. */
const BATCH = 1000
/** Tables in one statement: each is a stage of its plan (query.max-stage-count is 150). */
const TABLES = 20

/** Opens the engine. @param name its name in the config @param all what it reads where the options do not tell */
export function openTrino(name: string, options: TrinoOptions, all: readonly string[]): Engine {
  const client = trinoClient(options)
  const { query } = client
  const { catalog, catalogs = all, caching } = options
  return {
    name,
    kind: 'trino',
    catalogs,
    reader: async call => ({ kind: 'trino', version: await client.version(call) }),
    async refresh(table, call) {
      if (caching) await query(flushStatement(catalog, table), call)
    },
    async visible(wanted, call) {
      const seen = wanted.map(() => 0)
      for (const batch of batches(wanted)) {
        const rows = await query(
          visibleStatement(
            catalog,
            batch.map(({ part }) => part),
          ),
          call,
        )
        for (const [at] of rows) {
          const { place } = batch[Number(at)] as Part
          seen[place] = (seen[place] ?? 0) + 1
        }
      }
      return seen
    },
    read: (probe, call) => read(client, catalog, probe, call),
    close: async () => undefined,
  }
}

async function read(client: TrinoClient, catalog: string, probe: Probe, call?: Call): Promise<Proof> {
  try {
    const rows = await client.query(readStatement(catalog, probe), call)
    const found = new Set(rows.map(([at]) => Number(at)))
    const isThere = rows.some(([at, checksum]) => Number(at) === ALL_COLUMNS && checksum !== null)
    const lost = probe.conditions.filter(({ value }, at) => value !== undefined && !found.has(at))
    if (isThere || lost.length === 0) return { outcome: 'read', lost }
  } catch (error) {
    if (error instanceof GoldsyncError && isOfFile(error))
      return { outcome: 'cannot', message: error.message }
    throw error
  }
  throw new GoldsyncError('NOT_FOUND', `Trino sees no row of the file ${probe.file}`)
}

/** A part of what is wanted, and its place among that. */
interface Part {
  readonly place: number
  readonly part: Wanted
}

/** What each statement asks for. */
function batches(wanted: readonly Wanted[]): readonly (readonly Part[])[] {
  const statements: Part[][] = []
  let rows = BATCH
  for (const [place, one] of wanted.entries()) {
    for (let from = 0; from < one.partitions.length; from += BATCH) {
      const part = { ...one, partitions: one.partitions.slice(from, from + BATCH) }
      rows += part.partitions.length
      if (rows > BATCH || statements.at(-1)?.length === TABLES) {
        statements.push([])
        rows = part.partitions.length
      }
      statements.at(-1)?.push({ place, part })
    }
  }
  return statements
}
