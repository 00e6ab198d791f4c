/** Which of a chunk's folders have their footers read: cost follows what is new, not what exists. Pure. */
import { compareFingerprint, FINGERPRINT } from '../evolution/fingerprint.ts'
import { sameLocation } from '../layout/location.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import type { ReaderKind } from '../schema/reader.ts'
import { partitionKey, printValues } from '../schema/table.ts'
import { placeFinding, placeFindings, strayFolders, troubleOf } from './places.ts'

/** A folder whose time is further ahead than any time zone explains, milliseconds. */
const FUTURE = 25 * 3_600_000

/** Since when a change counts, by the times of files and folders. */
export interface Since {
  /** Epoch milliseconds, clocks that differ taken off; 0: in any case. */
  readonly time: number
  /** Whether the folders above are asked, too. */
  readonly full: boolean
  /** Whether it is a recent scan's window that is walked. */
  readonly window?: true
}

export interface SelectInput {
  readonly folders: readonly PartitionFolder[]
  /** What the catalog has of these folders' partitions, by `partitionKey`. */
  readonly registered: ReadonlyMap<string, RegisteredPartition>
  /** A registered folder without a fingerprint is looked at if it changed since. */
  readonly since: Since
  /** Epoch milliseconds. */
  readonly now: number
  /** Whether a new partition waits for its `_SUCCESS` file. */
  readonly waitsForSuccess: boolean
  /** Who reads the table by directory: nobody where its catalog shows files one by one. */
  readonly readers: readonly ReaderKind[]
  /** Whether a registered folder is looked at whether it has changed or not. */
  again?(folder: PartitionFolder): boolean
  /** Why the catalog is not asked for a partition, or a change of it; undefined where it is. */
  refusal?(folder: PartitionFolder, known: RegisteredPartition | undefined): Diagnostic | undefined
}

export interface Selection {
  /** To be read. */
  readonly folders: readonly PartitionFolder[]
  /** New partitions that are not complete yet, or that a reader cannot read where they are. */
  readonly waiting: readonly PartitionFolder[]
  /** Registered ones of which the catalog has refused a change, which is not asked for again. */
  readonly left: readonly PartitionFolder[]
  /** Why each of these waits, or is left. */
  readonly reasons: ReadonlyMap<PartitionFolder, Diagnostic>
  /** Registered ones without a fingerprint, whose own times are old, below a folder that changed: something may have been renamed to there. */
  readonly suspects: readonly PartitionFolder[]
  /** Registered ones whose files are as they were when an earlier build, of other rules, took them. */
  readonly outdated: readonly PartitionFolder[]
  /** Registered partitions that are as they were, suspects and outdated ones among them. */
  readonly unchanged: number
  readonly diagnostics: readonly Diagnostic[]
}

export function selectFolders(input: SelectInput): Selection {
  const { unique, diagnostics } = withoutCollisions(input.folders)
  const isNew = (folder: PartitionFolder) => !input.registered.has(partitionKey(folder.values))
  const fresh = unique.filter(folder => isNew(folder) && holdsFiles(folder))
  const incomplete = fresh.filter(folder => input.waitsForSuccess && !folder.success)
  const troubled = troubledAmong(unique, input)
  const misplaced = troubled.filter(({ folder }) => isNew(folder) && holdsFiles(folder))
  const registered = troubled.filter(({ folder }) => !isNew(folder))
  const known = unique.filter(folder => !isNew(folder))
  const refused = refusedAmong(fresh, input)
  const unasked = known.filter(folder => !isAskedFor(folder, input))
  const left = refusedAmong(unasked, input)
  const reasons = new Map<PartitionFolder, Diagnostic>([
    ...incomplete.map(folder => [folder, awaitingSuccess(folder)] as const),
    ...misplaced.map(one => [one.folder, placeFinding(one)] as const),
    ...refused,
  ])
  const waiting = new Set(reasons.keys())
  const stays = new Map(left)
  const changed = new Set(known.filter(folder => !stays.has(folder) && hasChanged(folder, input)))
  const isRead = (folder: PartitionFolder) =>
    isNew(folder) ? holdsFiles(folder) && !waiting.has(folder) : changed.has(folder)
  return {
    folders: unique.filter(isRead),
    waiting: [...waiting],
    left: [...stays.keys()],
    reasons: new Map([...reasons, ...stays]),
    suspects: known.filter(folder => !changed.has(folder) && isSuspect(folder, input)),
    outdated: known.filter(folder => !changed.has(folder) && isOutdated(folder, input)),
    unchanged: known.length - changed.size,
    diagnostics: [
      ...diagnostics,
      ...incomplete.map(awaitingSuccess),
      ...[...refused, ...left].map(([, finding]) => finding),
      ...placeFindings(misplaced, false),
      ...placeFindings(registered, true),
      ...strayFolders(unique, [...misplaced, ...registered]),
      ...known.filter(isEmptied(input)).map(emptied),
      ...fresh.filter(folder => (folder.time ?? 0) > input.now + FUTURE).map(inTheFuture),
    ],
  }
}

/** Those that a reader cannot read where they are. */
function troubledAmong(folders: readonly PartitionFolder[], { registered, readers }: SelectInput) {
  return folders.flatMap(folder => {
    const location = registered.get(partitionKey(folder.values))?.location ?? folder.location
    const trouble = troubleOf(folder, location, readers)
    return trouble ? [{ folder, trouble }] : []
  })
}

