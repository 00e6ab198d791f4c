/** A topic's partition folders with their files, newest first, in chunks: memory follows the chunk, not the topic. */
import type { PartitionFolder } from '../schema/observed.ts'
import type { Call, FileStatus } from '../storages/storage.ts'
import {
  descend,
  expand,
  expandListed,
  failed,
  join,
  LISTS_AT_ONCE,
  listFolders,
  topFolder,
} from './folders.ts'
import type { Folder, Found, LakeRoot, Topic } from './found.ts'
import { hiddenOnce } from './hidden.ts'
import { leafOf, readLeaf } from './leaf.ts'
import type { Window } from './order.ts'

/** Partitions per round: bounds memory, and is about what one batch of a catalog takes. */
const CHUNK = 1000

/** Of partitions that are named: a deadline is heeded between two of these. */
const NAMED = 200

/** A topic whose own folder was listed. */
export interface OpenTopic {
  readonly topic: Topic
  readonly children: readonly FileStatus[]
}

export interface WalkCall extends Call {
  /** Told of how many partition folders there are so far, and of which share of the topic: 1 at its end. */
  readonly onFolders?: (count: number, share: number) => void
}

/** All partition folders in the window; those outside are not entered. Findings come with the chunk they belong to. */
export async function* walkPartitions(
  lake: LakeRoot,
  open: OpenTopic,
  window: Window,
  call: WalkCall = {},
): AsyncGenerator<Found<PartitionFolder>> {
  const once = hiddenOnce()
  for await (const chunk of walk(lake, open, window, call))
    yield { ...chunk, diagnostics: chunk.diagnostics.filter(once) }
}

const walk = (
  lake: LakeRoot,
  open: OpenTopic,
  window: Window,
  call: Call,
): AsyncGenerator<Found<PartitionFolder>> => leavesOf(lake, foldersIn(lake, open, window, call), call)

/** All partition folders of a topic, and nothing of what is in them. */
export const topicFolders = (
  lake: LakeRoot,
  open: OpenTopic,
  call: Call = {},
): AsyncGenerator<Found<Folder>> => foldersIn(lake, open, {}, call)

async function* foldersIn(
  lake: LakeRoot,
  { topic, children }: OpenTopic,
  window: Window,
  call: WalkCall,
): AsyncGenerator<Found<Folder>> {
  const levels = lake.layout.depth - topic.segments.length
  const first = expand(lake, topFolder(topic), children, window)
  if (levels === 1) call.onFolders?.(first.found.length, 1)
  if (levels === 1) return yield first
  const parents = await descend(lake, first, levels - 2, window, call)
  yield* below(lake, parents, window, call)
}

/** What is in these folders, some folders at once. */
async function* below(
  lake: LakeRoot,
  parents: Found<Folder>,
  window: Window,
  call: WalkCall,
): AsyncGenerator<Found<Folder>> {
  yield { ...parents, found: [] }
  let count = 0
  for (let at = 0; at < parents.found.length; at += LISTS_AT_ONCE) {
    const listed = await listFolders(lake, parents.found.slice(at, at + LISTS_AT_ONCE), call)
    const part = join(listed.map(parent => expandListed(lake, parent, window)))
    count += part.found.length
    call.onFolders?.(count, Math.min(1, (at + LISTS_AT_ONCE) / parents.found.length))
    yield part
  }
}

/**
 * The partition folders below a folder, and nothing of what is in them; undefined where there are more.
 * @param segments names from the lake's root @param most folders of one level
 */
export async function foldersBelow(
  lake: LakeRoot,
  segments: readonly string[],
  most: number,
  call: Call = {},
): Promise<Found<Folder> | undefined> {
  const location = `${lake.location}/${segments.join('/')}`
  let at: Found<Folder> = { ...NOTHING, found: [{ segments, location, modified: 0 }] }
  for (let level = segments.length; level < lake.layout.depth; level += 1) {
    at = await descend(lake, at, 1, {}, call)
    if (at.found.length > most) return undefined
  }
  return at
}

/** The partition folders of these paths, as far as they exist. @param paths names from the lake's root */
export async function* namedPartitions(
  lake: LakeRoot,
  paths: readonly (readonly string[])[],
  call: Call = {},
): AsyncGenerator<Found<PartitionFolder>> {
  const folders = paths.map(segments => ({
    segments,
    location: `${lake.location}/${segments.join('/')}`,
    modified: 0,
  }))
  yield* leavesOf(lake, [{ ...NOTHING, found: folders }], call, NAMED)
}

/** The folders that registered partitions have within the lake, whatever their layout; one that is gone is empty. */
export async function placedPartitions(
  lake: LakeRoot,
  places: readonly Pick<PartitionFolder, 'values' | 'segments'>[],
  call: Call = {},
): Promise<Found<PartitionFolder>> {
  const folders = places.map(({ values, segments }) => ({
    values,
    segments,
    time: undefined,
    location: `${lake.location}/${segments.join('/')}`,
    modified: 0,
  }))
  const listed = await listFolders(lake, folders, call)
  return join(
    listed.map(({ children, failure }, at) =>
      failure ? failed(failure) : leafOf(folders[at] as (typeof folders)[number], children),
    ),
  )
}

/** Lists partition folders in chunks, however many come at once. */
async function* leavesOf(
  lake: LakeRoot,
  parts: AsyncIterable<Found<Folder>> | Iterable<Found<Folder>>,
  call: Call,
  chunk = CHUNK,
): AsyncGenerator<Found<PartitionFolder>> {
  let waiting: Found<Folder> = NOTHING
  for await (const part of parts) {
    waiting = join([waiting, part])
    while (waiting.found.length >= chunk) {
      yield listLeaves(lake, { ...waiting, found: waiting.found.slice(0, chunk) }, call)
      waiting = { ...NOTHING, found: waiting.found.slice(chunk) }
    }
  }
  const { found, diagnostics, complete } = waiting
  if (found.length > 0 || diagnostics.length > 0 || !complete) yield listLeaves(lake, waiting, call)
}

const NOTHING = { found: [], diagnostics: [], complete: true }

async function listLeaves(
  lake: LakeRoot,
  { found, ...about }: Found<Folder>,
  call: Call,
): Promise<Found<PartitionFolder>> {
  const leaves = (await listFolders(lake, found, call)).map(({ folder, children, failure }) =>
    failure ? failed<PartitionFolder>(failure) : readLeaf(lake, folder, children),
  )
  return join([{ ...about, found: [] }, ...leaves])
}
