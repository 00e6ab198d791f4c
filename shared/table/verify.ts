/** After apply: do the engines see it, and read it? What they could not be asked is left on the table. Knows contracts only. */
import { type ErrorSummary, summarizeError } from '../base/errors.ts'
import { unlessAborted, within } from '../base/signals.ts'
import { leftAfter } from '../decide/descriptors.ts'
import type { Engine } from '../engines/engine.ts'
import type { EngineReport } from '../run/report.ts'
import { outOfTime, timeLeft } from '../run/run.ts'
import type { Walked } from '../run/walked.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { type PartitionValues, partitionKey } from '../schema/table.ts'
import {
  afterRun,
  NO_PROOFS,
  type Proofs,
  type Proved,
  pathsToProve,
  printProofs,
  proofsOn,
} from '../state/proofs.ts'
import { enginesOf, type Work } from './kinds.ts'
import { find, type Ledger } from './ledger.ts'
import { mergeParameters } from './merge-parameters.ts'
import { type Reading, readKinds } from './read-kinds.ts'
import { staleViews } from './stale-views.ts'
import { look } from './visible.ts'
import { watchedRegistered, watchSeen } from './watched.ts'

/** Refreshes the engines of this catalog where something changed, asks each for the new partitions, lets it read new kinds of file. */
export async function verifyEngines(ledger: Ledger, walked: Walked): Promise<void> {
  const proved = new Map<string, Proved>()
  const engines = enginesOf(ledger.job)
  const seen = new Map<Engine, Seen>()
  for (const engine of engines) seen.set(engine, await see(engine, ledger))
  for (const [engine, saw] of seen) {
    const done = await verify(engine, saw, ledger)
    if (done.report) ledger.engines.push(done.report)
    ledger.timings.enginesMs += done.report?.ms ?? 0
    find(ledger, done.findings)
    for (const { partition } of done.proved.failures)
      ledger.unfinished.set(partition, { code: 'ENGINE_CANNOT_READ' })
    ledger.watched.proven.set(engine.name, new Set(done.proved.proven))
    proved.set(engine.name, withoutVanished(done.proved, ledger, walked))
  }
  await keep(ledger, proved)
  for (const engine of engines) if (!outOfTime(ledger.run)) find(ledger, await staleViews(engine, ledger))
}

/** Whether there is something for that to ask: nothing is where nothing has changed, and nothing was left. */
export const asksEngines = ({ job, kinds, changed }: Pick<Ledger, 'job' | 'kinds' | 'changed'>): boolean =>
  kinds.work().some(({ witnesses }) => witnesses.size > 0) ||
  enginesOf(job).some(({ name }) => changed || job.proofs.get(name)?.unseen !== undefined)

/** A run that could not come to its end has not asked the engines: the next one does. A step that failed may have been done. */
export async function leaveEngines(ledger: Ledger): Promise<void> {
  const { changed, newest, doubtful, job } = ledger
  if (!changed && doubtful === undefined) return
  const unseen = [...newest, ...(doubtful ?? [])]
  await keep(ledger, new Map(enginesOf(job).map(({ name }) => [name, { ...NOTHING, unseen }])))
}

const NOTHING: Proved = {
  version: undefined,
  proven: [],
  failures: [],
  gone: new Set(),
  settled: new Set(),
  left: [],
  unseen: 'as before',
}

interface Verified {
  readonly report?: EngineReport
  readonly proved: Proved
  readonly findings: readonly Diagnostic[]
}

async function verify(engine: Engine, seen: Seen, ledger: Ledger): Promise<Verified> {
  const start = ledger.run.now()
  const work = ledger.kinds.work().find(one => one.engine === engine)
  const { unread, error, findings, ...proved } = work ? await read(work, seen, ledger) : NOTHING_READ
  const isIdle = seen.unseen === 'as before' && (work === undefined || work.witnesses.size === 0)
  const report = {
    engine: engine.name,
    ...seen.told,
    read: proved.proven.length,
    unread,
    ms: seen.ms + ledger.run.now() - start,
  }
  return {
    ...(isIdle ? {} : { report }),
    proved: { ...NOTHING, ...proved, ...(work ? sinceOf(work) : {}), unseen: seen.unseen },
    findings: [...(seen.isSeen ? [] : [notVisible(report)]), ...findings, ...notAsked(engine, unread, error)],
  }
}

