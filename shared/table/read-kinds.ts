/** Lets an engine read a file of each kind that it has not read before, as far as a run has time for. Knows contracts only. */
import { type ErrorSummary, summarizeError } from '../base/errors.ts'
import { CANNOT_READ, kindOf } from '../decide/kinds.ts'
import { conditionsOn } from '../decide/probe.ts'
import { type Engine, NoRow, type Probe, type Proof } from '../engines/engine.ts'
import { isAccepted, readDataFile } from '../parquet/read.ts'
import { outOfTime } from '../run/run.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Reader } from '../schema/reader.ts'
import { printValues } from '../schema/table.ts'
import type { Failure, Proved } from '../state/proofs.ts'
import { type Culprit, culpritOf } from './culprit.ts'
import { tellProof } from './decisions.ts'
import { nameInEngines, type Witness, type Work } from './kinds.ts'
import type { Ledger } from './ledger.ts'

export interface Reading extends Pick<Proved, 'proven' | 'failures' | 'settled' | 'left'> {
  /** Kinds that are left to the next run. */
  readonly unread: number
  /** Why the engine was not asked for all of them. */
  readonly error?: ErrorSummary
  readonly findings: readonly Diagnostic[]
}

/**
 * What one run asks of an engine at most, of all tables together: a first sync of a lake meets many kinds, each costs the engine
 * up to seconds, and what is left is done by the next run.
 */
const MOST = { files: 100, bytes: 4 * 2 ** 30, ms: 60_000, failures: 3 }

const KEYS = ['files', 'bytes', 'ms', 'failures'] as const

interface Spent {
  readonly runId: string
  files: number
  bytes: number
  ms: number
  /** Questions that it did not answer: one that hangs must not hang for each table. */
  failures: number
}

const spent = new WeakMap<Engine, Spent>()

function spentBy(engine: Engine, runId: string): Spent {
  const known = spent.get(engine)
  if (known?.runId === runId) return known
  const fresh = { runId, files: 0, bytes: 0, ms: 0, failures: 0 }
  spent.set(engine, fresh)
  return fresh
}

const turns = new WeakMap<Engine, Promise<unknown>>()

/** One file at a time: other tables' runs read meanwhile, too. */
function inTurn<T>(engine: Engine, work: () => Promise<T>): Promise<T> {
  const turn = (turns.get(engine) ?? Promise.resolve()).then(work)
  turns.set(
    engine,
    turn.catch(() => undefined),
  )
  return turn
}

/** What was found of the kinds so far. */
interface Found {
  readonly proven: Set<string>
  readonly failures: Failure[]
  readonly findings: Diagnostic[]
  readonly left: Map<string, string>
  error?: ErrorSummary
}

/** Never throws. @param visible whether the engine sees the partitions: else it is not asked */
export async function readKinds(work: Work, ledger: Ledger, visible: boolean): Promise<Reading> {
  const found: Found = { proven: new Set(), failures: [], findings: [], left: new Map() }
  for (const witnesses of work.witnesses.values()) {
    const [first] = witnesses
    if (first === undefined) continue
    const kind = kindOf(first, ledger.table?.columns ?? [])
    if (work.proofs.proven.includes(kind) || found.proven.has(kind)) continue
    const mayAsk = visible && !isOfAll(found.error) && !outOfTime(ledger.run)
    const done = mayAsk && (await inTurn(work.engine, () => tryKind(work, kind, witnesses, ledger, found)))
    if (!done) found.left.set(kind, first.path)
  }
  const left = [...new Set(found.left.values())]
  const waiting = new Set(left)
  return {
    proven: [...found.proven],
    failures: found.failures,
    settled: new Set([...work.seen].filter(path => !waiting.has(path))),
    left,
    unread: found.left.size,
    findings: found.findings,
    ...(found.error ? { error: found.error } : {}),
  }
}

/** Another file may well be there. */
const isOfAll = (error: ErrorSummary | undefined): boolean =>
  error !== undefined && error.code !== 'NOT_FOUND'

/** @returns whether the kind is settled */
async function tryKind(
  work: Work,
  kind: string,
  witnesses: readonly Witness[],
  ledger: Ledger,
  found: Found,
): Promise<boolean> {
  const { engine } = work
  const { run } = ledger
  const budget = spentBy(engine, run.runId)
  if (outOfTime(run) || KEYS.some(key => budget[key] >= MOST[key])) return false
  const started = run.now()
  try {
    return await settle(work, kind, witnesses, ledger, found)
  } catch (error) {
    found.error = summarizeError(error)
    budget.failures += 1
    return false
  } finally {
    budget.files += 1
    budget.bytes += witnesses[0]?.file.size ?? 0
    budget.ms += run.now() - started
  }
}

