/**
 * Windows of recent scans that this process has found in order: each folder that holds files is registered, and nothing waits. While
 * all of their folders and files are as they were then, the catalog need not be asked for their partitions.
 */
import { fnv1a64 } from '../evolution/fnv.ts'
import type { Run, TableJob } from '../run/run.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import { type Parameters, partitionKey, printValues, type Table, tableId } from '../schema/table.ts'
import { pathsToProve } from '../state/proofs.ts'
import { stateOf } from '../state/table-state.ts'

/** After that the catalog is asked again all the same, milliseconds: somebody may have dropped a partition by hand. */
const HOLDS = 6 * 3_600_000

interface Settled {
  /** A hash of the window, and of what goldsync keeps on the table. */
  readonly print: string
  /** When the catalog was asked, epoch ms. */
  readonly at: number
  readonly registered: number
}

/** Tables that are kept in mind, of a lake: 50,000 topics in two catalogs, a quarter of a KB each. */
const MOST = 100_000

/** By the lake's identity: invocations open a lake anew, but it is the same one. The tables that were asked for last come last. */
const known = new WeakMap<object, Map<string, Settled>>()

const of = ({ lake }: TableJob): Map<string, Settled> => {
  const tables = known.get(lake.identity) ?? new Map<string, Settled>()
  known.set(lake.identity, tables)
  return tables
}

const keyOf = ({ catalog, name }: TableJob): string => `${catalog.name} ${tableId(name)}`

/** @returns how many of these folders are registered, where that is known of all of them; else undefined: they are to be asked for */
export function settledAmong(
  job: TableJob,
  folders: readonly PartitionFolder[],
  run: Run,
): number | undefined {
  const one = of(job).get(keyOf(job))
  const isYoung = one !== undefined && run.startedAt >= one.at && run.startedAt - one.at < HOLDS
  if (!isYoung || job.table === undefined || !asksNoMore(job, run)) return undefined
  return one.print === print(folders, job.table.parameters) ? one.registered : undefined
}

/** Whether nothing but what is in the folders can give the run something to do with them. */
const asksNoMore = ({ state, proofs }: TableJob, run: Run): boolean =>
  state.pending.length === 0 &&
  pathsToProve(proofs).length === 0 &&
  run.require !== true &&
  run.reread !== true &&
  run.partitions === undefined &&
  (run.rereads?.size ?? 0) === 0

/** Whoever asks for partitions may change some. */
export function unsettle(job: TableJob, run: Run): void {
  if (!run.dryRun) of(job).delete(keyOf(job))
}

interface Window {
  readonly folders: readonly PartitionFolder[]
  /** Of those that are registered, by `partitionKey`. */
  readonly registered: ReadonlySet<string>
  /** Partitions that the run has added, as `printValues` has them. */
  readonly added: readonly string[]
}

/** After a run that has left nothing to be done or told. @param table as it has left it */
export function settle(job: TableJob, table: Table, { folders, registered, added }: Window, run: Run): void {
  const { mark } = stateOf(table, run.startedAt)
  if (run.dryRun || mark === undefined) return
  const from = mark - job.lake.lookback
  const next = folders.filter(({ segments }) => job.lake.layout.enter(segments, from).kind === 'match')
  const news = new Set(added)
  const isRegistered = ({ values }: PartitionFolder) =>
    registered.has(partitionKey(values)) || news.has(printValues(values))
  if (!next.every(folder => folder.files.length > 0 === isRegistered(folder))) return
  const tables = of(job)
  const key = keyOf(job)
  tables.delete(key)
  forgetOldest(tables, run.startedAt)
  tables.set(key, {
    print: print(next, table.parameters),
    at: run.startedAt,
    registered: next.filter(isRegistered).length,
  })
}

/**
 * Takes away what holds no more, tables that are gone among it, and the oldest where there is no room for one more.
 * @param tables the oldest first
 * @param now epoch ms
 */
export function forgetOldest(tables: Map<string, Pick<Settled, 'at'>>, now: number): void {
  for (const [key, { at }] of tables) {
    if (now - at < HOLDS && tables.size < MOST) return
    tables.delete(key)
  }
}

/** Says the same of folders in which nothing has come, gone or changed, and of what goldsync keeps on their table. */
const print = (folders: readonly PartitionFolder[], parameters: Parameters): string =>
  fnv1a64(JSON.stringify([folders.map(({ values, time, above, ...folder }) => folder), ownOf(parameters)]))

/** Without what says when scans ran (`goldsync.ran.…`), and what catalogs add of their own. */
const ownOf = (parameters: Parameters) =>
  Object.entries(parameters)
    .filter(([key]) => key.startsWith('goldsync.') && !key.startsWith('goldsync.ran.'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
