/** What became of one file, told from the reports of its table: pure. */
import { findingsAt, unlistedAt } from '../decide/findings.ts'
import {
  type AskedPartition,
  type EngineWord,
  OUT_OF_TIME,
  type Verdict,
  verdictOn,
} from '../decide/named.ts'
import { onceEach } from '../decide/once-each.ts'
import { isRefusal } from '../decide/refused.ts'
import type { FileOutcome, TableReport } from '../run/report.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import { type Placed, SUCCESS } from './place-file.ts'
import type { SyncedTable, SyncedTopic } from './sync-topic.ts'

type Outcome = Omit<FileOutcome, 'location'>

/** The worst that happened to it in any catalog, the worst first. */
const ORDER = [
  'failed',
  'absent',
  'refused',
  'held',
  'exposed',
  'ignored',
  'registered',
  'visible',
  'read',
] as const

/** @param topic undefined where the deadline came before its topic */
export function fileOutcome(place: Placed, topic: SyncedTopic | undefined): FileOutcome {
  const { location } = place.file
  if (topic === undefined) return { location, outcome: 'failed', ...OUT_OF_TIME }
  const unlisted = unlistedAt(place.location, topic.diagnostics)
  if (unlisted) return { location, outcome: 'failed', ...reason(unlisted) }
  const outcomes = topic.tables.map(table => inTable(place, table))
  const [worst = { outcome: 'failed', ...OUT_OF_TIME } as const] = outcomes.sort(byWorst)
  return { location, ...worst }
}

const reason = ({ code, message }: Pick<Diagnostic, 'code' | 'message'>) => ({ code, message })

/** The code of topics that the lake does not have. */
export const UNKNOWN_TOPIC = 'UNKNOWN_TOPIC'

export const isUnknown = ({ diagnostics }: Pick<TableReport, 'diagnostics'>): boolean =>
  diagnostics[0]?.code === UNKNOWN_TOPIC

function inTable(place: Placed, { report, asked }: SyncedTable): Outcome {
  if (isUnknown(report)) return { outcome: 'ignored', ...reason(report.diagnostics[0] as Diagnostic) }
  const partition = asked.get(place.path)
  const { state, code, message } = verdictIn(place.path, partition, report)
  const why = code === undefined ? {} : { code, ...(message === undefined ? {} : { message }) }
  if (state === 'unknown') return { outcome: 'failed', ...why }
  if (place.name === undefined) return ofFolder(partition, { state, why })
  if (partition === undefined)
    return state === 'absent' ? { outcome: 'absent', ...ABSENT } : { outcome: 'held', ...why }
  if (!isThere(place, partition)) return { outcome: 'absent', ...ABSENT }
  return isRefusal(why)
    ? { outcome: 'refused', ...why }
    : ofPartition(place, partition, { state, why }, report)
}

/** Of all that is in it. */
function ofFolder(
  partition: AskedPartition | undefined,
  { state, why }: Pick<Found, 'state' | 'why'>,
): Outcome {
  if (isRefusal(why)) return { outcome: 'refused', ...why }
  if (state === 'absent') return { outcome: 'absent', ...(why.code === undefined ? NO_FOLDER : why) }
  if (state === 'exposed') return { outcome: 'exposed', ...why }
  if (state !== 'registered' || partition === undefined) return { outcome: 'held', ...why }
  const { folder, accepted = new Set(folder.files.map(({ path }) => path)), engines } = partition
  const words = [...accepted].map(file => least(engines, file))
  const outcome = (['registered', 'visible', 'read'] as const).find(word => words.includes(word))
  return { outcome: outcome ?? 'registered' }
}

const NO_FOLDER = {
  code: 'FILE_ABSENT',
  message: 'there is no such folder, or no data file is in it',
} as const

/** Of the partitions of a folder the worst; those that hold nothing count only where all of them do. */
export function worstOf(outcomes: readonly FileOutcome[]): readonly FileOutcome[] {
  const there = outcomes.filter(({ outcome }) => outcome !== 'absent')
  const [worst] = (there.length > 0 ? there : outcomes).toSorted(byWorst)
  return worst === undefined ? [] : [worst]
}

const byWorst = (a: Outcome, b: Outcome): number => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome)

function ofPartition(
  place: Placed,
  partition: AskedPartition,
  { state, why }: Pick<Found, 'state' | 'why'>,
  report: TableReport,
): Outcome {
  const own = findingsAt(place.location, report.diagnostics).find(
    ({ severity, accepted }) => severity !== 'info' && !accepted,
  )
  if (partition.registered) return ofRegistered(place, partition, { state, why, own })
  if (state === 'absent') return { outcome: 'ignored', ...EMPTY }
  return { outcome: 'held', ...(own ? reason(own) : why) }
}

const ABSENT = {
  code: 'FILE_ABSENT',
  message: 'there is no such file: it was moved or removed since, or the event names it wrongly',
} as const

const EMPTY = { code: 'EMPTY_FILE', message: 'the file has no bytes' } as const

const verdicts = new WeakMap<AskedPartition, Verdict>()

/** Files of one partition are many: it is judged once. */
function verdictIn(path: string, partition: AskedPartition | undefined, report: TableReport): Verdict {
  if (partition === undefined) return verdictOn(path, partition, report)
  const verdict = verdicts.get(partition) ?? verdictOn(path, partition, report)
  verdicts.set(partition, verdict)
  return verdict
}

const filesIn = onceEach(
  ({ files, unaccepted, empty = [] }: PartitionFolder) =>
    new Set([...files, ...unaccepted].map(({ path }) => path).concat(empty)),
)

const isThere = ({ name, location }: Placed, { folder }: AskedPartition): boolean =>
  name === SUCCESS ? folder.success : filesIn(folder).has(location)

interface Found {
  readonly state: string
  readonly why: Partial<ReturnType<typeof reason>>
  readonly own: Diagnostic | undefined
}

function ofRegistered(place: Placed, partition: AskedPartition, { state, why, own }: Found): Outcome {
  const { folder, accepted, engines } = partition
  const outcome = state === 'exposed' ? 'exposed' : 'held'
  const because = own ? reason(own) : why
  if (folder.empty?.includes(place.location))
    return own && state === 'exposed' ? { outcome, ...because } : { outcome: 'ignored', ...EMPTY }
  const isTaken = accepted ? accepted.has(place.location) || place.name === SUCCESS : state === 'registered'
  if (!isTaken) return { outcome, ...because }
  const isWrong = own !== undefined && (own.severity === 'error' || state === 'held')
  return isWrong ? { outcome, ...because } : { outcome: least(engines, place.location) }
}

/** What holds of all engines. */
function least(engines: readonly EngineWord[], location: string): 'registered' | 'visible' | 'read' {
  if (engines.length === 0) return 'registered'
  if (engines.every(({ read }) => read.has(location))) return 'read'
  return engines.every(({ visible, read }) => visible || read.has(location)) ? 'visible' : 'registered'
}