/** Where it fails on the first file, another one tells whether the fault is the kind's. */
async function settle(
  work: Work,
  kind: string,
  witnesses: readonly Witness[],
  ledger: Ledger,
  found: Found,
): Promise<boolean> {
  const failed: (readonly [Witness, Culprit])[] = []
  let absent = 0
  for (const witness of witnesses) {
    const culprit = await tryFile(work, witness, ledger)
    tellProof(ledger, work.engine, witness.file.path, culprit)
    if (culprit === 'absent') absent += 1
    if (culprit === 'absent' || culprit === 'unknown') continue
    if (culprit === undefined) {
      found.proven.add(kind)
      break
    }
    failed.push([witness, culprit])
  }
  const isRead = found.proven.has(kind)
  for (const [witness, culprit] of failed)
    noteFailure(work, isRead ? undefined : kind, witness, culprit, found)
  return isRead || failed.length > 0 || absent === witnesses.length
}

function noteFailure(
  work: Work,
  kind: string | undefined,
  { path, content, partition, file }: Witness,
  culprit: Culprit,
  { failures, findings }: Found,
): void {
  const about = culprit.column === undefined ? {} : { column: culprit.column }
  failures.push({ kind, partition: path, file: content, ...about, said: culprit.message })
  const place = { partition: printValues(partition), path: file.path }
  findings.push({ ...cannotRead(work, culprit, kind === undefined), ...place, ...about })
}

/** @returns undefined where it reads the file; `unknown` where that is no longer as it was; `absent` where the table has it no more */
async function tryFile(
  { engine, reader }: Work,
  witness: Witness,
  ledger: Ledger,
): Promise<Culprit | 'unknown' | 'absent' | undefined> {
  const probe = await probeOf(witness, reader, ledger)
  if (probe === undefined) return 'unknown'
  try {
    return await failureOn(engine, probe, ledger)
  } catch (error) {
    if (error instanceof NoRow && mayBeTakenOut(ledger)) return 'absent'
    throw error
  }
}

/** Others may rewrite files of a table that lists them, or delete their rows: such files stay in the lake, and are never seen again. */
const mayBeTakenOut = ({ job }: Ledger): boolean => job.catalog.capabilities.visibility === 'file'

/** @returns undefined where it reads the file */
async function failureOn(engine: Engine, probe: Probe, { run }: Ledger): Promise<Culprit | undefined> {
  const { signal } = run
  const ask = (probe: Probe): Promise<Proof> => engine.read(probe, signal ? { signal } : {})
  const proof = await ask(probe)
  if (proof.outcome === 'cannot') return culpritOf(probe, proof.message, ask)
  const [lost] = proof.lost
  if (lost === undefined) return undefined
  const { name } = lost.column
  return {
    column: name,
    message: `it finds no row by a value of ${name} that the file's footer proves to be there`,
  }
}

/** The footer is read again, for the values that it proves: few files are asked for. */
async function probeOf(witness: Witness, reader: Reader, ledger: Ledger): Promise<Probe | undefined> {
  const { job, run, table } = ledger
  const { file, partition, location, except } = witness
  const types = job.lake.typesOf(job.topic.name)
  const read = await readDataFile(job.lake.storage, file, { ...run, types, facts: true }).catch(
    () => undefined,
  )
  if (read === undefined || !isAccepted(read) || table === undefined) return undefined
  const columns = table.columns.filter(({ name }) => !except.has(name))
  return {
    table: nameInEngines(job),
    keys: table.partitionKeys,
    partition,
    location,
    file: file.path.slice(file.path.lastIndexOf('/') + 1),
    columns,
    conditions: conditionsOn(read, columns, reader),
  }
}

function cannotRead({ name, proofs }: Work, { column, message }: Culprit, othersRead: boolean) {
  const engine = proofs.version === undefined ? name : `${name} (${proofs.version})`
  const what = column === undefined ? 'the file' : `column ${column} of the file`
  const kind = othersRead
    ? `${name} reads other files of the same kind`
    : 'new partitions with files of the same kind are held back'
  return {
    code: CANNOT_READ,
    severity: 'error',
    message: `${engine} cannot read ${what}, whose partition is registered: ${message}; ${kind}`,
    fix: 'move the file out of its folder, or write it anew: the next run lets the engine read that',
  } as const
}
