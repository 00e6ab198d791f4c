/** Table parameters that other runs of the table write too: what is new is put to what they say by then. Knows contracts only. */
import { GoldsyncError } from '../base/errors.ts'
import type { Change } from '../schema/change.ts'
import { type Parameters, type Table, tableId } from '../schema/table.ts'
import { printType, sameType } from '../schema/type.ts'
import { expectKnownFormat, FORMAT } from '../state/format.ts'
import { memoryOf, REMEMBERED } from '../state/remembered.ts'
import { type Executing, execute } from './execute.ts'
import type { Ledger } from './ledger.ts'

/** What is to be set, and removed, where a table has these parameters. */
export type Merge = (current: Parameters) => {
  readonly parameters: Parameters
  readonly removed?: readonly string[]
  /** False where it does no harm that another run has set them meanwhile. By default true. */
  readonly shared?: boolean
}

/** Other runs write seldom, and each time one of them has written. */
const ATTEMPTS = 8

/**
 * Sets what follows from the parameters as they are when they are set: where another run was quicker, it follows anew.
 * @param current as they were read
 * @throws GoldsyncError as `Catalog.apply`
 */
export async function mergeParameters(
  ledger: Ledger,
  current: Parameters,
  merge: Merge,
  attempts = ATTEMPTS,
): Promise<void> {
  const { parameters, removed = [], shared = true } = merge(current)
  const keys = [...Object.keys(parameters), ...removed]
  if (keys.some(key => current[key] !== parameters[key])) {
    const expected = Object.fromEntries([FORMAT, ...keys].map(key => [key, current[key] ?? null]))
    const gone = removed.length > 0 ? { removed } : {}
    const table = ledger.job.name
    const change = { kind: 'setParameters', table, parameters, ...gone } as const
    const others = await set(ledger, shared ? { ...change, expected } : change, attempts)
    if (others) return mergeParameters(ledger, others.parameters, merge, attempts - 1)
  }
  keep(ledger, keys, parameters)
}

/** @returns the table as it is now, where another run was quicker: then nothing is set */
async function set(ledger: Ledger, change: Change, attempts: number): Promise<Table | undefined> {
  const { job, run } = ledger
  try {
    await execute(ledger, [change])
    return undefined
  } catch (error) {
    if (!(error instanceof GoldsyncError && error.code === 'CONFLICT' && attempts > 1)) throw error
    const others = await job.catalog.inspect(job.name, run)
    if (others === undefined) throw error
    expectKnownFormat(others)
    return others
  }
}

interface Remembering extends Executing {
  /** What the table has to say before its partitions are registered. */
  readonly merge: Merge
}

/**
 * Makes the changes, and before all else sets what a crash must not leave unsaid. A new table is made with it; where another
 * run was quicker to make that, it is put to what that run has made. Columns get types only while the table remembers of its
 * files what it did when that was decided.
 * @throws GoldsyncError as `Catalog.apply`; `CONFLICT` where another run has remembered, or given a type, what bears on it
 */
export async function executeRemembering(
  ledger: Ledger,
  changes: readonly Change[],
  { merge, ...how }: Remembering,
): Promise<void> {
  const { job, run } = ledger
  const made = changes.findIndex(({ kind }) => kind === 'createTable') + 1
  if (made === 0 && ledger.table) {
    const { parameters } = ledger.table
    const wanted = { ...parameters, ...merge(parameters).parameters }
    await mergeParameters(ledger, parameters, merge)
    if (wanted[REMEMBERED] !== parameters[REMEMBERED]) await expectUntyped(ledger, changes, merge)
    return execute(ledger, decidedBy(changes, wanted[REMEMBERED]), how)
  }
  const mayBeLost = made > 0 && !run.dryRun && REMEMBERED in merge({}).parameters
  if (!mayBeLost) return execute(ledger, changes, how)
  await execute(ledger, changes.slice(0, made), how)
  const table = await job.catalog.inspect(job.name, run)
  if (table) await mergeParameters(ledger, table.parameters, merge)
  await execute(ledger, changes.slice(made), how)
}

/** @param memory what the table remembers, with what this run has put to it */
const decidedBy = (changes: readonly Change[], memory: string | undefined): readonly Change[] =>
  changes.map(change =>
    change.kind === 'addColumns' || change.kind === 'changeColumnTypes'
      ? { ...change, expected: { [REMEMBERED]: memory ?? null } }
      : change,
  )

/**
 * After this run has put something to the memory: another may have given a type to such a name before it could read that.
 * @throws GoldsyncError `CONFLICT`
 */
async function expectUntyped(ledger: Ledger, changes: readonly Change[], merge: Merge): Promise<void> {
  const { job, run, table } = ledger
  if (run.dryRun || table === undefined) return
  const now = await job.catalog.inspect(job.name, run)
  const names = new Set(memoryOf(merge({})).held.map(({ path }) => path[0]))
  const known = new Map(table.columns.map(({ name, type }) => [name, [type]]))
  for (const change of changes) {
    if (change.kind !== 'changeColumnTypes') continue
    for (const { name, from } of change.columns) known.get(name)?.push(from)
  }
  const taken = now?.columns.find(
    ({ name, type }) => names.has(name) && !known.get(name)?.some(other => sameType(other, type)),
  )
  if (taken === undefined) return
  throw new GoldsyncError(
    'CONFLICT',
    `another run has given column ${taken.name} of ${tableId(job.name)} the type ${printType(taken.type)} meanwhile, and files of this one hold it otherwise`,
    { hint: 'nothing: the next run begins with what the table says now' },
  )
}

/** The ledger's table has them, too. */
function keep(ledger: Ledger, keys: readonly string[], parameters: Parameters): void {
  const { table } = ledger
  if (table === undefined) return
  const others = Object.entries(table.parameters).filter(([key]) => !keys.includes(key))
  ledger.table = { ...table, parameters: { ...Object.fromEntries(others), ...parameters } }
}
