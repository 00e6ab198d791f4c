/** The walk of one run through a topic: its phases one after another, chunk by chunk, until the time is up. */
import { type Phase, phasesOf, sinceOf } from '../decide/phases.ts'
import type { Since } from '../decide/select.ts'
import type { Found, LakeRoot } from '../lake/found.ts'
import { passedBy } from '../lake/order.ts'
import { namedPartitions, type OpenTopic, type WalkCall, walkPartitions } from '../lake/walk.ts'
import { type Lake, outOfTime, type Run } from '../run/run.ts'
import type { Walked } from '../run/walked.ts'
import { tableOf } from '../run/wanted.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import { tableId } from '../schema/table.ts'
import { CLOCKS_DIFFER, CLOCKS_DIFFER_AT_MOST } from '../state/clocks.ts'
import { pathsToProve } from '../state/proofs.ts'
import type { Cursor } from '../state/table-state.ts'
import type { TableSync } from '../table/sync-table.ts'

export interface Walk {
  readonly walked: Walked
  readonly diagnostics: readonly Diagnostic[]
}

/** Partition folders as names from the topic's folder. */
export interface NamedPaths {
  /** All there is to be walked; the whole topic where absent. */
  readonly paths: readonly string[] | undefined
  /** Looked at in any case. */
  readonly watch: readonly string[] | undefined
}

/** Walks what the run asks for. */
export async function walkTopic(
  lake: Lake,
  open: OpenTopic,
  tables: readonly TableSync[],
  { paths, watch = [] }: NamedPaths,
  run: Run,
): Promise<Walk> {
  const states = tables.map(({ job }) => job.state)
  const again = tables.flatMap(({ job }) => pathsToProve(job.proofs))
  const phases: readonly Phase[] = paths
    ? [{ kind: 'named', paths }]
    : phasesOf({ mode: run.mode, startedAt: run.startedAt, lookback: lake.lookback, states, again })
  const from = phases.find(phase => phase.kind === 'recent')?.from
  run.log.debug(
    { runId: run.runId, topic: open.topic.name, phases: phases.map(printPhase) },
    'walks the topic',
  )
  const diagnostics: Diagnostic[] = []
  const count = openCount(lake, open, run)
  const steps = { listMs: 0, done: [] as Phase[], last: undefined as readonly string[] | undefined }
  for (const phase of phases) {
    steps.last = undefined
    const folders = foldersOf(lake, open, phase, from, { ...run, onFolders: count.found })[
      Symbol.asyncIterator
    ]()
    if (!(await takeAll(folders, phase, tables, steps, diagnostics, run, count))) break
    steps.done.push(phase)
  }
  const missed = watch.filter(path => tables.some(table => !table.hasLookedAt(path)))
  if (missed.length === 0 || steps.done.length < phases.length)
    return { walked: walkedOf(phases, steps, open, paths === undefined, run), diagnostics }
  const phase = { kind: 'named', paths: missed } as const
  const folders = foldersOf(lake, open, phase, undefined, run)[Symbol.asyncIterator]()
  if (await takeAll(folders, phase, tables, steps, diagnostics, run, count)) steps.done.push(phase)
  // What there was no time to look at is not absent: the run is cut then.
  const all = [...phases, phase]
  return { walked: walkedOf(all, steps, open, paths === undefined, run), diagnostics }
}

const printPhase = (phase: Phase): string => {
  if (phase.kind === 'recent') return `recent: from ${new Date(phase.from).toISOString()}`
  if (phase.kind === 'named') return `named: ${phase.paths.length} partitions`
  return phase.cursor ? `full: after ${phase.cursor.after.join('/')}` : 'full'
}

/** @param from where a recent phase before this one began: what is pending behind that was walked by it */
function foldersOf(
  lake: LakeRoot,
  open: OpenTopic,
  phase: Phase,
  from: number | undefined,
  run: Run & WalkCall,
) {
  const inTopic = (path: readonly string[]) => [...open.topic.segments, ...path]
  const isNews = (path: readonly string[]) =>
    from === undefined || lake.layout.enter(path, from).kind === 'outside'
  switch (phase.kind) {
    case 'recent':
      return walkPartitions(lake, open, { from: phase.from }, run)
    case 'named': {
      const paths = phase.paths.map(path => inTopic(path.split('/')))
      return namedPartitions(lake, paths.filter(isNews), run)
    }
    case 'full':
      return walkPartitions(
        lake,
        open,
        phase.cursor ? { passed: passedBy(inTopic(phase.cursor.after)) } : {},
        run,
      )
    default:
      return phase satisfies never
  }
}

