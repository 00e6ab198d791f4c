/** Where a closed file belongs: its lake, topic and partition folder. Pure. */
import type { ClosedFile } from '../events/event.ts'
import type { Topic } from '../lake/found.ts'
import { classifyFile, isWorkFolder } from '../layout/files.ts'
import { relativeTo } from '../layout/location.ts'
import type { FileOutcome } from '../run/report.ts'
import { rootsOf } from '../run/roots.ts'
import type { Lake } from '../run/run.ts'
import type { PartitionValues } from '../schema/table.ts'
import { whyOutside } from './why-outside.ts'

export interface Placed {
  readonly kind: 'placed'
  readonly file: ClosedFile
  /** Without its folder. */
  readonly name: string
  /** Its location as the lake's storage writes it. */
  readonly location: string
  readonly lake: Lake
  readonly topic: Topic
  /** The partition's folder, as names from the topic's folder joined by `/`. */
  readonly path: string
  readonly values: PartitionValues
}

export type Place = Placed | { readonly kind: 'elsewhere'; readonly outcome: FileOutcome }

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
  return places.find(({ kind }) => kind === 'placed') ?? places[0] ?? outside
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
  if (found.kind === 'mismatch') return notTaken(file, 'ignored', found.code, found.message)
  const name = segments.at(-1) as string
  const { topic, values, folder } = found
  if (!lake.includes(topic))
    return notTaken(file, 'ignored', 'TOPIC_EXCLUDED', `the config leaves out topic ${topic}`)
  const success = name === SUCCESS && lake.waitsForSuccess(topic)
  // Its size is not asked for: an empty file that was closed just now changes nothing that is looked at.
  if (!success && (classifyFile(name, 1) !== 'data' || folder.some(isWorkFolder)))
    return notTaken(
      file,
      'ignored',
      'NOT_DATA',
      `${name} has the name of a file that is hidden or not complete`,
    )
  const depth = lake.layout.topicDepth
  return {
    kind: 'placed',
    file,
    name,
    location: [lake.location, ...segments].join('/'),
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

const notTaken = (
  { location }: ClosedFile,
  outcome: 'ignored' | 'failed',
  code: string,
  message: string,
): Place => ({ kind: 'elsewhere', outcome: { location, outcome, code, message } })