/** Until the deadline: a file that is being read then is read anew by the next run. */
const read = (work: Work, { isSeen }: Seen, ledger: Ledger): Promise<Reading> =>
  within(timeLeft(ledger.run), ledger.run.signal, signal =>
    readKinds(work, { ...ledger, run: { ...ledger.run, signal } }, isSeen),
  )

const NOTHING_READ: Reading = { ...NOTHING, unread: 0, findings: [] }

const sinceOf = ({ gone, proofs }: Work): Pick<Proved, 'gone' | 'version'> => ({
  gone,
  version: proofs.version,
})

interface Seen {
  readonly told: Pick<EngineReport, 'visible' | 'expected' | 'error' | 'left'>
  /** Whether it sees all that it was asked for, or there was nothing to be asked. */
  readonly isSeen: boolean
  readonly unseen: Proved['unseen']
  readonly ms: number
}

/** Nothing is asked where nothing has changed, and no run before has left anything. */
async function see(engine: Engine, ledger: Ledger): Promise<Seen> {
  const { job, newest, run, changed } = ledger
  const start = run.now()
  const before = job.proofs.get(engine.name)?.unseen
  const required = run.require ? watchedRegistered(ledger) : []
  if (!changed && before === undefined && required.length === 0)
    return { told: { visible: 0, expected: 0 }, isSeen: true, unseen: 'as before', ms: 0 }
  const left = { visible: 0, expected: newest.length, left: true } as const
  if (outOfTime(run)) return { told: left, isSeen: false, unseen: newest, ms: 0 }
  try {
    const partitions = await toBeSeen(ledger, engine, before, required)
    const visible = await within(timeLeft(run), run.signal, signal =>
      unlessAborted(signal, ask(engine, partitions, required, { ...ledger, run: { ...run, signal } })),
    )
    const isSeen = visible >= partitions.length
    if (isSeen) watchSeen(ledger, engine.name, partitions)
    const told = { visible, expected: partitions.length }
    return { told, isSeen, unseen: isSeen ? undefined : partitions, ms: run.now() - start }
  } catch (error) {
    const stopped = outOfTime(run)
    const told = stopped ? left : { visible: 0, expected: newest.length, error: summarizeError(error) }
    return { told, isSeen: false, unseen: newest, ms: run.now() - start }
  }
}

/** So many required partitions are asked for alone, where an engine does not see all together. */
const ALONE = 20

/** @returns how many it sees */
async function ask(
  engine: Engine,
  partitions: readonly PartitionValues[],
  required: readonly PartitionValues[],
  ledger: Ledger,
): Promise<number> {
  const { job, run } = ledger
  const visible = await look(engine, { job, partitions, run })
  if (visible >= partitions.length || partitions.length === 1) return visible
  for (const one of required.slice(0, ALONE)) {
    const seen = await look(engine, { job, partitions: [one], run })
    if (seen === 1) watchSeen(ledger, engine.name, [one])
  }
  return visible
}

/** What this run has registered, what it lets the engine read, what runs before it have left; if that names none, the newest. */
async function toBeSeen(
  ledger: Ledger,
  engine: Engine,
  before: Proofs['unseen'],
  required: readonly PartitionValues[],
): Promise<readonly PartitionValues[]> {
  const work = ledger.kinds.work().find(one => one.engine === engine)
  const toRead = [...(work?.witnesses.values() ?? [])].flatMap(([first]) => (first ? [first.partition] : []))
  const own = new Map(
    [...ledger.newest, ...toRead, ...required].map(values => [partitionKey(values), values]),
  )
  const others = (before ?? []).filter(values => !own.has(partitionKey(values)))
  const partitions = [...own.values(), ...(await stillRegistered(ledger, others))]
  if (partitions.length > 0 || before === undefined) return partitions
  return leftAfter('', await ledger.registered()).slice(0, 1)
}

