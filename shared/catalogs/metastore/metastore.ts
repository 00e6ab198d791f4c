/** The catalog of a Hive metastore by its own Thrift interface: the recommended way into Hive, Trino, Presto and Spark. */
import type { Change } from '../../schema/change.ts'
import type { Table, TableName } from '../../schema/table.ts'
import type { ApplyCall, Catalog, Plan } from '../catalog.ts'
import { hasNoRoom } from '../hive-limits.ts'
import { askEach } from '../hms/connection/ask-each.ts'
import { metastoreClient } from '../hms/connection/client.ts'
import type { ClientCall } from '../hms/connection/invoke.ts'
import { unlessForbidden } from '../refusals.ts'
import { applySteps } from '../steps.ts'
import type { MetastoreOptions } from './options.ts'
import { stepsOf } from './plan.ts'
import { addPartitions } from './requests/add-partitions.ts'
import { alterPartitions, movePartitions, stripPartitions } from './requests/alter-partitions.ts'
import { alterTable, renameTable } from './requests/alter-table.ts'
import { openBare } from './requests/bare.ts'
import { openBatches } from './requests/batches.ts'
import { toTable } from './requests/convert.ts'
import { createDatabase, createTable } from './requests/create.ts'
import { delegationToken } from './requests/delegation-token.ts'
import { dropPartitions } from './requests/drop-partitions.ts'
import { readTables } from './requests/many-tables.ts'
import { otherTables } from './requests/other-tables.ts'
import { readPartitions } from './requests/read.ts'
import { recentTables } from './requests/recent-tables.ts'
import { databaseIn, findTable, hasDatabase, type Warehouse } from './requests/warehouse.ts'

/** As many tables are worked on at once; a metastore has hundreds of threads, and a few database connections. */
const CONNECTIONS = 4

/** Opens the catalog; it connects on first use. @param name its name in the config */
export function openMetastore(name: string, options: MetastoreOptions): Catalog {
  const warehouse: Warehouse = {
    hms: metastoreClient(options, CONNECTIONS, name),
    locks: metastoreClient(options, 1, name),
    options,
    reads: openBatches(),
    writes: openBatches(),
    recent: recentTables(),
    bare: openBare(),
    conditional: new Map(),
    answers: { withPartitions: false },
  }
  return {
    name,
    kind: 'metastore',
    capabilities: {
      visibility: 'directory',
      readBy: 'hive',
      partitionParameters: true,
      bulkDetails: true,
      cascades: true,
    },
    hasDatabase: (database, call = {}) => unlessForbidden(hasDatabase(warehouse, database, call)),
    inspect: (table, call = {}) => inspect(warehouse, table, call),
    inspectAll: (database, names, call = {}) => readTables(warehouse, database, names, call),
    cannotHold: hasNoRoom,
    partitions: (table, which, call = {}) => readPartitions(warehouse, table, which, call),
    databases: (call = {}) =>
      warehouse.hms.call('get_databases', { pattern: databaseIn(warehouse, '*') }, call),
    otherTables: (database, than, call = {}) => otherTables(warehouse, database, than, call),
    plan: (table, changes) => ({
      table,
      steps: changes.flatMap(change => stepsOf(change, options.batchSize)),
    }),
    apply: (plan, call = {}) => apply(warehouse, plan, call),
    ...ofServers(warehouse, name),
    async close() {
      warehouse.hms.close()
      warehouse.locks.close()
    },
  }
}

/** What is asked of the servers themselves. */
function ofServers(warehouse: Warehouse, name: string): Pick<Catalog, 'servers' | 'delegationToken'> {
  const { auth } = warehouse.options
  const servers = (call: ClientCall = {}) => askEach(warehouse.options, name, call)
  if (auth?.kind !== 'kerberos') return { servers }
  return { servers, delegationToken: (call = {}) => delegationToken(warehouse, auth, name, call) }
}

async function inspect(warehouse: Warehouse, name: TableName, call: ClientCall): Promise<Table | undefined> {
  const stored = await findTable(warehouse, name, call)
  if (stored) warehouse.recent.put(name, stored)
  return stored && toTable(name, stored)
}

const apply = (warehouse: Warehouse, plan: Plan, call: ApplyCall): Promise<void> =>
  applySteps(plan, call, {
    make: ({ change }, refusing) =>
      make(warehouse, change, { signal: call.signal, onRetry: call.onRetry, refusing }),
    stepsOf: change => stepsOf(change, warehouse.options.batchSize),
  })

function make(warehouse: Warehouse, change: Change, call: ClientCall): Promise<void> {
  switch (change.kind) {
    case 'createDatabase':
      return createDatabase(warehouse, change.database, call)
    case 'createTable':
      return createTable(warehouse, change.table, call)
    case 'addColumns':
    case 'changeColumnTypes':
    case 'moveTable':
    case 'setParameters':
      return alterTable(warehouse, change, call)
    case 'addPartitions':
      return addPartitions(warehouse, change, call)
    case 'alterPartitions':
      return alterPartitions(warehouse, change, call)
    case 'movePartitions':
      return movePartitions(warehouse, change, call)
    case 'dropPartitions':
      return dropPartitions(warehouse, change, call)
    case 'stripPartitions':
      return stripPartitions(warehouse, change, call)
    case 'renameTable':
      return renameTable(warehouse, change, call)
    default:
      return change satisfies never
  }
}
