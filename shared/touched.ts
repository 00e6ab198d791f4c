/** Which folders of a topic need a look: cost follows what is new, not what exists. */
import type { Run, TableJob } from './run.ts'
import type { Diagnostic } from './schema/diagnostic.ts'
import type { PartitionFolder } from './schema/observed.ts'
import { partitionKey, printValues, tableId } from './schema/table.ts'
import { markOf } from './table-state.ts'

/** Clocks of the lake's servers and ours may differ by this much, milliseconds. */
const OVERLAP = 10 * 60_000

export interface Touched {
  /** Newest first. */
  readonly folders: readonly PartitionFolder[]
  /** Keys of the listed folders' partitions that the catalog has. */
  readonly registered: ReadonlySet<string>
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * A folder is touched if it is not registered, or if it or a file in it changed since the mark. A full scan also looks
 * at every other one where the catalog keeps fingerprints, which tell unchanged folders without reading footers.
 */
export async function touchedFolders(job: TableJob, run: Run): Promise<Touched> {
  const { unique, diagnostics } = withoutCollisions(job)
  const registered = await registeredAmong(job, unique, run)
  const since = (markOf(job.table) ?? 0) - OVERLAP
  const all = run.mode === 'full' && job.catalog.capabilities.partitionParameters
  const folders = unique.filter(folder => {
    if (!registered.has(partitionKey(folder.values)))
      return folder.files.length + folder.unaccepted.length > 0
    return all || !job.whole || folder.modified >= since
  })
  return { folders: [...folders, ...vanishedFolders(job, run, registered)], registered, diagnostics }
}

async function registeredAmong(
  job: TableJob,
  folders: readonly PartitionFolder[],
  run: Run,
): Promise<Set<string>> {
  if (job.table === undefined) return new Set()
  const full = run.mode === 'full' && job.whole
  const among = folders.map(folder => folder.values)
  if (!full && among.length === 0) return new Set()
  const found = await job.catalog.partitions(
    job.table,
    full ? { want: 'names' } : { want: 'names', among },
    run,
  )
  return new Set(found.map(partition => partitionKey(partition.values)))
}

/** Two folders that mean one partition: the first by name is taken, the others are told. */
function withoutCollisions(job: TableJob): { unique: PartitionFolder[]; diagnostics: Diagnostic[] } {
  const byKey = new Map<string, PartitionFolder>()
  const diagnostics: Diagnostic[] = []
  for (const folder of [...job.listing.found].sort((a, b) => (a.location < b.location ? -1 : 1))) {
    const first = byKey.get(partitionKey(folder.values))
    if (first) diagnostics.push(collision(job, folder, first))
    else byKey.set(partitionKey(folder.values), folder)
  }
  return {
    unique: job.listing.found.filter(folder => byKey.get(partitionKey(folder.values)) === folder),
    diagnostics,
  }
}

function collision(job: TableJob, folder: PartitionFolder, first: PartitionFolder): Diagnostic {
  return {
    code: 'PARTITION_COLLISION',
    severity: 'warning',
    table: tableId(job.name),
    partition: printValues(folder.values),
    path: folder.location,
    message: `the folder means the same partition as ${first.location}, which is the one that is synced`,
    fix: 'move the files into one folder, or add the difference to partitionKeys',
  }
}

/**
 * Where the catalog shows files, those of a vanished folder must go from it: one missing file breaks every query.
 * Nothing is told from a listing that is not complete.
 */
function vanishedFolders(job: TableJob, run: Run, registered: ReadonlySet<string>): PartitionFolder[] {
  const { lake, topic, listing, catalog } = job
  if (catalog.capabilities.visibility !== 'file' || run.mode !== 'full' || !job.whole || !listing.complete)
    return []
  const listed = new Set(listing.found.map(folder => partitionKey(folder.values)))
  const gone = [...registered].filter(key => !listed.has(key)).map(key => key.split('\0'))
  return gone.map(values => ({
    values,
    location: `${lake.location}/${lake.layout.format(topic.name, values).join('/')}`,
    time: undefined,
    modified: 0,
    files: [],
    unaccepted: [],
  }))
}