/** Those that the catalog is not asked for. */
function refusedAmong(folders: readonly PartitionFolder[], { registered, refusal }: SelectInput) {
  return folders.flatMap(folder => {
    const finding = refusal?.(folder, registered.get(partitionKey(folder.values)))
    return finding ? [[folder, finding] as const] : []
  })
}

const holdsFiles = ({ files, unaccepted }: PartitionFolder): boolean => files.length + unaccepted.length > 0

/** Whatever is known of it: engines read all that lies in it, and each run says so. */
const isAskedFor = (folder: PartitionFolder, { again }: SelectInput): boolean =>
  folder.unaccepted.length > 0 || again?.(folder) === true

/** By the fingerprint of the files whose footers were read last; where the catalog keeps none, by time. */
function hasChanged(folder: PartitionFolder, input: SelectInput): boolean {
  const { registered, since } = input
  const known = registered.get(partitionKey(folder.values)) as RegisteredPartition
  const elsewhere = known.location !== undefined && !sameLocation(known.location, folder.location)
  if (elsewhere || isAskedFor(folder, input)) return true
  const print = known.parameters?.[FINGERPRINT]
  if (print === undefined) return folder.modified >= since.time
  return compareFingerprint(print, folder.files) === 'other'
}

/** A folder that is renamed to another place keeps its own times, and changes that of the one above. */
function isSuspect({ values, above = 0 }: PartitionFolder, { registered, since }: SelectInput): boolean {
  const print = registered.get(partitionKey(values))?.parameters?.[FINGERPRINT]
  return since.full && print === undefined && above >= since.time
}

/** What an earlier build let in, full scans judge again. */
function isOutdated({ values, files }: PartitionFolder, { registered, since }: SelectInput): boolean {
  const print = registered.get(partitionKey(values))?.parameters?.[FINGERPRINT]
  return since.full && print !== undefined && compareFingerprint(print, files) === 'older rules'
}

/** Two folders that mean one partition: the first by name is taken, the others are told. */
function withoutCollisions(folders: readonly PartitionFolder[]) {
  const byKey = new Map<string, PartitionFolder>()
  const diagnostics: Diagnostic[] = []
  for (const folder of [...folders].sort((a, b) => (a.location < b.location ? -1 : 1))) {
    const first = byKey.get(partitionKey(folder.values))
    if (first) diagnostics.push(collision(folder, first))
    else byKey.set(partitionKey(folder.values), folder)
  }
  return { unique: folders.filter(folder => byKey.get(partitionKey(folder.values)) === folder), diagnostics }
}

const about = ({ values, location }: PartitionFolder) => ({ partition: printValues(values), path: location })

const collision = (folder: PartitionFolder, first: PartitionFolder): Diagnostic => ({
  code: 'PARTITION_COLLISION',
  severity: 'warning',
  ...about(folder),
  message: `the folder means the same partition as ${first.location}, which is the one that is synced`,
  fix: 'move the files into one folder, or add the difference to partitionKeys',
})

const awaitingSuccess = (folder: PartitionFolder): Diagnostic => ({
  code: 'AWAITING_SUCCESS',
  severity: 'info',
  ...about(folder),
  message: 'the folder has no _SUCCESS file yet, and this topic waits for one (successFile)',
  fix: 'nothing, if the writer leaves the file when the folder is complete: the next run registers it',
})

/** One that had files when it was read last, as far as that is kept. A folder that is gone is another finding's (vanished.ts). */
const isEmptied =
  ({ registered }: SelectInput) =>
  (folder: PartitionFolder): boolean => {
    const { parameters } = registered.get(partitionKey(folder.values)) ?? {}
    const print = parameters?.[FINGERPRINT]
    if (holdsFiles(folder) || folder.modified === 0 || print === undefined) return false
    return compareFingerprint(print, []) === 'other'
  }

const emptied = (folder: PartitionFolder): Diagnostic => ({
  code: 'EMPTIED_PARTITION',
  severity: 'warning',
  ...about(folder),
  message:
    'the registered partition had data files when it was read last, and has none any more, or empty ones only: its rows are gone from queries',
  fix: 'nothing, if they were taken away on purpose; else write them anew',
})

const inTheFuture = (folder: PartitionFolder): Diagnostic => ({
  code: 'FUTURE_PARTITION',
  severity: 'warning',
  ...about(folder),
  message: `the folder's time, ${new Date(folder.time ?? 0).toISOString()}, is more than 25 hours ahead; it is registered all the same`,
  fix: "check the writer's clock and the timeZone of the lake",
})

/** @param left suspects that a full scan had no time for */
export const notReadAgain = (left: number): Diagnostic[] =>
  left === 0
    ? []
    : [
        {
          code: 'NOT_READ_AGAIN',
          severity: 'info',
          message: `${left} registered partitions without a fingerprint lie below folders that changed since the full scan before, and count as unchanged by their own times: files that were renamed to there with older times are not noticed`,
          fix: 'nothing, if no folder was replaced; else goldsync sync with these partitions named reads them. The catalog metastore keeps fingerprints',
        },
      ]

/** @param left outdated partitions that a full scan had no time for */
export const notJudgedAgain = (left: number): Diagnostic[] =>
  left === 0
    ? []
    : [
        {
          code: 'NOT_JUDGED_AGAIN',
          severity: 'info',
          message: `${left} more partitions were registered by an older build of goldsync: what it took of their files, and this build would not, is not known yet`,
          fix: 'nothing: each full scan reads the footers of some; goldsync scan --reread reads all of them now',
        },
      ]
