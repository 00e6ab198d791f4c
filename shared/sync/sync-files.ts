/** Closed files into their tables: only the partitions that they belong to are looked at. */
import pMap from 'p-map'
import type { Catalog } from '../catalogs/catalog.ts'
import type { ClosedFile } from '../events/event.ts'
import type { Topic } from '../lake/found.ts'
import { resolveNames } from '../layout/naming.ts'
import { grouped, withGroups } from '../run/grouped.ts'
import { type FileOutcome, type FilesReport, isPartial, reportHead } from '../run/report.ts'
import { type Lake, outOfTime, type Run, type RunOptions } from '../run/run.ts'
import { tableOf } from '../run/wanted.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { fileOutcome, isUnknown, UNKNOWN_TOPIC, worstOf } from './file-outcome.ts'
import { folderOpener } from './open-folder.ts'
import { type Elsewhere, type Placed, placesOf, thoseThere } from './place-file.ts'
import { alsoOfSisters, type Listing, openListing } from './sisters.ts'
import type { SyncedTopic } from './sync-topic.ts'
import { type Settled, syncTopicInTurn } from './topic-queue.ts'

/** Topics that are worked on at once. */
const TOPICS_AT_ONCE = 4

/**
 * Partitions that are named by folders: with more, nothing is told early, since what goes on behind answers is bounded by what senders
 * wrote. A day has 25 hours at most.
 */
const MOST_EARLY = 25

interface FilesOptions extends Omit<RunOptions, 'mode' | 'tables' | 'partitions'> {
  /** Gets what is true once the catalogs are up to date, whatever the engines say later; nobody else is told of it. */
  readonly onRegistered?: OnRegistered | undefined
}

type OnRegistered = (report: FilesReport) => void

/** Registers the partitions of these files, in any order and any number of times. Each file has its own outcome. */
export async function runFiles(
  lakes: readonly Lake[],
  files: readonly ClosedFile[],
  { onRegistered, ...options }: FilesOptions,
): Promise<FilesReport> {
  const now = options.now ?? Date.now
  const run: Run = { ...options, mode: 'recent', lazy: true, now, startedAt: now(), asked: new Map() }
  const openFolder = folderOpener(run)
  const meant = await pMap(
    each(files),
    async (file): Promise<Meant> => {
      const places = await Promise.all(placesOf(lakes, file).map(openFolder))
      return { file, places: places.flat() }
    },
    { concurrency: TOPICS_AT_ONCE },
  )
  const placed = meant.flatMap(({ places }) => places)
  for (const place of placed) if (place.kind === 'elsewhere') tellFile(run, place.outcome)
  const topics = byTopic(placed.filter(place => place.kind === 'placed'))
  const told = await applyAll(lakes, meant, topics, run, isLittle(meant) ? onRegistered : undefined)
  return reportOf(run, meant, topics, await Promise.all(told))
}

/** What becomes of each of the topics, engines asked; what is true before that is let go of once it is told. */
async function applyAll(
  lakes: readonly Lake[],
  meant: readonly Meant[],
  topics: readonly PlacesOfTopic[],
  of: Run,
  onRegistered: OnRegistered | undefined,
): Promise<(Promise<SyncedTopic> | undefined)[]> {
  const run: Run = { ...of, early: onRegistered !== undefined }
  const listing = openListing(run)
  const applied = await pMap(
    topics,
    async places => (outOfTime(run) ? undefined : syncPlaces(places, lakes, listing, run)),
    { concurrency: TOPICS_AT_ONCE },
  )
  const asks = applied.some(topic => topic?.asks)
  onRegistered?.({
    ...reportOf(
      run,
      meant,
      topics,
      applied.map(topic => topic?.applied),
    ),
    ...(asks ? { engines: 'later' } : {}),
  })
  return applied.map(topic => topic?.told)
}

