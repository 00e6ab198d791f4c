/** A scan handed on to the platform: one request to sync each table, which it runs and repeats by itself. Knows contracts only. */
import pMap from 'p-map'
import { summarizeError } from '../base/errors.ts'
import { listTopics } from '../lake/topics.ts'
import { tableNameOf } from '../layout/naming.ts'
import type { Report } from '../run/report.ts'
import type { Lake, RunOptions } from '../run/run.ts'
import { tableId } from '../schema/table.ts'
import type { Call } from '../storages/storage.ts'

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
  options: Pick<RunOptions, 'runId' | 'mode' | 'deadline' | 'signal' | 'now'>,
  { atOnce, send }: Delivery,
): Promise<FanOutReport> {
  const found = await Promise.all(lakes.map(lake => tablesOf(lake, options)))
  const tables = [...new Set(found.flatMap(({ tables }) => tables))]
  const { runId, mode, deadline = Number.POSITIVE_INFINITY, now = Date.now } = options
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
  return {
    handedOn: handedOn.sort(),
    left: tables.length - handedOn.length,
    diagnostics: found.flatMap(({ diagnostics }) => diagnostics),
    failures: found.flatMap(({ failures }) => failures),
  }
}

interface Tables extends Pick<FanOutReport, 'diagnostics' | 'failures'> {
  readonly tables: readonly string[]
}

/** Topics that meet in one table make one request; `sync` tells whose it is. */
async function tablesOf(lake: Lake, call: Call): Promise<Tables> {
  try {
    const { found, diagnostics } = await listTopics(lake, call)
    const tables = found
      .filter(({ name }) => lake.includes(name))
      .map(({ name }) => tableId({ database: lake.database, name: tableNameOf(name, lake.naming) }))
    return { tables, diagnostics, failures: [] }
  } catch (error) {
    return {
      tables: [],
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
