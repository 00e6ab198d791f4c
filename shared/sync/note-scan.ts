/**
 * Notes that a scan ran, on one table of the lake, at most once an hour (a full scan: once for itself). Fails no run. Knows
 * contracts only.
 */
import { GoldsyncError, summarizeError } from '../base/errors.ts'
import type { Catalog } from '../catalogs/catalog.ts'
import { auditOf } from '../run/audit.ts'
import type { Lake, Run } from '../run/run.ts'
import type { Change } from '../schema/change.ts'
import { type Table, type TableName, tableId } from '../schema/table.ts'
import {
  keepsRuns,
  nextRuns,
  parseRuns,
  printRuns,
  RAN_WITHIN,
  type Ran,
  ranParameter,
} from '../state/ran.ts'

/** A table of the lake's first catalog, as a run knows it; `unread` where it could not be asked for. */
export type FirstTable = Table | undefined | 'unread'

type NotedRun = Pick<Run, 'runId' | 'trigger' | 'mode' | 'log' | 'startedAt' | 'signal'>

/** By the lake's identity, epoch ms: since when this process has not to look, or to try, again. */
const rested = new WeakMap<object, { readonly recent: number; readonly full: number }>()

/** After a scan that looked at the lake's tables itself. @param tables those of its topics, in their order */
export async function noteScan(
  lake: Lake,
  tables: readonly { readonly topic: string; readonly table: FirstTable }[],
  run: NotedRun,
): Promise<void> {
  // Not on a later one than the status looks at: of one that could not be read nobody knows.
  const found = tables.find(({ topic, table }) => table === 'unread' || keepsRuns(table, topic))
  const { catalogs, identity } = lake
  const [catalog] = catalogs
  if (catalog === undefined || found?.table === undefined || found.table === 'unread') return
  if (isResting(identity, run)) return
  const failed = await write(lake, catalog, found.table, { at: run.startedAt, handedOn: false }, run)
  if (failed) rest(identity, run)
}

/** Tables that a scan looks at to find the one that keeps it. */
const MOST_LOOKS = 8
/** Milliseconds for all of it: whoever handed the scan on waits for the answer. */
const MOST_TIME = 5_000

/**
 * After a scan that handed the lake's tables on: it has not looked at any, so this process looks once an hour.
 * @returns whether it has looked, and the lake has no table yet
 */
export async function noteHandedOn(
  lake: Lake,
  topics: readonly { readonly topic: string; readonly name: TableName }[],
  run: NotedRun,
): Promise<boolean> {
  const { catalogs, identity } = lake
  const [catalog] = catalogs
  if (catalog === undefined || isResting(identity, run)) return false
  rest(identity, run)
  let hasNone = true
  const limit = AbortSignal.timeout(MOST_TIME)
  const call = { ...run, signal: run.signal ? AbortSignal.any([run.signal, limit]) : limit }
  try {
    for (const { topic, name } of topics.slice(0, MOST_LOOKS)) {
      const table = await catalog.inspect(name, call)
      hasNone &&= table === undefined
      if (!keepsRuns(table, topic)) continue
      await write(lake, catalog, table, { at: run.startedAt, handedOn: true }, call)
      return false
    }
    return hasNone
  } catch (error) {
    tell(run, lake, error)
    return false
  }
}

function isResting(identity: object, { mode, startedAt }: NotedRun): boolean {
  const since = rested.get(identity)?.[mode]
  return since !== undefined && startedAt >= since && startedAt - since < RAN_WITHIN
}

/** A full scan is noted with its own time, and with that of any. */
function rest(identity: object, { mode, startedAt }: NotedRun): void {
  const before = rested.get(identity) ?? { recent: 0, full: 0 }
  rested.set(identity, { recent: startedAt, full: mode === 'full' ? startedAt : before.full })
}

/** @returns whether it could not be written; nothing is where it need not be */
async function write(
  lake: Lake,
  catalog: Catalog,
  table: Table,
  ran: Ran,
  run: NotedRun,
  attempts = 2,
): Promise<boolean> {
  const key = ranParameter(lake.location)
  const before = table.parameters[key]
  const next = nextRuns(parseRuns(before, ran.at), ran, run.mode)
  if (next === undefined) return false
  const parameters = { [key]: printRuns(next) }
  const expected = { [key]: before ?? null }
  try {
    await set(catalog, table, { kind: 'setParameters', table: table.name, parameters, expected }, run)
    return false
  } catch (error) {
    const isTaken = error instanceof GoldsyncError && error.code === 'CONFLICT' && attempts > 1
    const now = isTaken ? await catalog.inspect(table.name, run).catch(() => undefined) : undefined
    if (now) return write(lake, catalog, now, ran, run, attempts - 1)
    tell(run, lake, error)
    return true
  }
}

async function set(catalog: Catalog, table: Table, change: Change, run: NotedRun): Promise<void> {
  const { runId, trigger, log, signal } = run
  await catalog.apply(catalog.plan(table.name, [change]), {
    ...(signal ? { signal } : {}),
    onStep: ({ command, summary }) => {
      const about = { runId, trigger, catalog: catalog.name, table: tableId(table.name), change: change.kind }
      log.audit({ ...about, ...auditOf(change, table, new Map()), command }, summary)
    },
  })
}

const told = new WeakSet<object>()

/** Once a process: the scan itself is done. */
function tell({ log, runId }: NotedRun, { identity, location }: Lake, error: unknown): void {
  if (told.has(identity)) return
  told.add(identity)
  const { code, message } = summarizeError(error)
  log.debug({ runId, lake: location, code }, `when scans ran is not kept on a table of the lake: ${message}`)
}
