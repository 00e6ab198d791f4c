/** Iceberg tables over the lake's files as they are: what goldsync accepted is in them, and nothing else. */
import type { RegisteredPartition } from '../../schema/partition.ts'
import type { Table, TableName } from '../../schema/table.ts'
import type { Call, Catalog, Which } from '../catalog.ts'
import { unlessForbidden } from '../refusals.ts'
import { applyPlan } from './apply.ts'
import type { Backend } from './backend.ts'
import { describe, ledgerOf } from './described.ts'
import { columnsIn, registered } from './draft.ts'
import { lookUp, readAll, readList } from './ledger/ledger.ts'
import { stepsOf } from './plan.ts'

/** @param backend where tables are kept; its store is closed with the catalog */
export function icebergCatalog(name: string, backend: Backend): Catalog {
  const { store } = backend
  return {
    name,
    kind: 'iceberg',
    ...(backend.database === undefined ? {} : { database: backend.database }),
    capabilities: {
      visibility: 'file',
      readBy: 'iceberg',
      partitionParameters: true,
      bulkDetails: true,
      cascades: true,
      wholeFooters: true,
    },
    hasDatabase: (database, call = {}) => unlessForbidden(store.hasDatabase(database, call)),
    inspect: (table, call = {}) => inspect(backend, table, call),
    partitions: (table, which, call = {}) => partitions(backend, table.name, which, call),
    databases: (call = {}) => store.databases(call),
    plan: (table, changes) => ({
      table,
      steps: changes.flatMap(change => stepsOf(change, backend.database)),
    }),
    apply: (plan, call = {}) => applyPlan(backend, plan, call),
    close: () => store.close(),
  }
}

async function inspect({ store }: Backend, name: TableName, call: Call): Promise<Table | undefined> {
  const loaded = await store.load(name, call)
  return loaded === 'foreign' ? foreignTable(name) : loaded && describe(name, loaded.metadata)
}

/** Refused with a reason, by its kind. */
const foreignTable = (name: TableName): Table => ({
  name,
  kind: 'managed',
  format: '',
  columns: [],
  partitionKeys: [],
  location: '',
  parameters: {},
})

/** By the ledger: what others commit makes no difference. */
async function partitions(
  { store, files }: Backend,
  name: TableName,
  which: Which,
  call: Call,
): Promise<readonly RegisteredPartition[]> {
  const loaded = await store.load(name, call)
  if (loaded === undefined || loaded === 'foreign') return []
  const ledger = await readList(files, ledgerOf(loaded.metadata), call)
  const found = which.among
    ? [...(await lookUp(files, ledger, which.among, call)).values()].flatMap(
        record => registered(record) ?? [],
      )
    : await readAll(files, ledger, call)
  return found.map(({ values, location, columns, parameters }) =>
    which.want === 'names'
      ? { values }
      : { values, location, columns: columnsIn(ledger, columns), parameters },
  )
}
