/** What is wrong and what waits, from a status: one entry for each kind, with the places where it is so. */
import type { LakeStatus } from '../function/lake-status.ts'
import { REVIVE_SCANS, remedyFor, SCANS_STOPPED } from '../function/remedies.ts'
import type { EngineStatus, StatusReport, TableStatus } from '../function/status.ts'
import type { WaitStatus } from '../function/wait-status.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { titleOf } from './titles.ts'
import { DAY, span } from './words.ts'

/** `act`: somebody has to do something. `wait`: a writer or the next run does it. */
type Urgency = 'act' | 'wait'

export interface Place {
  readonly table?: string
  readonly catalog?: string
  readonly partition?: string
  readonly file?: string
  /** ISO 8601. */
  readonly since?: string
  /** One sentence of it alone. */
  readonly said?: string
}

export interface Problem {
  readonly urgency: Urgency
  readonly title: string
  readonly code?: string
  readonly remedy?: string
  /** One sentence that is true of all places. */
  readonly said?: string
  /** Longest first. */
  readonly places: readonly Place[]
}

/** One place with what is said of it; `rank`: the lowest is told first. */
interface Finding extends Omit<Problem, 'places'> {
  readonly rank: number
  readonly place: Place
}

/** What ranks mean. */
const [LAKE, QUERIES_FAIL, NOT_ASKED, REFUSED, HELD, OTHER, PASSING] = [0, 1, 2, 3, 4, 5, 6]

/** @param now epoch ms */
export function problemsOf(status: StatusReport, now: number): readonly Problem[] {
  const findings = [
    ...status.failures.map(({ location, error }) => ofError(LAKE, { said: error.message }, error, location)),
    ...status.lakes.flatMap(lake => staleLake(lake, now)),
    ...status.tables.flatMap(table => ofTable(table, now)),
    ...status.diagnostics.map(ofDiagnostic),
  ]
  return grouped(findings)
}

type Told = { readonly code: string; readonly message: string; readonly hint?: string }

function ofError(rank: number, place: Place, { code, hint }: Told, lake?: string): Finding {
  const remedy = hint ?? 'the log has more of it'
  const title = lake === undefined ? titleOf(code) : `A lake cannot be read: ${lake}`
  return { rank, urgency: 'act', title, code, remedy, place }
}

function staleLake({ location, lastScan }: LakeStatus, now: number): readonly Finding[] {
  const age = now - Date.parse(lastScan?.startedAt ?? '')
  if (!(age > SCANS_STOPPED) || lastScan === undefined) return []
  return [
    {
      rank: LAKE,
      urgency: 'act',
      title: `No scan for ${span(age)}`,
      remedy: REVIVE_SCANS,
      place: { said: location, since: lastScan.startedAt },
    },
  ]
}

function ofTable(status: TableStatus, now: number): readonly Finding[] {
  const { table, catalog, error, refusal, waits = [], engines = [] } = status
  const at = { table, catalog }
  return [
    ...(error ? [ofError(NOT_ASKED, { ...at, said: error.message }, error)] : []),
    ...(refusal ? [refused(at, refusal)] : []),
    ...waits.map(wait => waiting(at, wait, now)),
    ...engines.flatMap(engine => ofEngine(at, engine)),
    ...ongoing(at, status),
  ]
}

function refused(at: Place, { code, message, fix }: NonNullable<TableStatus['refusal']>): Finding {
  const place = { ...at, said: message }
  const remedy = fix === undefined ? {} : { remedy: fix }
  return { rank: REFUSED, urgency: 'act', title: titleOf(code), code, ...remedy, place }
}

/** What the writer ends by itself, mostly. */
const PASSES = new Set(['AWAITING_SUCCESS', 'FILE_REPLACED', 'INCOMPLETE_FILE', 'TEMPORARY_FILE'])
/** No writer takes that long for a file. */
const PATIENCE = DAY

function waiting(at: Place, { code, remedy, partition, file, since }: WaitStatus, now: number): Finding {
  const age = now - Date.parse(since ?? '')
  const passes = code !== undefined && PASSES.has(code) && !(age > PATIENCE)
  const place = {
    ...at,
    partition,
    ...(file === undefined ? {} : { file }),
    ...(since === undefined ? {} : { since }),
  }
  return {
    rank: passes ? PASSING : code === 'EXPOSED_FILE' ? QUERIES_FAIL : HELD,
    urgency: passes ? 'wait' : 'act',
    title: code === undefined ? 'Held back, and not known why' : titleOf(code),
    ...(code === undefined ? {} : { code }),
    remedy,
    place,
  }
}