interface Steps {
  listMs: number
  /** Segments of the last folder that was taken in this phase. */
  last: readonly string[] | undefined
}

/** How far the walk is, for those who watch. */
interface Count {
  found(count: number, share: number): void
  listed(count: number): void
  applied(count: number): void
}

function openCount(lake: Lake, { topic }: OpenTopic, { onProgress }: Run): Count {
  const table = tableId(tableOf(lake, topic.name))
  let [listed, applied, expected] = [0, 0, 0]
  const tell = () => onProgress?.({ kind: 'listed', table, done: listed, total: Math.max(listed, expected) })
  return {
    found: (count, share) => {
      expected = share > 0 ? Math.round(count / share) : 0
      tell()
    },
    listed: count => {
      listed += count
      tell()
    },
    applied: count => {
      applied += count
      onProgress?.({ kind: 'applied', table, done: applied })
    },
  }
}

/**
 * Gives the tables one chunk after another: while one is applied, the next is read.
 * @returns whether the phase came to its end
 */
async function takeAll(
  chunks: AsyncIterator<Found<PartitionFolder>>,
  phase: Phase,
  tables: readonly TableSync[],
  steps: Steps,
  diagnostics: Diagnostic[],
  run: Run,
  count: Count,
): Promise<boolean> {
  let before = Promise.resolve(true)
  for (;;) {
    const next = outOfTime(run) ? undefined : await nextChunk(chunks, steps, run)
    if (next === undefined || next.done) return (await before) && next !== undefined
    const { found, diagnostics: findings } = next.value
    diagnostics.push(...findings)
    count.listed(found.length)
    const previous = before
    const taken = takeChunk(next.value, phase, tables).then(async inTime => {
      // A cursor passes no chunk that was left out.
      if (!inTime || !(await previous)) return false
      count.applied(found.length)
      steps.last = found.at(-1)?.segments ?? steps.last
      return true
    })
    if (!(await previous)) return taken
    before = taken
  }
}

/** @returns whether all had room for it in time */
async function takeChunk(chunk: Found<PartitionFolder>, phase: Phase, tables: readonly TableSync[]) {
  const taken = await Promise.all(tables.map(table => table.take(chunk, sinceIn(phase, table))))
  return taken.every(Boolean)
}

/** Undefined where the caller gave up; a folder that could not be listed is a finding, not an error. */
async function nextChunk(chunks: AsyncIterator<Found<PartitionFolder>>, steps: Steps, run: Run) {
  const started = run.now()
  try {
    return await chunks.next()
  } catch (error) {
    if (run.signal?.aborted) return undefined
    throw error
  } finally {
    steps.listMs += run.now() - started
  }
}

/**
 * What was named is looked at in any case; a full scan looks at what changed since the last one, whatever clock that had, and
 * at what was renamed to where it is.
 */
function sinceIn(phase: Phase, { job: { state } }: TableSync): Since {
  if (phase.kind === 'named') return { time: 0, full: false }
  if (phase.kind === 'recent') return { time: sinceOf(state) - CLOCKS_DIFFER, full: false, window: true }
  return { time: (state.full ?? 0) - CLOCKS_DIFFER_AT_MOST, full: true }
}

function walkedOf(
  phases: readonly Phase[],
  { done, last, listMs }: Steps & { readonly done: readonly Phase[] },
  open: OpenTopic,
  whole: boolean,
  run: Run,
): Walked {
  const cut = done.length < phases.length
  const full = phases.find(phase => phase.kind === 'full')
  const since = full?.cursor?.since ?? run.startedAt
  const reached = last?.slice(open.topic.segments.length)
  const everything = full !== undefined && !cut
  return {
    whole,
    recent: whole && (done.some(({ kind }) => kind === 'recent') || everything),
    ...windowOf(done, everything),
    everything,
    atOnce: everything && full.cursor === undefined,
    cut,
    cursor: cut && full ? nextCursor(full.cursor, done, phases, reached, since) : undefined,
    since,
    listMs,
  }
}

/** Where a recent part was all that was walked. */
function windowOf(done: readonly Phase[], everything: boolean): Pick<Walked, 'from'> {
  const recent = done.find(phase => phase.kind === 'recent')
  return recent && !everything ? { from: recent.from } : {}
}

/** A scan that was cut before it came to its full part keeps the cursor that it had. */
function nextCursor(
  before: Cursor | undefined,
  done: readonly Phase[],
  phases: readonly Phase[],
  reached: readonly string[] | undefined,
  since: number,
): Cursor | undefined {
  const inFull = phases[done.length]?.kind === 'full'
  return inFull && reached ? { since, after: reached } : before
}
