/** After apply: do the engines see it, and read it? What they could not be asked is left on the table. Knows contracts only. */
import { type ErrorSummary, summarizeError } from '../base/errors.ts'
import { leftAfter } from '../decide/descriptors.ts'
import type { Engine } from '../engines/engine.ts'
import type { EngineReport } from '../run/report.ts'
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
    proved.set(engine.name, withoutVanished(done.proved, ledger, walked))
  }
  await keep(ledger, proved)
  for (const engine of engines) find(ledger, await staleViews(engine, ledger))
}

/** Milliseconds that a run which was told to end takes to leave its engines' work on the table. */
const LAST_WORD = 5000

/** A run that could not come to its end has not asked the engines: the next one does. A step that failed may have been done. */
export async function leaveEngines(ledger: Ledger): Promise<void> {
  const { changed, run, newest, job } = ledger
  if (!changed) return
  const left = new Map(enginesOf(job).map(({ name }) => [name, { ...NOTHING, unseen: newest }]))
  const isEnding = run.signal?.aborted === true
  await keep(isEnding ? { ...ledger, run: { ...run, signal: AbortSignal.timeout(LAST_WORD) } } : ledger, left)
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
  const { unread, error, findings, ...proved } = work
    ? await readKinds(work, ledger, seen.isSeen)
    : NOTHING_READ
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

const NOTHING_READ: Reading = { ...NOTHING, unread: 0, findings: [] }

const sinceOf = ({ gone, proofs }: Work): Pick<Proved, 'gone' | 'version'> => ({
  gone,
  version: proofs.version,
})

interface Seen {
  readonly told: Pick<EngineReport, 'visible' | 'expected' | 'error'>
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
  if (!changed && before === undefined)
    return { told: { visible: 0, expected: 0 }, isSeen: true, unseen: 'as before', ms: 0 }
  try {
    const partitions = await toBeSeen(ledger, engine, before)
    const visible = await look(engine, { job, partitions, run })
    const isSeen = visible >= partitions.length
    const told = { visible, expected: partitions.length }
    return { told, isSeen, unseen: isSeen ? undefined : partitions, ms: run.now() - start }
  } catch (error) {
    const told = { visible: 0, expected: newest.length, error: summarizeError(error) }
    return { told, isSeen: false, unseen: newest, ms: run.now() - start }
  }
}

/** What this run has registered, what it lets the engine read, what runs before it have left; if that names none, the newest. */
async function toBeSeen(
  ledger: Ledger,
  engine: Engine,
  before: Proofs['unseen'],
): Promise<readonly PartitionValues[]> {
  const work = ledger.kinds.work().find(one => one.engine === engine)
  const toRead = [...(work?.witnesses.values() ?? [])].flatMap(([first]) => (first ? [first.partition] : []))
  const own = new Map([...ledger.newest, ...toRead].map(values => [partitionKey(values), values]))
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
async function keep(ledger: Ledger, proved: ReadonlyMap<string, Proved>): Promise<void> {
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
    ledger.error ??= summarizeError(error)
  }
}

function isNews(proved: Proved = NOTHING, told: Proofs = NO_PROOFS): boolean {
  const { proven, failures, gone, settled, unseen } = proved
  const isSeen = unseen === 'as before' || (unseen === undefined && told.unseen === undefined)
  const settles = told.unproven.some(path => settled.has(path))
  return proven.length + failures.length + gone.size > 0 || settles || !isSeen
}

function notVisible({ engine, visible, expected, error }: EngineReport): Diagnostic {
  return error
    ? {
        code: 'ENGINE_FAILED',
        severity: 'error',
        message: `the catalog is up to date, but ${engine} could not be asked: ${error.message}`,
        fix: error.hint ?? 'see what the engine says; every run asks again until it answers',
      }
    : {
        code: 'NOT_VISIBLE',
        severity: 'error',
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
          message: `${name} could not be asked to read a file of each new kind, of which ${unread} wait: ${error.message}`,
          fix: `${error.hint ?? 'nothing, if that passes: the next run asks again'}; verify: metadata asks for less`,
        },
      ]
