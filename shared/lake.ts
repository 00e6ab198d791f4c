/** The lake as it is: topics, partition folders and the footers in them. Knows contracts only. */
import pMap from 'p-map'
import { GoldsyncError, summarizeError } from './errors.ts'
import { classifyFile, ICEBERG_METADATA, isWorkFolder, tableFormatOf } from './layout/files.ts'
import type { Layout } from './layout/layout.ts'
import type { Diagnostic } from './schema/diagnostic.ts'
import type { LakeFile, PartitionFolder, UnacceptedFile } from './schema/observed.ts'
import type { Call, FileStatus, Storage } from './storages/storage.ts'

/** How many directories are listed at once: the NameNode answers in about 1 ms each, and more gains nothing. */
const LISTS_AT_ONCE = 16

export interface LakeRoot {
  readonly location: string
  readonly storage: Storage
  readonly layout: Layout
}

export interface Topic {
  readonly name: string
  /** Folder names from the lake's root to the topic. */
  readonly segments: readonly string[]
  readonly location: string
}

export interface Found<T> {
  readonly found: readonly T[]
  readonly diagnostics: readonly Diagnostic[]
  /** False where a listing failed, so that what was not found proves nothing. */
  readonly complete: boolean
}

interface Folder {
  readonly segments: readonly string[]
  readonly location: string
  /** The folder's own modification time; 0 where it was not listed. */
  readonly modified: number
  readonly topic?: string
}

/** The topics of a lake. @throws GoldsyncError as `Storage.list`, where the root itself cannot be listed */
export async function listTopics(lake: LakeRoot, call: Call = {}): Promise<Found<Topic>> {
  const root: Folder = { segments: [], location: lake.location, modified: 0 }
  const first = expand(lake, root, await lake.storage.list(lake.location, call))
  const walked = await descend(lake, first, lake.layout.topicDepth - 1, call)
  const found = walked.found.map(({ segments, location, topic }) => ({
    name: topic as string,
    segments,
    location,
  }))
  return { ...walked, found }
}

export interface TopicListing extends Found<PartitionFolder> {
  /** Why goldsync keeps its hands off the topic. */
  readonly refusal?: Diagnostic
}

/** Which of a topic's partition folders to list: the named paths (relative to the lake), or all that reach past `from` (epoch ms). */
export interface Scope {
  readonly from?: number | undefined
  readonly paths?: readonly string[] | undefined
}

/** Partition folders of a topic with their files, newest first. Folders outside the scope are not entered. */
export async function listPartitions(
  lake: LakeRoot,
  topic: Topic,
  scope: Scope,
  call: Call = {},
): Promise<TopicListing> {
  const top: Folder = { segments: topic.segments, location: topic.location, modified: 0, topic: topic.name }
  const root = await listFolder(lake, top, call)
  if (root.failure) return failed(root.failure)
  const refusal = await foreignTableFormat(lake, topic, root.children, call)
  if (refusal) return { found: [], diagnostics: [], complete: true, refusal }
  if (scope.paths)
    return readLeaves(lake, { found: named(lake, scope.paths), diagnostics: [], complete: true }, call)
  const first = expand(lake, top, root.children, scope.from)
  const walked = await descend(lake, first, lake.layout.depth - topic.segments.length - 1, call, scope.from)
  return readLeaves(lake, walked, call)
}

const named = (lake: LakeRoot, paths: readonly string[]): Folder[] =>
  paths.map(path => ({ segments: path.split('/'), location: `${lake.location}/${path}`, modified: 0 }))

/** Descends `levels` levels, listing each folder once. */
async function descend(
  lake: LakeRoot,
  start: Found<Folder>,
  levels: number,
  call: Call,
  from?: number,
): Promise<Found<Folder>> {
  let at = start
  for (let level = 0; level < levels; level += 1) {
    const listed = await pMap(at.found, folder => listFolder(lake, folder, call), {
      concurrency: LISTS_AT_ONCE,
    })
    const below = listed.map(({ folder, children, failure }) =>
      failure ? failed<Folder>(failure) : expand(lake, folder, children, from),
    )
    at = join([{ ...at, found: [] }, ...below])
  }
  return at
}

interface Listed {
  readonly folder: Folder
  readonly children: readonly FileStatus[]
  readonly failure?: Diagnostic
}

/** A folder that vanished since its parent was listed is empty; any other failure is a finding, not the end. */
async function listFolder(lake: LakeRoot, folder: Folder, call: Call): Promise<Listed> {
  try {
    return { folder, children: await lake.storage.list(folder.location, call) }
  } catch (error) {
    if (call.signal?.aborted) throw error
    if (error instanceof GoldsyncError && error.code === 'NOT_FOUND') return { folder, children: [] }
    return { folder, children: [], failure: listingFailed(folder, error) }
  }
}

function listingFailed(folder: Folder, error: unknown): Diagnostic {
  const { message, hint } = summarizeError(error)
  return {
    code: 'LISTING_FAILED',
    severity: 'error',
    path: folder.location,
    message: `the folder could not be listed, so what is in it is not synced: ${message}`,
    fix: hint ?? 'mend the cause and run again; the next scan picks up what this one missed',
  }
}

const failed = <T>(diagnostic: Diagnostic): Found<T> => ({
  found: [],
  diagnostics: [diagnostic],
  complete: false,
})

