/** Where a closed file belongs: its lake, topic and partition folder. Pure. */
import type { ClosedFile } from '../events/event.ts'
import type { Topic } from '../lake/found.ts'
import { classifyFile, isWorkFolder } from '../layout/files.ts'
import type { PartitionPath } from '../layout/layout.ts'
import { relativeTo } from '../layout/location.ts'
import type { FileOutcome } from '../run/report.ts'
import { rootsOf } from '../run/roots.ts'
import type { Lake } from '../run/run.ts'
import type { PartitionValues } from '../schema/table.ts'
import { whyOutside } from './why-outside.ts'

export interface Placed {
  readonly kind: 'placed'
  readonly file: ClosedFile
  /** Without its folder; undefined where the folder itself is meant. */
  readonly name: string | undefined
  /** Its location as the lake's storage writes it. */
  readonly location: string
  readonly lake: Lake
  readonly topic: Topic
  /** The partition's folder, as names from the topic's folder joined by `/`. */
  readonly path: string
  readonly values: PartitionValues
}

/** A folder, with all partitions that are in it. */
export interface FolderPlace {
  readonly kind: 'folder'
  readonly file: ClosedFile
  readonly lake: Lake
  /** From the lake's root, at most as deep as a partition. */
  readonly segments: readonly string[]
}

export interface Elsewhere {
  readonly kind: 'elsewhere'
  readonly outcome: FileOutcome
}

export type Place = Placed | FolderPlace | Elsewhere

/** The file that writers leave in a folder that is complete. */
export const SUCCESS = '_SUCCESS'

/**
 * One place, or two where the sender may have spelled the name in either of two ways. Two topics that differ in that alone meet in one
 * table name, so the other spelling counts within the same topic, or where the first has no place.
 */
export function placesOf(lakes: readonly Lake[], file: ClosedFile): readonly Place[] {
  const place = placeFile(lakes, file)
  if (file.alternative === undefined) return [place]
  const other = placeFile(lakes, { location: file.alternative })
  if (other.kind !== 'placed') return [place]
  if (place.kind !== 'placed') return [other]
  return place.lake === other.lake && place.topic.name === other.topic.name ? [place, other] : [place]
}

/** Of the spellings of one file those that are there: mostly one. Where none is, what became of the first. */
export function thoseThere(outcomes: readonly FileOutcome[]): readonly FileOutcome[] {
  const there = outcomes.filter(({ outcome }) => outcome !== 'absent')
  return there.length > 0 ? there : outcomes.slice(0, 1)
}

/** @param lakes their roots are the only places that a file may lie below */
function placeFile(lakes: readonly Lake[], file: ClosedFile): Place {
  const places = lakes.flatMap(lake => {
    const segments = below(lake, file.location)
    return segments ? [placeIn(lake, file, segments)] : []
  })
  const outside = notTaken(file, 'failed', 'OUTSIDE_LAKE', whyOutside(lakes, file.location))
  return places.find(({ kind }) => kind !== 'elsewhere') ?? places[0] ?? outside
}

/** Names from the lake's root, by any of the ways in which the root is written. */
function below(lake: Lake, location: string): readonly string[] | undefined {
  for (const root of [...rootsOf(lake), ...lake.aliases]) {
    const inside = relativeTo(root, withOrigin(root, location))
    if (inside && inside.length > 0) return inside
  }
  return undefined
}

/** HDFS itself tells paths without the nameservice that they lie in. */
const withOrigin = (root: string, location: string): string =>
  location.startsWith('/') ? `${/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(root)?.[0] ?? ''}${location}` : location

function placeIn(lake: Lake, file: ClosedFile, segments: readonly string[]): Place {
  const found = lake.layout.locate(segments)
  const mayBeFolder = file.folder === 'is' || (file.folder === 'may be' && found.kind === 'mismatch')
  const folder = mayBeFolder ? placeFolder(lake, file, segments) : undefined
  if (folder) return folder
  if (found.kind === 'mismatch') return notTaken(file, 'ignored', found.code, found.message)
  const name = segments.at(-1) as string
  const { topic } = found
  if (!lake.includes(topic)) return excluded(file, topic)
  const success = name === SUCCESS && lake.waitsForSuccess(topic)
  // Its size is not asked for: an empty file that was closed just now changes nothing that is looked at.
  if (!success && (classifyFile(name, 1) !== 'data' || found.folder.some(isWorkFolder)))
    return notTaken(
      file,
      'ignored',
      'NOT_DATA',
      `${name} has the name of a file that is hidden or not complete`,
    )
  return { ...placedIn(lake, file, found), name, location: [lake.location, ...segments].join('/') }
}

/** What a file and a folder have in common: the partition. */
function placedIn(
  lake: Lake,
  file: ClosedFile,
  { topic, values, folder }: Pick<PartitionPath, 'topic' | 'values'> & { readonly folder: readonly string[] },
): Omit<Placed, 'name' | 'location'> {
  const depth = lake.layout.topicDepth
  return {
    kind: 'placed',
    file,
    lake,
    topic: {
      name: topic,
      segments: folder.slice(0, depth),
      location: [lake.location, ...folder.slice(0, depth)].join('/'),
    },
    path: folder.slice(depth).join('/'),
    values,
  }
}

/** Undefined where it can be none: nothing is said of what is no folder then. */
function placeFolder(lake: Lake, file: ClosedFile, segments: readonly string[]): Place | undefined {
  const entry = lake.layout.enter(segments)
  if (entry.kind !== 'match') {
    if (file.folder === 'may be' || entry.kind === 'outside') return undefined
    return notTaken(file, 'ignored', entry.code, entry.message)
  }
  if (segments.some(isWorkFolder))
    return notTaken(
      file,
      'ignored',
      'NOT_DATA',
      'the folder, or one above it, has the name of one that is hidden',
    )
  if (segments.length < lake.layout.topicDepth || entry.topic === undefined)
    return notTaken(
      file,
      'ignored',
      'WRONG_DEPTH',
      'the folder is above those of topics: a scan looks at all of them',
    )
  return lake.includes(entry.topic) ? { kind: 'folder', file, lake, segments } : excluded(file, entry.topic)
}

/** The partition that a folder is, or why it is none. @param segments as deep as a partition */
export function partitionAt({ lake, file }: FolderPlace, segments: readonly string[]): Placed | Elsewhere {
  const found = lake.layout.parse(segments)
  if (found.kind === 'mismatch') return notTaken(file, 'ignored', found.code, found.message)
  const location = [lake.location, ...segments].join('/')
  return { ...placedIn(lake, file, { ...found, folder: segments }), name: undefined, location }
}

const excluded = (file: ClosedFile, topic: string): Elsewhere =>
  notTaken(file, 'ignored', 'TOPIC_EXCLUDED', `the config leaves out topic ${topic}`)

export const notTaken = (
  { location }: ClosedFile,
  outcome: 'absent' | 'ignored' | 'failed',
  code: string,
  message: string,
): Elsewhere => ({ kind: 'elsewhere', outcome: { location, outcome, code, message } })
