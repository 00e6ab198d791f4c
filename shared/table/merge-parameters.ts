/** Table parameters that other runs of the table write too: what is new is put to what they say by then. Knows contracts only. */
import { GoldsyncError } from '../base/errors.ts'
import type { Registered } from '../run/audit.ts'
import type { Change } from '../schema/change.ts'
import type { Parameters, Table } from '../schema/table.ts'
import { expectKnownFormat, FORMAT } from '../state/format.ts'
import { REMEMBERED } from '../state/remembered.ts'
import { execute } from './execute.ts'
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

interface Remembering {
  /** What the table has to say before its partitions are registered. */
  readonly merge: Merge
  readonly registered: Registered
}

/**
 * Makes the changes, and before all else sets what a crash must not leave unsaid. A new table is made with it; where another
 * run was quicker to make that, it is put to what that run has made.
 */
export async function executeRemembering(
  ledger: Ledger,
  changes: readonly Change[],
  { merge, registered }: Remembering,
): Promise<void> {
  const { job, run } = ledger
  const made = changes.findIndex(({ kind }) => kind === 'createTable') + 1
  if (made === 0 && ledger.table) await mergeParameters(ledger, ledger.table.parameters, merge)
  const mayBeLost = made > 0 && !run.dryRun && REMEMBERED in merge({}).parameters
  if (!mayBeLost) return execute(ledger, changes, registered)
  await execute(ledger, changes.slice(0, made), registered)
  const table = await job.catalog.inspect(job.name, run)
  if (table) await mergeParameters(ledger, table.parameters, merge)
  await execute(ledger, changes.slice(made), registered)
}

/** The ledger's table has them, too. */
function keep(ledger: Ledger, keys: readonly string[], parameters: Parameters): void {
  const { table } = ledger
  if (table === undefined) return
  const others = Object.entries(table.parameters).filter(([key]) => !keys.includes(key))
  ledger.table = { ...table, parameters: { ...Object.fromEntries(others), ...parameters } }
}