function join<T>(parts: readonly Found<T>[]): Found<T> {
  return {
    found: parts.flatMap(part => part.found),
    diagnostics: parts.flatMap(part => part.diagnostics),
    complete: parts.every(part => part.complete),
  }
}

/** The children that the layout has a place for; a note on those it does not know. */
function expand(
  lake: LakeRoot,
  folder: Folder,
  children: readonly FileStatus[],
  from?: number,
): Found<Folder> {
  const found: Folder[] = []
  const diagnostics: Diagnostic[] = []
  const visible = children.filter(child => !isWorkFolder(child.name))
  for (const child of visible.filter(child => child.kind === 'directory')) {
    const segments = [...folder.segments, child.name]
    const entry = lake.layout.enter(segments, from)
    if (entry.kind === 'match') found.push(enter(child, segments, entry.topic))
    if (entry.kind === 'mismatch') diagnostics.push(mismatch(entry.code, entry.message, child))
  }
  const stray = visible.find(
    child => child.kind === 'file' && classifyFile(child.name, child.size) === 'data',
  )
  if (stray) diagnostics.push(wrongDepth(stray, lake.layout))
  return { found, diagnostics, complete: true }
}

function enter(child: FileStatus, segments: readonly string[], topic: string | undefined): Folder {
  const folder = { segments, location: child.location, modified: child.modified }
  return topic === undefined ? folder : { ...folder, topic }
}

const mismatch = (code: string, message: string, child: FileStatus): Diagnostic => ({
  code,
  severity: 'warning',
  path: child.location,
  message: `the folder does not fit the layout and is not synced: ${message}`,
  fix: 'rename or remove the folder, or exclude its topic with tables.exclude',
})

const wrongDepth = (file: FileStatus, layout: Layout): Diagnostic => ({
  code: 'WRONG_DEPTH',
  severity: 'warning',
  path: file.location,
  message: `a data file lies above the partition folders of ${layout.template}; it belongs to no partition and is not synced`,
  fix: 'move the file into its partition folder',
})

async function readLeaves(
  lake: LakeRoot,
  walked: Found<Folder>,
  call: Call,
): Promise<Found<PartitionFolder>> {
  const listed = await pMap(walked.found, folder => listFolder(lake, folder, call), {
    concurrency: LISTS_AT_ONCE,
  })
  const leaves = listed.map(({ folder, children, failure }) =>
    failure ? failed<PartitionFolder>(failure) : readLeaf(lake, folder, children),
  )
  const all = join([{ ...walked, found: [] }, ...leaves])
  return { ...all, found: [...all.found].sort(newestFirst) }
}

function newestFirst(a: PartitionFolder, b: PartitionFolder): number {
  return (b.time ?? 0) - (a.time ?? 0) || (a.location < b.location ? 1 : -1)
}

function readLeaf(lake: LakeRoot, folder: Folder, children: readonly FileStatus[]): Found<PartitionFolder> {
  const parsed = lake.layout.parse(folder.segments)
  if (parsed.kind !== 'partition') return { found: [], diagnostics: [], complete: true }
  const visible = children.filter(child => !isWorkFolder(child.name))
  const deeper = visible.filter(child => child.kind === 'directory')
  const files = visible.filter(child => child.kind === 'file')
  const modified = files.reduce((newest, file) => Math.max(newest, file.modified), folder.modified)
  const leaf: PartitionFolder = {
    values: parsed.values,
    location: folder.location,
    time: parsed.time,
    modified,
    files: files.filter(file => classifyFile(file.name, file.size) === 'data').map(lakeFile),
    unaccepted: files.filter(file => classifyFile(file.name, file.size) === 'temporary').map(stillOpen),
  }
  const notes = deeper.map(child =>
    mismatch('WRONG_DEPTH', `${lake.layout.template} ends one level above`, child),
  )
  return { found: [leaf], diagnostics: notes, complete: true }
}

const lakeFile = ({ location, size, modified }: FileStatus): LakeFile => ({ path: location, size, modified })

function stillOpen(file: FileStatus): UnacceptedFile {
  const diagnostic: Diagnostic = {
    code: 'TEMPORARY_FILE',
    severity: 'warning',
    path: file.location,
    message: `${file.name} has the name of a file that is still being written`,
    fix: 'nothing, if its writer renames it when it is complete: the next run picks it up; else remove it',
  }
  return { ...lakeFile(file), diagnostic }
}

/** The finding that refuses a topic whose files belong to a table format of their own; undefined for plain folders. */
async function foreignTableFormat(
  lake: LakeRoot,
  topic: Topic,
  children: readonly FileStatus[],
  call: Call,
): Promise<Diagnostic | undefined> {
  const metadata = children.find(child => child.kind === 'directory' && child.name === ICEBERG_METADATA)
  const inside = metadata ? await lake.storage.list(metadata.location, call) : []
  const names = (list: readonly FileStatus[]) => list.map(child => child.name)
  const format = tableFormatOf(names(children), names(inside))
  if (format === undefined) return undefined
  return {
    code: 'TABLE_FORMAT',
    severity: 'warning',
    path: topic.location,
    message: `the topic is a ${format} table; registered as plain Parquet, engines would read every version of its files`,
    fix: `use ${format}'s own catalog integration, and exclude the topic with tables.exclude`,
  }
}