const isLittle = (meant: readonly Meant[]): boolean =>
  meant.reduce((more, { file, places }) => more + (file.folder ? places.length - 1 : 0), 0) < MOST_EARLY

/** What is named several times is looked at, and told of, once. */
const each = (files: readonly ClosedFile[]): readonly ClosedFile[] => [
  ...new Map(
    files.map(file => [JSON.stringify([file.location, file.folder, file.alternative]), file] as const),
  ).values(),
]

/** A closed file or folder, and where it may lie. */
interface Meant {
  readonly file: ClosedFile
  readonly places: readonly (Placed | Elsewhere)[]
}

/** @param done what became of each of the topics; undefined where the deadline came before */
function reportOf(
  run: Run,
  meant: readonly Meant[],
  topics: readonly PlacesOfTopic[],
  done: readonly (SyncedTopic | undefined)[],
): FilesReport {
  const outcomes = new Map(
    topics.flatMap((places, at) => places.map(place => [place, fileOutcome(place, done[at])] as const)),
  )
  const outcomeAt = (place: Placed | Elsewhere) =>
    place.kind === 'placed' ? (outcomes.get(place) as FileOutcome) : place.outcome
  const synced = done.filter(topic => topic !== undefined)
  const reports = synced.flatMap(topic => topic.tables.map(({ report }) => report))
  const tables = reports.filter(report => !isUnknown(report))
  return {
    ...reportHead(run),
    partial: synced.length < done.length || isPartial(tables),
    tables: tables.map(withGroups),
    diagnostics: grouped(synced.flatMap(topic => topic.diagnostics)),
    failures: [],
    files: meant.flatMap(({ file: { folder }, places }) => {
      const outcomes = places.map(outcomeAt)
      return folder === undefined ? thoseThere(outcomes) : worstOf(outcomes)
    }),
  }
}

/** No table tells of it; of files outside the lakes the event's outcome does. */
function tellFile({ log, runId, trigger }: Run, { location, code, message, outcome }: FileOutcome): void {
  log.debug({ runId, trigger, path: location, code, outcome }, message)
}

type PlacesOfTopic = [Placed, ...Placed[]]

function byTopic(places: readonly Placed[]): PlacesOfTopic[] {
  const groups = new Map<Lake, Map<string, PlacesOfTopic>>()
  for (const place of places) {
    const topics = groups.get(place.lake) ?? new Map<string, PlacesOfTopic>()
    groups.set(place.lake, topics)
    const same = topics.get(place.topic.name)
    if (same) same.push(place)
    else topics.set(place.topic.name, [place])
  }
  return [...groups.values()].flatMap(topics => [...topics.values()])
}

function syncPlaces(
  places: PlacesOfTopic,
  lakes: readonly Lake[],
  listing: Listing,
  run: Run,
): Promise<Settled> {
  const [{ lake, topic }] = places
  const name = tableOf(lake, topic.name)
  const paths = [...new Set(places.map(({ path }) => path))]
  const refusalOfNew = async (catalog: Catalog, isEmpty: boolean) =>
    isEmpty
      ? unknown(topic)
      : ((await collision(lake, topic, listing)) ??
        (await alsoOfSisters({ lake, topic, name }, catalog, lakes, listing)))
  return syncTopicInTurn({ lake, topic, name, paths, run, sisters: lakes, refusalOfNew })
}

const unknown = ({ name, location }: Topic): Diagnostic => ({
  code: UNKNOWN_TOPIC,
  severity: 'info',
  path: location,
  message: `the lake has no topic ${JSON.stringify(name)}, or nothing is in its folder`,
})

/** A table that does not exist yet may be the name of several topics: then it is nobody's. */
async function collision(lake: Lake, topic: Topic, listing: Listing): Promise<Diagnostic | undefined> {
  const { found } = await listing(lake)
  const names = found.map(({ name }) => name).filter(name => lake.includes(name))
  return resolveNames([...names, topic.name], new Map(), lake.naming).refused.get(topic.name)
}
