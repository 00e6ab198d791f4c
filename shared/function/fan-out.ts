/** A scan handed on to the platform: one request to sync each table, which it runs and repeats by itself. Knows contracts only. */
import pMap from 'p-map'
import { summarizeError } from '../base/errors.ts'
import { listTopics } from '../lake/topics.ts'
import { tableNameOf } from '../layout/naming.ts'
import type { Report } from '../run/report.ts'
import type { Lake, RunOptions } from '../run/run.ts'
import { type TableName, tableId } from '../schema/table.ts'
import type { Call } from '../storages/storage.ts'
import { noteHandedOn } from '../sync/note-scan.ts'

/** What `sync` is asked for. */
export interface SyncRequest {
  /** The same each time that a scan is repeated. */
  readonly id: string
  /** `database.table`. */
  readonly table: string
  readonly mode: RunOptions['mode']
}

/** The platform's way to take requests. */
export interface Delivery {
  /** Requests that may be under way together. */
  readonly atOnce: number
  /** Resolves when the platform has taken the request. @throws GoldsyncError `UNAVAILABLE` where it does not, `ABORTED` */
  send(request: SyncRequest, call: Call): Promise<void>
}

export interface FanOutReport {
  readonly mode: RunOptions['mode']
  /** ISO 8601. */
  readonly startedAt: string
  /** Tables that the platform has taken: `database.table`. */
  readonly handedOn: readonly string[]
  /** How many the deadline left for the next scan. */
  readonly left: number
  readonly diagnostics: Report['diagnostics']
  readonly failures: Report['failures']
}

/**
 * Hands on a request for each table of the lakes. All are sent again when a scan is repeated: they do no harm.
 * @throws GoldsyncError as `Delivery.send`
 */
export async function fanOut(
  lakes: readonly Lake[],
  options: Pick<RunOptions, 'runId' | 'trigger' | 'mode' | 'log' | 'deadline' | 'signal' | 'now'>,
  { atOnce, send }: Delivery,
): Promise<FanOutReport> {
  const { runId, mode, deadline = Number.POSITIVE_INFINITY, now = Date.now } = options
  const startedAt = now()
  const found = await Promise.all(lakes.map(lake => tablesOf(lake, options)))
  const tables = [...new Set(found.flatMap(({ topics }) => topics.map(({ name }) => tableId(name))))]
  const handedOn: string[] = []
  await pMap(
    shuffled(tables),
    async table => {
      if (now() >= deadline) return
      await send({ id: `${runId}/${table}`, table, mode }, options)
      handedOn.push(table)
    },
    { concurrency: atOnce },
  )
  const run = { ...options, startedAt }
  if (handedOn.length === tables.length)
    await Promise.all(found.map(({ lake, topics }) => noteHandedOn(lake, topics, run)))
  return {
    mode,
    startedAt: new Date(startedAt).toISOString(),
    handedOn: handedOn.sort(),
    left: tables.length - handedOn.length,
    diagnostics: found.flatMap(({ diagnostics }) => diagnostics),
    failures: found.flatMap(({ failures }) => failures),
  }
}

interface Tables extends Pick<FanOutReport, 'diagnostics' | 'failures'> {
  readonly lake: Lake
  readonly topics: readonly { readonly topic: string; readonly name: TableName }[]
}

/** Topics that meet in one table make one request; `sync` tells whose it is. */
async function tablesOf(lake: Lake, call: Call): Promise<Tables> {
  try {
    const { found, diagnostics } = await listTopics(lake, call)
    const topics = found
      .filter(({ name }) => lake.includes(name))
      .map(({ name: topic }) => ({
        topic,
        name: { database: lake.database, name: tableNameOf(topic, lake.naming) },
      }))
    return { lake, topics, diagnostics, failures: [] }
  } catch (error) {
    return {
      lake,
      topics: [],
      diagnostics: [],
      failures: [{ location: lake.location, error: summarizeError(error) }],
    }
  }
}

/** Another order each time, so that a deadline does not cut off the same tables again and again (Fisher and Yates). */
function shuffled<T>(values: readonly T[]): T[] {
  const mixed = [...values]
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const at = Math.floor(Math.random() * (last + 1))
    ;[mixed[last], mixed[at]] = [mixed[at] as T, mixed[last] as T]
  }
  return mixed
}