async function stillRegistered({ job, run }: Ledger, values: readonly PartitionValues[]) {
  if (values.length === 0 || job.table === undefined) return []
  const known = await job.catalog.partitions(job.table, { want: 'names', among: values }, run)
  return known.map(partition => partition.values)
}

/** What waited for partitions that a whole walk has not found waits no longer. */
function withoutVanished(proved: Proved, { job, complete, kinds }: Ledger, walked: Walked): Proved {
  if (!walked.atOnce || !complete) return proved
  const vanished = pathsToProve(job.proofs).filter(path => !kinds.listed.has(path))
  const failures = [...job.proofs.values()].flatMap(known => known.failures)
  const gone = failures.filter(({ partition }) => vanished.includes(partition)).map(({ file }) => file)
  return {
    ...proved,
    gone: new Set([...proved.gone, ...gone]),
    settled: new Set([...proved.settled, ...vanished]),
  }
}

/** Other runs of the table may have written since this one began: what is new is put to what the table says now. */
async function keep(given: Ledger, proved: ReadonlyMap<string, Proved>): Promise<void> {
  const ledger = evenIfStopped(given)
  const { job, run } = ledger
  const told = proofsOn(ledger.table?.parameters, enginesOf(job))
  const engines = enginesOf(job).filter(({ name }) => isNews(proved.get(name), told.get(name)))
  if (engines.length === 0) return
  try {
    const table = await job.catalog.inspect(job.name, run)
    if (table === undefined) return
    await mergeParameters(ledger, table.parameters, current => {
      const before = [...proofsOn(current, engines)]
      const after = before.map(
        ([name, known]) => [name, afterRun(known, proved.get(name) ?? NOTHING)] as const,
      )
      return printProofs(new Map(after), current)
    })
  } catch (error) {
    given.error ??= summarizeError(error)
  }
  given.changed ||= ledger.changed
  given.table = ledger.table
}

/** A run whose caller has given up still says what it leaves: one look and one write, which the drivers' own limits end. */
function evenIfStopped(ledger: Ledger): Ledger {
  if (!ledger.run.signal?.aborted) return ledger
  const { signal: _aborted, ...run } = ledger.run
  return { ...ledger, run }
}

function isNews(proved: Proved = NOTHING, told: Proofs = NO_PROOFS): boolean {
  const { proven, failures, gone, settled, unseen } = proved
  const isSeen = unseen === 'as before' || (unseen === undefined && told.unseen === undefined)
  const settles = told.unproven.some(path => settled.has(path))
  return proven.length + failures.length + gone.size > 0 || settles || !isSeen
}

function notVisible({ engine, visible, expected, error, left }: EngineReport): Diagnostic {
  if (left)
    return {
      code: 'ENGINE_NOT_ASKED',
      severity: 'warning',
      engine,
      message: `the catalog is up to date, but the deadline came before ${engine} had said what it sees`,
      fix: 'nothing: the next run asks',
    }
  return error
    ? {
        code: 'ENGINE_FAILED',
        severity: 'error',
        engine,
        message: `the catalog is up to date, but ${engine} could not be asked: ${error.message}`,
        fix: error.hint ?? 'see what the engine says; every run asks again until it answers',
      }
    : {
        code: 'NOT_VISIBLE',
        severity: 'error',
        engine,
        message: `the catalog is up to date, but ${engine} sees ${visible} of ${expected} new partitions`,
        fix: `if ${engine} caches the metastore, set caching: true for it; every run asks again until it sees them`,
      }
}

const notAsked = ({ name }: Engine, unread: number, error: ErrorSummary | undefined): Diagnostic[] =>
  error === undefined
    ? []
    : [
        {
          code: 'ENGINE_NOT_ASKED',
          severity: 'warning',
          engine: name,
          message: `${name} could not be asked to read a file of each new kind, of which ${unread} wait: ${error.message}`,
          fix: `${error.hint ?? 'nothing, if that passes: the next run asks again'}; verify: metadata asks for less`,
        },
      ]
