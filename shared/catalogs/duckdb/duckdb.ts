/** The embedded catalog: one DuckDB file with a view per table, for a laptop, a test or a small lake. */
import { resolve } from 'node:path'
import { GoldsyncError } from '../../base/errors.ts'
import type { Change } from '../../schema/change.ts'
import { type Table, type TableName, tableId } from '../../schema/table.ts'
import type { Call, Catalog, Plan, TablesByName } from '../catalog.ts'
import { inBatches } from '../steps.ts'
import { applyPlan, stepOf } from './apply.ts'
import { type CatalogFile, catalogFile, expectWritable, inTransaction, loadDuckdb } from './file.ts'
import { localPath } from './local-path.ts'
import type { DuckdbOptions } from './options.ts'
import { readPartitions } from './partitions.ts'
import {
  hasOwnTables,
  hasSchema,
  readDatabases,
  readForeign,
  readNames,
  readOthers,
  readTableAndAge,
  readTables,
} from './tables.ts'
import { outdatedSchemas, outdatedTables, renewView } from './view.ts'

const BATCH = 1000

/** Opens the catalog; the file is opened for each call. @param name its name in the config */
export function openDuckdb(name: string, options: DuckdbOptions): Catalog {
  const file = catalogFile(resolve(options.file), options.wait)
  return {
    name,
    kind: 'duckdb',
    capabilities: {
      visibility: 'file',
      readBy: 'duckdb',
      partitionParameters: true,
      bulkDetails: true,
      cascades: true,
      createsDatabases: true,
    },
    hasDatabase: (database, { signal } = {}) => hasDatabase(file, database, signal),
    inspect: (table, call = {}) => inspect(file, table, call),
    inspectAll: (database, names, call = {}) => inspectAll(file, database, names, call),
    partitions: async (table, which, { signal } = {}) =>
      (await file.read(signal, async db =>
        (await hasOwnTables(db)) ? readPartitions(db, table.name, which) : [],
      )) ?? [],
    databases: async ({ signal } = {}) =>
      (await file.read(signal, async db => ((await hasOwnTables(db)) ? readDatabases(db) : []))) ?? [],
    otherTables: async (database, than, { signal } = {}) =>
      (await file.read(signal, async db =>
        (await hasOwnTables(db)) ? readOthers(db, database, than) : [],
      )) ?? [],
    plan: (table, changes) => planOf(file, table, changes),
    apply: (plan, call = {}) => applyPlan(file, plan, call),
    close: async () => {},
  }
}

/** @throws GoldsyncError `PERMISSION_DENIED`, `NOT_FOUND` where the file cannot be written, `MISSING_PACKAGE` */
async function hasDatabase(
  file: CatalogFile,
  name: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  await expectWritable(file.path)
  // Where there is no file yet nothing is opened: a table could not be made all the same.
  await loadDuckdb()
  return (await file.read(signal, db => hasSchema(db, name))) ?? false
}

async function inspect(
  file: CatalogFile,
  name: TableName,
  { signal, dryRun = false }: Call,
): Promise<Table | undefined> {
  const found = await file.read(signal, async db => {
    const own = (await hasOwnTables(db)) ? await readTableAndAge(db, name) : undefined
    if (own === undefined) return { table: await readForeign(db, name), outdated: 0 }
    return { table: own.table, outdated: own.older ? (await outdatedSchemas(db, name)).size : 0 }
  })
  if (found?.table && found.outdated > 0 && !dryRun) await renew(file, found.table, signal)
  return found?.table
}

/** Those whose views are to be written anew, and somebody else's, are looked at one by one. */
async function inspectAll(
  file: CatalogFile,
  database: string,
  names: readonly string[],
  { signal }: Call,
): Promise<TablesByName> {
  const told = (tables: ReadonlyMap<string, Table>, alone: (name: string) => boolean): TablesByName =>
    new Map(names.filter(name => !alone(name)).map(name => [name, tables.get(name)]))
  const found = await file.read(signal, async db => {
    const taken = await readNames(db, database)
    if (!(await hasOwnTables(db))) return told(new Map(), name => taken.has(name.toLowerCase()))
    const [own, outdated] = [await readTables(db, database, names), await outdatedTables(db)]
    return told(own, name =>
      own.has(name) ? outdated.has(tableId({ database, name })) : taken.has(name.toLowerCase()),
    )
  })
  return found ?? told(new Map(), () => false)
}

/** A view of before an upgrade of goldsync is written anew when the table is next looked at; while others hold the file it stays. */
async function renew(file: CatalogFile, table: Table, signal: AbortSignal | undefined): Promise<void> {
  try {
    await file.write(signal, db =>
      inTransaction(db, async () => renewView(db, table, await outdatedSchemas(db, table.name))),
    )
  } catch (error) {
    const code = error instanceof GoldsyncError ? error.code : undefined
    if (code !== 'UNAVAILABLE' && code !== 'PERMISSION_DENIED') throw error
  }
}

function planOf(file: CatalogFile, table: TableName, changes: readonly Change[]): Plan {
  expectUsable(file, table.database)
  for (const change of changes) expectLocal(change)
  return {
    table,
    steps: changes.flatMap(change => inBatches(change, BATCH)).map(stepOf),
  }
}

function expectLocal(change: Change): void {
  if (change.kind === 'createTable') localPath(change.table.location)
  if (change.kind === 'moveTable') localPath(change.to)
  if (change.kind !== 'addPartitions' && change.kind !== 'alterPartitions') return
  for (const { files } of change.partitions) for (const { path } of files) localPath(path)
}

// DuckDB reads `name.table` as ambiguous where both the file and a schema in it have that name.
function expectUsable(file: CatalogFile, database: string): void {
  const name = database.toLowerCase()
  const isReserved = ['_goldsync', 'temp', 'system', 'information_schema', 'pg_catalog'].includes(name)
  if (!isReserved && name !== file.catalog.toLowerCase()) return
  throw new GoldsyncError(
    'CONFIG_INVALID',
    `database ${database} cannot be in the catalog file ${file.path}: DuckDB uses this name ${isReserved ? 'itself' : 'for the file'}`,
    { hint: 'set another database for the lake, or name the file otherwise, as in catalog.duckdb' },
  )
}
