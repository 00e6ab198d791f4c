/** What one chunk of a table's folders holds, read before anything is changed: folders → those to be read → footers. */
import { behindLookback, type Late, type Window } from '../decide/behind.ts'
import { type Selection, type Since, selectFolders } from '../decide/select.ts'
import type { Found } from '../lake/found.ts'
import type { TableJob } from '../run/run.ts'
import type { ObservedPartition, PartitionFolder } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import type { ReaderKind } from '../schema/reader.ts'
import { partitionKey } from '../schema/table.ts'
import { pathsToProve } from '../state/proofs.ts'
import { tellSelection } from './decisions.ts'
import { type Elsewhere, elsewhere } from './find-elsewhere.ts'
import { observePartitions } from './footers.ts'
import { knownFootersOf } from './known-footers.ts'
import { countFooter, type Ledger, noteWindow, pathOf } from './ledger.ts'
import { readerKinds } from './readers.ts'
import { refusalIn, wereRefused } from './refused.ts'
import { describeSelected, registeredAmong } from './registered.ts'
import { settledAmong, unsettle } from './settled.ts'

export interface Look {
  readonly chunk: Found<PartitionFolder>
  readonly late: readonly Late[]
  readonly selection: Selection
  readonly registered: ReadonlyMap<string, RegisteredPartition>
  readonly elsewhere: Elsewhere
  readonly observed: readonly ObservedPartition[]
  readonly readers: readonly ReaderKind[]
  /** Whether the run was stopped before all of it was read: what was read is applied. */
  readonly cut: boolean
}

/** @throws GoldsyncError as the storage's and the catalog's calls */
export async function lookAt(ledger: Ledger, chunk: Found<PartitionFolder>, since: Since): Promise<Look> {
  const { job, run } = ledger
  const settled = since.window && chunk.complete ? settledAmong(job, chunk.found, run) : undefined
  if (settled !== undefined) return asItWas(ledger, chunk, settled)
  unsettle(job, run)
  const among = await registeredAmong(job, chunk.found, run)
  const input = { folders: chunk.found, registered: among, since, now: run.startedAt }
  const waitsForSuccess = job.lake.waitsForSuccess(job.topic.name)
  const byDirectory = job.catalog.capabilities.visibility === 'directory'
  const readers = byDirectory ? readerKinds(job.lake, job.catalog) : []
  const paths = new Set(pathsToProve(job.proofs))
  const waits = (folder: PartitionFolder) => paths.has(pathOf(ledger, folder))
  // Who names partitions wants them read, whatever is known of their files.
  const isReread = run.reread === true || run.partitions !== undefined
  const isNamed = (folder: PartitionFolder) => run.rereads?.has(pathOf(ledger, folder)) === true
  // Who had a change of it refused may have left it with the types, or the statistics, of before.
  const wasRefused = wereRefused(ledger)
  const isAsked = (folder: PartitionFolder) => since.full && wasRefused(folder.values)
  const again = (folder: PartitionFolder) => isReread || waits(folder) || isNamed(folder) || isAsked(folder)
  for (const folder of chunk.found) if (waits(folder)) ledger.kinds.listed.add(pathOf(ledger, folder))
  const refusal = refusalIn(ledger, since)
  const selected = isFrozenOut(job)
    ? NOTHING
    : selectFolders({ ...input, waitsForSuccess, readers, again, refusal })
  const selection = withMore(ledger, selected)
  tellSelection(ledger, chunk.found, selection, among)
  const registered = await describeSelected(job, selection.folders, among, run)
  const moved = await elsewhere(job, selection.folders, registered, run)
  const folders = selection.folders.filter(folder => !moved.left.has(folder))
  const observed = await observe(ledger, folders)
  if (since.window) noteWindow(ledger, chunk.found, among)
  const { pending } = job.state
  const isKnown = (folder: PartitionFolder) =>
    pending !== 'overflow' && pending.includes(pathOf(ledger, folder))
  const fresh = folders.filter(folder => !registered.has(partitionKey(folder.values)) && !isKnown(folder))
  const late = since.full ? behindLookback(fresh, windowOf(ledger)) : []
  const cut = observed.length < folders.length
  return { chunk, late, selection, registered, elsewhere: moved, observed, readers, cut }
}

/** @param unchanged how many of the folders are registered */
function asItWas(ledger: Ledger, chunk: Found<PartitionFolder>, unchanged: number): Look {
  const selection = { ...NOTHING, unchanged }
  const registered = new Map()
  tellSelection(ledger, chunk.found, selection, registered)
  const elsewhere = { moves: [], left: new Map() }
  return { chunk, late: [], selection, registered, elsewhere, observed: [], readers: [], cut: false }
}

const NOTHING: Selection = {
  folders: [],
  waiting: [],
  left: [],
  reasons: new Map(),
  suspects: [],
  outdated: [],
  unchanged: 0,
  diagnostics: [],
}

/** Of a table: to describe a partition costs HiveServer2 up to 100 ms, and folders above others change all the time. */
const MOST_SUSPECTS = 100

/** Of a table: as many as a chunk; the first full scans after an upgrade cost no more than that. */
const MOST_OUTDATED = 1000

/** With some of those that full scans look at again, the newest first. */
function withMore({ suspects, outdated }: Ledger, selection: Selection): Selection {
  const taken = [
    ...takeSome(suspects, selection.suspects, MOST_SUSPECTS),
    ...takeSome(outdated, selection.outdated, MOST_OUTDATED),
  ]
  return {
    ...selection,
    folders: [...selection.folders, ...taken],
    unchanged: selection.unchanged - taken.length,
  }
}

function takeSome(count: Ledger['suspects'], folders: readonly PartitionFolder[], most: number) {
  const taken = folders.slice(0, most - count.read)
  count.read += taken.length
  count.left += folders.length - taken.length
  return taken
}

/** A table that others are to make. */
export const isFrozenOut = ({ table, lake, topic }: TableJob): boolean =>
  table === undefined && lake.evolutionOf(topic.name) === 'frozen'

export const windowOf = ({ job: { lake, state } }: Ledger): Window => ({
  layout: lake.layout,
  mark: state.mark,
  lookback: lake.lookback,
})

async function observe(ledger: Ledger, folders: readonly PartitionFolder[]): Promise<ObservedPartition[]> {
  const { job, run } = ledger
  const started = run.now()
  ledger.footers.total += folders.reduce((sum, folder) => sum + folder.files.length, 0)
  const types = job.lake.typesOf(job.topic.name)
  const stored = job.catalog.capabilities.wholeFooters === true
  const facts = stored || job.lake.statistics === 'exact'
  const { storage } = job.lake
  const known = run.lazy ? { known: knownFootersOf(storage) } : {}
  const call = {
    ...run,
    ...known,
    types,
    facts,
    stored,
    onFooter: () => countFooter(ledger),
    isOver: () => run.stop?.aborted === true,
  }
  const observed = await observePartitions(storage, folders, call)
  ledger.timings.footersMs += run.now() - started
  return observed
}