function ofEngine(at: Place, { engine, unproven, failed, unseen }: EngineStatus): readonly Finding[] {
  const later = { rank: PASSING, urgency: 'wait', remedy: 'nothing: the next run does it' } as const
  return [
    ...failed.map(
      ({ partition, column, said }): Finding => ({
        rank: QUERIES_FAIL,
        urgency: 'act',
        title: `${engine} cannot read files`,
        remedy: remedyFor('EXPOSED_FILE', at.table ?? ''),
        place: { ...at, partition, said: column === undefined ? said : `column ${column}: ${said}` },
      }),
    ),
    ...(unseen ? [{ ...later, title: `${engine} has not been asked yet what it sees`, place: at }] : []),
    ...unproven.map(partition => ({
      ...later,
      title: `${engine} has yet to read a file of a new kind`,
      place: { ...at, partition },
    })),
  ]
}

/** Work that runs go on with. */
function ongoing(at: Place, { topic, state, pending, cursor, ...status }: TableStatus): readonly Finding[] {
  const found: (Pick<Finding, 'title' | 'remedy'> & Partial<Finding>)[] = []
  if (typeof pending === 'string')
    found.push({
      title: 'More waits than the table can name',
      remedy: 'move or mend what is held back; each scan is a full one until there is less',
      urgency: 'act',
      rank: HELD,
    })
  if (status.leftOut === 'overflow')
    found.push({
      title: 'More is left out of files than the table can remember',
      remedy: 'rewrite those files, and remove the parameter goldsync.undeclared',
      urgency: 'act',
      rank: OTHER,
    })
  if (state === 'noTable')
    found.push({
      title: 'Folders without a table',
      remedy:
        'nothing, if they are new: the next scan makes it; else nothing in them can be registered, and goldsync plan says why',
      place: { ...at, said: `topic ${topic}` },
    })
  if (state === 'scanning')
    found.push({ title: 'First scans that are not complete', remedy: 'nothing: each scan goes on with it' })
  if (cursor !== undefined)
    found.push({
      title: 'Full scans that a deadline cut',
      remedy: 'nothing: the next one goes on',
      place: { ...at, said: `after ${cursor}` },
    })
  if (status.descriptorsPending)
    found.push({
      title: 'Hive cannot query partitions that do not have the new types yet',
      remedy: 'nothing: each run goes on with it',
    })
  return found.map(one => ({ rank: PASSING, urgency: 'wait', place: at, ...one }))
}

function ofDiagnostic({ code, severity, message, fix, table }: Diagnostic): Finding {
  const note = severity === 'info'
  const place = { said: message, ...(table === undefined ? {} : { table }) }
  return {
    rank: note ? PASSING : OTHER,
    urgency: note ? 'wait' : 'act',
    title: titleOf(code),
    code,
    ...(fix === undefined ? {} : { remedy: fix }),
    place,
  }
}

/** Of the same kind are those with the same title and remedy, whatever table these name. */
function grouped(findings: readonly Finding[]): readonly Problem[] {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const { urgency, title, code, remedy, place } = finding
    const key = JSON.stringify([urgency, title, code, general(remedy, place)])
    const group = groups.get(key)
    if (group) group.push(finding)
    else groups.set(key, [finding])
  }
  return [...groups.values()]
    .sort((one, other) => rankOf(one) - rankOf(other) || other.length - one.length)
    .flatMap(problemOf)
}

const rankOf = ([first]: readonly Finding[]): number => first?.rank ?? OTHER

function problemOf(group: readonly Finding[]): readonly Problem[] {
  const [first] = group
  if (first === undefined) return []
  const { rank: _, place, said: __, ...kind } = first
  const several = group.some(one => one.place.table !== place.table)
  const remedy = several ? general(kind.remedy, place) : kind.remedy
  const same =
    group.length > 1 && group.every(one => general(one.place.said, one.place) === general(place.said, place))
  const said = same ? general(place.said, place) : undefined
  const places = group.map(({ place: { said, ...rest } }) =>
    same || said === undefined ? rest : { ...rest, said },
  )
  return [
    {
      ...kind,
      ...(remedy === undefined ? {} : { remedy }),
      ...(said === undefined ? {} : { said }),
      places: places.sort(longestFirst),
    },
  ]
}

/** A sentence without the table that it names. */
const general = (sentence: string | undefined, { table }: Place): string | undefined =>
  table === undefined ? sentence : sentence?.replaceAll(table, 'TABLE')

const longestFirst = (one: Place, other: Place): number =>
  (one.since ?? '9').localeCompare(other.since ?? '9') ||
  (one.table ?? '').localeCompare(other.table ?? '') ||
  (one.partition ?? '').localeCompare(other.partition ?? '')
