/** The history in a PostgreSQL table, for instances that share no disk. */
import type { Client } from 'pg'
import type { GoldsyncError } from '../../base/errors.ts'
import { type History, type HistoryEntry, type HistoryQuery, notCleaned } from '../history.ts'
import { entryIn, matches } from '../matches.ts'
import type { PostgresOptions } from '../options.ts'
import { type Connection, openConnection } from './connection.ts'
import { historyError } from './errors.ts'
import {
  create,
  exists,
  insert,
  type Position,
  page,
  removeOld,
  type Statement,
  tableIn,
} from './statements.ts'

/** Entries of one statement. */
const BATCH = 500
/** Milliseconds: old entries are looked for so often at most. */
const CLEANED = 24 * 60 * 60 * 1000

/** Connects on first use. @param connection for tests */
export function openPostgresHistory(
  options: PostgresOptions,
  connection: Connection = openConnection(options),
): History {
  const table = tableIn(options.schema)
  const place = `PostgreSQL, table ${options.schema}.goldsync_history`
  let isMade = false
  let cleaned = Number.NEGATIVE_INFINITY
  const using: Using = async (work, again) => {
    try {
      return await connection.use(work, again)
    } catch (error) {
      throw historyError(error, place)
    }
  }
  return {
    place,
    async write(entries) {
      if (!isMade) isMade = await using(client => make(client, table))
      // Each by itself: one that is done again after a lost connection is whole, and counts once.
      for (const batch of batches(entries)) {
        const statement = insert(table, jsonOf(batch))
        await using(client => ask(client, statement))
      }
      if (Date.now() - cleaned < CLEANED) return undefined
      cleaned = Date.now()
      return using(client => ask(client, removeOld(table, options.days)), false).then(
        () => undefined,
        (error: GoldsyncError) => notCleaned(error.message),
      )
    },
    async *read(query, signal) {
      if (await using(client => isThere(client, table))) yield* pages(query, { table, using }, signal)
    },
    close: () => connection.close(),
  }
}

type Using = Connection['use']

const PAGE = 500

async function* pages(
  query: HistoryQuery,
  { table, using }: { readonly table: string; readonly using: Using },
  signal: AbortSignal | undefined,
): AsyncGenerator<HistoryEntry> {
  let left = query.limit
  let after: Position | undefined
  while (left > 0) {
    signal?.throwIfAborted()
    const rows = await using(client => ask(client, page(table, query, after, PAGE)))
    for (const row of rows) {
      const entry = entryIn(row.entry)
      if (entry === undefined || !matches(entry, query)) continue
      yield entry
      left -= 1
      if (left === 0) return
    }
    after = rows.at(-1) as Position | undefined
    if (rows.length < PAGE) return
  }
}

const ask = async (
  client: Client,
  { text, values }: Statement,
): Promise<readonly Record<string, unknown>[]> =>
  (await client.query(text, [...values])).rows as Record<string, unknown>[]

const isThere = async (client: Client, table: string): Promise<boolean> =>
  (await ask(client, exists(table)))[0]?.there === true

/** Whoever may not make tables has it made by somebody else (docs/history.md). */
async function make(client: Client, table: string): Promise<true> {
  if (await isThere(client, table)) return true
  for (const text of create(table)) await client.query(text).catch(ignoreMade)
  return true
}

/** Two that make it at once: to one of them it is there already, or nearly. */
function ignoreMade(error: unknown): void {
  if (!['23505', '42P07'].includes(`${(error as { readonly code?: unknown }).code}`)) throw error
}

function* batches(entries: Iterable<HistoryEntry>): Generator<HistoryEntry[]> {
  let batch: HistoryEntry[] = []
  for (const entry of entries) {
    batch.push(entry)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** Names of files can hold what no text of PostgreSQL can. */
const jsonOf = (entries: readonly HistoryEntry[]): string =>
  JSON.stringify(entries, (_, value: unknown) =>
    typeof value === 'string' ? Buffer.from(value.replaceAll('\0', '?')).toString('utf8') : value,
  )
