/** Runs a plan in one transaction: readers see all of it or, until it is committed, nothing. */
import { GoldsyncError } from '../../base/errors.ts'
import type { Change } from '../../schema/change.ts'
import type { DataFile } from '../../schema/observed.ts'
import { type Table, type TableName, tableId } from '../../schema/table.ts'
import { duckdbCommand } from '../../sql/duckdb.ts'
import { duckdbName, duckdbTable } from '../../sql/duckdb-text.ts'
import type { ApplyCall, Plan, Step } from '../catalog.ts'
import { changeTable } from '../change-table.ts'
import { expectTableAt, nameTaken, noTable } from '../refusals.ts'
import { isInParts, openRefusals } from '../refusing.ts'
import { summarize } from '../steps.ts'
import { type CatalogFile, type Database, inTransaction, stopIfAborted } from './file.ts'
import { type FileSchemas, readFileSchemas } from './file-schemas.ts'
import { localPath } from './local-path.ts'
import {
  addPartitions,
  alterPartitions,
  dropPartitions,
  growPartitions,
  movePartitions,
  retypePartitions,
  stripPartitions,
} from './partitions.ts'
import { createOwnTables, insertTable, readForeign, readTable, renameOwn, updateTable } from './tables.ts'
import { readable, refuseUnreadable } from './unreadable.ts'
import { insertSchemas, replaceView } from './view.ts'

/** Files are read before the catalog file is opened, so that it is held for as short as can be. */
export async function applyPlan(file: CatalogFile, plan: Plan, call: ApplyCall): Promise<void> {
  if (plan.steps.length === 0) return
  stopIfAborted(file.path, call.signal)
  const files = filesOf(plan)
  const schemas = await readFileSchemas(new Set(files.keys()), encryptedOf(files))
  await file.write(call.signal, async db => {
    const failure = await inTransaction(db, async () => {
      await createOwnTables(db)
      await insertSchemas(db, schemas)
      return runSteps(db, file, plan, schemas, call)
    })
    if (failure !== undefined) throw failure
  })
}

/** Nothing is told where all that was in it was refused. */
function tellStep({ onStep }: ApplyCall, step: Step, done: number): void {
  if (!isInParts(step.change) || step.change.partitions.length > 0) onStep?.(step, done)
}

function withoutUnreadable(step: Step, schemas: FileSchemas): Step {
  const change = readable(step.change, schemas)
  return change === step.change ? step : stepOf(change)
}

export const stepOf = (change: Change): Step => ({
  command: duckdbCommand(change),
  summary: summarize(change),
  change,
})

const filesOf = (plan: Plan): ReadonlyMap<string, DataFile> =>
  new Map(
    plan.steps.flatMap(({ change }) =>
      change.kind === 'addPartitions' || change.kind === 'alterPartitions'
        ? change.partitions.flatMap(({ files }) => files.map(file => [localPath(file.path), file] as const))
        : [],
    ),
  )

const encryptedOf = (files: ReadonlyMap<string, DataFile>): readonly string[] =>
  [...files].flatMap(([path, { diagnostics }]) =>
    diagnostics.some(({ code }) => code === 'COLUMN_ENCRYPTED') ? [path] : [],
  )

/**
 * @returns what stopped the steps, to be thrown after the steps before it are committed: a refusal, which is told before
 * anything of its step is written, or the caller's abort
 */
async function runSteps(
  db: Database,
  file: CatalogFile,
  plan: Plan,
  schemas: FileSchemas,
  call: ApplyCall,
): Promise<GoldsyncError | undefined> {
  let stale = false
  let name = plan.table
  let failure: GoldsyncError | undefined
  const refusals = openRefusals(call)
  try {
    for (const [at, step] of plan.steps.entries()) {
      stopIfAborted(file.path, call.signal)
      const done = withoutUnreadable(step, schemas)
      if (await applyChange(db, done.change, schemas)) stale = true
      refuseUnreadable(plan.table, step.change, schemas, refusals)
      if (step.change.kind === 'renameTable') name = step.change.to
      tellStep(call, done, at + 1)
    }
  } catch (error) {
    if (!(error instanceof GoldsyncError)) throw error
    failure = error
  }
  if (stale) await replaceView(db, await expectTable(db, name))
  return failure
}

/** @returns whether the view has to be written anew */
async function applyChange(db: Database, change: Change, schemas: FileSchemas): Promise<boolean> {
  if (change.kind === 'createDatabase') return createDatabase(db, change.database)
  if (change.kind === 'createTable') return createTable(db, change.table)
  if (change.kind === 'renameTable') return renameTable(db, change)
  const table = await expectTable(db, change.table)
  switch (change.kind) {
    case 'setParameters':
    case 'moveTable':
      await updateTable(db, changeTable(table, change))
      return false
    case 'addColumns': {
      const grown = changeTable(table, change)
      await updateTable(db, grown)
      if (change.cascade) await growPartitions(db, grown)
      return true
    }
    case 'changeColumnTypes':
      await updateTable(db, changeTable(table, change))
      if (change.cascade) await retypePartitions(db, change)
      return true
    case 'addPartitions':
      return addPartitions(db, change.table, change.partitions, schemas)
    case 'alterPartitions':
      return alterPartitions(db, change.table, change.partitions, schemas)
    case 'movePartitions':
      await movePartitions(db, change.table, change.partitions)
      return false
    case 'dropPartitions':
      return dropPartitions(db, change.table, change.partitions)
    case 'stripPartitions':
      await stripPartitions(db, change)
      return false
    default:
      change satisfies never
      throw new TypeError('not a change')
  }
}

async function createDatabase(db: Database, database: string): Promise<false> {
  await db.run(`create schema if not exists ${duckdbName(database)}`)
  return false
}

async function createTable(db: Database, table: Table): Promise<boolean> {
  const existing = await readTable(db, table.name)
  if (existing !== undefined) {
    expectTableAt(table.name, existing.location, table.location)
    return false
  }
  if ((await readForeign(db, table.name)) !== undefined) throw foreign(table.name)
  await createDatabase(db, table.name.database)
  await insertTable(db, table)
  return true
}

async function renameTable(
  db: Database,
  { table, to }: Extract<Change, { kind: 'renameTable' }>,
): Promise<boolean> {
  const [existing, other] = [await readTable(db, table), await readTable(db, to)]
  if (existing === undefined && other) return false
  if (existing === undefined) throw noTable(table)
  if (other ?? (await readForeign(db, to))) throw nameTaken(to)
  await renameOwn(db, table, to)
  await db.run(`drop view if exists ${duckdbTable(table)}`)
  return true
}

const foreign = (name: TableName): GoldsyncError =>
  new GoldsyncError('CONFLICT', `${tableId(name)} exists already, and goldsync did not make it`, {
    hint: 'give the topic another table with tables.rename',
  })

async function expectTable(db: Database, name: TableName): Promise<Table> {
  const table = await readTable(db, name)
  if (table === undefined) throw noTable(name)
  return table
}
