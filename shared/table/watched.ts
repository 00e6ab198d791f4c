/** What a run finds of the partitions that somebody asks about. */
import { kindOf, type Traits, traitsOf } from '../decide/kinds.ts'
import type { AskedPartition, EngineWord } from '../decide/named.ts'
import { type PlaceTrouble, troubleOf } from '../decide/places.ts'
import type { TableJob } from '../run/run.ts'
import type { AcceptedPartition, PartitionFolder } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import type { ReaderKind } from '../schema/reader.ts'
import { type Column, type PartitionValues, partitionKey, printValues, type Table } from '../schema/table.ts'
import { NO_PROOFS } from '../state/proofs.ts'
import { enginesOf, type Kinds } from './kinds.ts'
import { pathIn } from './path-in.ts'

interface Looked {
  readonly folder: PartitionFolder
  /** Whether the catalog had it before this run. */
  readonly before: boolean
  readonly trouble: PlaceTrouble | undefined
}

export interface Watched {
  /** Paths from the topic's folder. */
  readonly paths: ReadonlySet<string>
  readonly looked: Map<string, Looked>
  /** Accepted files by their locations, of partitions whose footers were read. */
  readonly accepted: Map<string, ReadonlyMap<string, Traits | undefined>>
  /** By the engines' names: keys of partitions that each was asked for and sees. */
  readonly seen: Map<string, Set<string>>
  /** Likewise, kinds of file that this run let it read. */
  readonly proven: Map<string, ReadonlySet<string>>
}

/** The part of a ledger that this is about. */
interface Watching {
  readonly watched: Watched
  readonly job: TableJob
  readonly kinds: Kinds
  readonly table: Table | undefined
  /** Partitions that were added, as the report names them. */
  readonly added: readonly string[]
}

export const openWatched = (paths: readonly string[] = []): Watched => ({
  paths: new Set(paths),
  looked: new Map(),
  accepted: new Map(),
  seen: new Map(),
  proven: new Map(),
})

/** Notes folders that were found. @param readers who reads the table by directory */
export function watchFolders(
  { watched, job }: Watching,
  folders: readonly PartitionFolder[],
  registered: ReadonlyMap<string, RegisteredPartition>,
  readers: readonly ReaderKind[],
): void {
  if (watched.paths.size === 0) return
  for (const folder of folders) {
    const path = pathIn(job, folder)
    if (!watched.paths.has(path)) continue
    const known = registered.get(partitionKey(folder.values))
    const trouble = troubleOf(folder, known?.location ?? folder.location, readers)
    watched.looked.set(path, { folder, before: known !== undefined, trouble })
  }
}

/** Notes the files that were accepted. */
export function watchAccepted({ watched, job }: Watching, accepted: readonly AcceptedPartition[]): void {
  if (watched.paths.size === 0) return
  for (const { observed, files } of accepted) {
    const path = pathIn(job, observed)
    if (watched.paths.has(path))
      watched.accepted.set(path, new Map(files.map(file => [file.path, traitsOf(file)])))
  }
}

/** Notes partitions that an engine was asked for and sees. */
export function watchSeen(
  { watched }: Watching,
  engine: string,
  partitions: readonly PartitionValues[],
): void {
  if (watched.paths.size === 0) return
  const seen = watched.seen.get(engine) ?? new Set<string>()
  for (const values of partitions) seen.add(partitionKey(values))
  watched.seen.set(engine, seen)
}

/** Those that are asked about and that the catalog has now. */
export const watchedRegistered = ({ watched, added }: Watching): PartitionValues[] => {
  const news = new Set(added)
  return [...watched.looked.values()]
    .filter(({ folder: { values }, before }) => before || news.has(printValues(values)))
    .map(({ folder }) => folder.values)
}

/** What is known of each in the end, by its path. */
export function partitionsAsked(ledger: Watching): ReadonlyMap<string, AskedPartition> {
  const { watched, job, added, table } = ledger
  const news = new Set(watched.paths.size > 0 ? added : [])
  const columns = table?.columns ?? []
  return new Map(
    [...watched.looked].map(([path, { folder, before, trouble }]) => {
      const registered = before || news.has(printValues(folder.values))
      const isAsked = before && job.asking?.has(printValues(folder.values)) !== true
      const accepted = watched.accepted.get(path)
      const engines = enginesOf(job).map(engine => {
        const visible = registered && watched.seen.get(engine.name)?.has(partitionKey(folder.values)) === true
        const settled = isAsked && job.proofs.get(engine.name)?.unseen === undefined
        const reads = engine.verify !== 'metadata' && registered && (visible || settled)
        const read = reads ? readOf(ledger, engine.name, accepted, columns) : new Set<string>()
        return { engine: engine.name, visible, read } satisfies EngineWord
      })
      const files = accepted && new Set(accepted.keys())
      return [path, { folder, path, registered, trouble, accepted: files, engines }] as const
    }),
  )
}

/** Files of kinds that the engine has read. */
function readOf(
  { watched, kinds, job }: Watching,
  engine: string,
  accepted: ReadonlyMap<string, Traits | undefined> = new Map(),
  columns: readonly Column[],
): ReadonlySet<string> {
  const { proofs = job.proofs.get(engine) ?? NO_PROOFS } = kinds.work().find(one => one.name === engine) ?? {}
  const proven = new Set([...proofs.proven, ...(watched.proven.get(engine) ?? [])])
  return new Set(
    [...accepted].flatMap(([path, traits]) => (traits && proven.has(kindOf(traits, columns)) ? [path] : [])),
  )
}
