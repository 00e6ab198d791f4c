/**
 * A scan handed on to the platform: one request to sync each table, which it runs and repeats by itself. What the platform does not take,
 * while it takes the rest, goes back to it as one more scan, of that alone. Knows contracts only.
 */
import pMap from 'p-map'
import { type ErrorSummary, summarizeError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { abortedAfter } from '../base/signals.ts'
import type { Report } from '../run/report.ts'
import type { Lake, RunOptions } from '../run/run.ts'
import { tellError, tellFindings } from '../run/tell.ts'
import { misfitOf } from '../sync/judge-layout.ts'
import { findLeftBehind } from '../sync/left-behind.ts'
import { noteHandedOn } from '../sync/note-scan.ts'
import type { Delivery, HandOver, Rest } from './hand-over.ts'
import { type Listed, listTables } from './list-tables.ts'

export interface FanOutReport
  extends Required<Pick<Report, 'mode'>>,
    Pick<Report, 'startedAt' | 'diagnostics' | 'failures'> {
  /** Tables that the platform has taken: `database.table`. */
  readonly handedOn: readonly string[]
  /** Those that it perhaps has. */
  readonly unanswered: readonly string[]
  /** Tables, and lakes that could not be listed, with which another scan goes on. */
  readonly handedBack: Pick<Rest, 'lakes' | 'tables'>
  /** How many tables are left for the next scan. */
  readonly left: number
}

interface FanOut {
  readonly report: FanOutReport
  /** What a repetition of the whole scan can mend, since nothing of it was handed on, nor back; and layouts that fit nothing. */
  readonly errors: readonly ErrorSummary[]
}

type Options = Pick<
  RunOptions,
  'runId' | 'trigger' | 'mode' | 'log' | 'deadline' | 'signal' | 'now' | 'tracer'
>

/** Milliseconds for a look at folders: whoever handed the scan on waits for its answer. */
const MOST_LOOKING = 5_000
/** Of the time, for what is handed back: milliseconds at most, and share. */
const RESERVE = { most: 10_000, share: 0.1 }
/** Refusals, with nothing taken, after which no more is sent. */
const AWAY = 3
/** An event should stay below 64 KB or so. */
const MOST_NAMES = 1_000

/**
 * Hands on a request for each table of the lakes, or of what an earlier scan has left.
 * @throws GoldsyncError `ABORTED`
 */
export async function fanOut(
  lakes: readonly Lake[],
  options: Options,
  delivery: Delivery,
  rest?: Rest,
): Promise<FanOut> {
  const { runId, mode, deadline, now = Date.now } = options
  const startedAt = now()
  const until = deadline && deadline - Math.min(RESERVE.most, (deadline - startedAt) * RESERVE.share)
  const listed = await listTables(lakes, options, rest)
  const scan = rest?.scan ?? runId
  const ends = await handOn(shuffled(listed.tables), scan, { ...options, deadline: until }, delivery)
  const back = {
    scan,
    lakes: listed.failures.map(({ location }) => location),
    tables: [...ends.refused.map(({ table }) => table), ...(mode === 'full' ? ends.left : [])].sort(),
  }
  const isBack = isSome(ends) && (await handBack(back, options, delivery))
  const onTheirWay = ends.handedOn.length + ends.unanswered.length + (isBack ? back.tables.length : 0)
  const noted = onTheirWay === listed.tables.length ? listed.lakes : []
  const misfits = await Promise.all(
    noted.map(one => noteAndJudge(one, { ...options, startedAt, now }, until)),
  )
  // No request for one table would tell of tables that no topic has.
  const looks = mode === 'full' && (deadline === undefined || now() < deadline) ? listed.lakes : []
  const left = await Promise.all(
    looks.map(({ lake, found }) => (found ? findLeftBehind(lake, found, options) : [])),
  )
  const told = {
    ...listed,
    diagnostics: [...listed.diagnostics, ...left.flat()],
    failures: [...listed.failures, ...misfits.flat()],
  }
  const head = { mode, startedAt: new Date(startedAt).toISOString() }
  return summary(
    head,
    told,
    ends,
    isBack
      ? { back, errors: misfits.flat().map(({ error }) => error) }
      : { back: NOTHING, errors: errorsOf(told, ends) },
  )
}

/** The log has what was handed on, and what was found of the lakes. @param about the run */
export function tellFanOut(log: Log, about: Readonly<Record<string, unknown>>, report: FanOutReport): void {
  const { handedOn, unanswered, handedBack, left, diagnostics, failures } = report
  log.info({ ...about, handedOn: handedOn.length, unanswered, handedBack, left }, 'the tables were handed on')
  tellFindings(log, about, diagnostics)
  for (const { location, error } of failures) tellError(log, { ...about, lake: location }, error)
}

const NOTHING = { lakes: [], tables: [] }

/** A platform that took nothing is away: the whole scan is to be repeated then. */
const isSome = ({ handedOn, unanswered }: Pick<Ends, 'handedOn' | 'unanswered'>): boolean =>
  handedOn.length + unanswered.length > 0

const errorsOf = ({ failures }: Listed, { refused }: Ends): ErrorSummary[] =>
  [...failures, ...refused].map(({ error }) => error)

function summary(
  head: Pick<FanOutReport, 'mode' | 'startedAt'>,
  { tables, diagnostics, failures }: Listed,
  { handedOn, unanswered }: Ends,
  { back: handedBack, errors }: { readonly back: FanOutReport['handedBack'] } & Pick<FanOut, 'errors'>,
): FanOut {
  const left = tables.length - handedOn.length - unanswered.length - handedBack.tables.length
  const { lakes, tables: back } = handedBack
  return {
    report: {
      ...head,
      handedOn: handedOn.toSorted(),
      unanswered: unanswered.toSorted(),
      handedBack: { lakes, tables: back },
      left,
      diagnostics,
      failures,
    },
    errors,
  }
}

interface Ends {
  readonly handedOn: readonly string[]
  readonly unanswered: readonly string[]
  readonly refused: readonly { readonly table: string; readonly error: ErrorSummary }[]
  /** Not sent. */
  readonly left: readonly string[]
}

async function handOn(
  tables: readonly string[],
  scan: string,
  { mode, deadline, signal, tracer, now = Date.now }: Options,
  { atOnce, send }: Delivery,
): Promise<Ends> {
  const ends = { handedOn: [] as string[], unanswered: [] as string[] }
  const refused: { table: string; error: ErrorSummary }[] = []
  const left: string[] = []
  const one = async (table: string): Promise<void> => {
    const isAway = refused.length >= AWAY && !isSome(ends)
    if ((deadline !== undefined && now() >= deadline) || isAway) return void left.push(table)
    const request: HandOver = {
      id: `${scan}/${table}`,
      function: 'sync',
      params: { table, mode },
      key: table,
      trace: tracer?.current(),
    }
    try {
      const end = await send(request, { deadline, signal })
      ends[end === 'taken' ? 'handedOn' : 'unanswered'].push(table)
    } catch (error) {
      if (signal?.aborted) throw error
      refused.push({ table, error: summarizeError(error) })
    }
  }
  await pMap(tables, one, { concurrency: atOnce })
  return { ...ends, refused, left }
}

/** @returns whether the platform has what was left, and there was something */
async function handBack(
  { scan, lakes, tables }: Rest,
  { runId, mode, deadline, signal, tracer }: Options,
  { send }: Delivery,
): Promise<boolean> {
  const parts = Array.from({ length: Math.ceil(tables.length / MOST_NAMES) || Math.sign(lakes.length) })
  if (parts.length === 0) return false
  const trace = tracer?.current()
  const requests = parts.map((_, at): HandOver => {
    const rest = {
      scan,
      lakes: at === 0 ? lakes : [],
      tables: tables.slice(at * MOST_NAMES, (at + 1) * MOST_NAMES),
    }
    return { id: `${runId}/rest-${at + 1}`, function: 'scan', params: { mode, rest }, key: scan, trace }
  })
  try {
    await pMap(requests, request => send(request, { deadline, signal }))
    return true
  } catch (error) {
    if (signal?.aborted) throw error
    return false
  }
}

/** Another order each time, so that a deadline does not cut off the same tables again and again (Fisher and Yates). */
function shuffled<T>(values: readonly T[]): T[] {
  const mixed = [...values]
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const at = Math.floor(Math.random() * (last + 1))
    ;[mixed[last], mixed[at]] = [mixed[at] as T, mixed[last] as T]
  }
  return mixed
}

/** @returns why the lake gets no table, as far as that is known soon */
async function noteAndJudge(
  { lake, found, topics }: Listed['lakes'][number],
  run: Options & { readonly startedAt: number; readonly now: () => number },
  until: number | undefined,
): Promise<Report['failures']> {
  if (found === undefined) return []
  const hasNone = await noteHandedOn(lake, topics, run)
  const left = until === undefined ? MOST_LOOKING : until - run.now()
  const limit = abortedAfter(Math.min(MOST_LOOKING, left))
  const over = new Promise<[]>(resolve => limit.addEventListener('abort', () => resolve([]), { once: true }))
  const call = { signal: run.signal ? AbortSignal.any([run.signal, limit]) : limit }
  return Promise.race([misfitOf(lake, found, hasNone, call), over])
}
