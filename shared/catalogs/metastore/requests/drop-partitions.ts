/** Partitions taken out of the catalog; their files stay. */
import { GoldsyncError } from '../../../base/errors.ts'
import type { Change } from '../../../schema/change.ts'
import { tableId } from '../../../schema/table.ts'
import { nameOf } from '../../hive-limits.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'
import { batchOf } from './batches.ts'
import { catalogField, getTable, type Warehouse } from './warehouse.ts'

type DropPartitions = Extract<Change, { kind: 'dropPartitions' }>

/** Those that are not registered are no error. @throws GoldsyncError `CONFLICT` where the table's data would go with them */
export async function dropPartitions(
  warehouse: Warehouse,
  change: DropPartitions,
  call: ClientCall,
): Promise<void> {
  const { parameters, sd } = await getTable(warehouse, change.table, call)
  if (parameters?.['external.table.purge']?.toLowerCase() === 'true') throw purges(change)
  const names = change.partitions.map(({ values }) => nameOf(change.partitionKeys, values))
  const size = batchOf(sd?.cols?.length ?? 0, names.length)
  await warehouse.writes(names, slice => requestDrop(warehouse, change, slice, call), call, { size })
}

async function requestDrop(
  warehouse: Warehouse,
  { table: { database, name } }: DropPartitions,
  names: readonly string[],
  call: ClientCall,
): Promise<void> {
  const req = {
    dbName: database,
    tblName: name,
    ...catalogField(warehouse),
    parts: { names },
    deleteData: false,
    ifExists: true,
    // Waggle Dance breaks the connection where the answer tells none.
    needResult: true,
  }
  await warehouse.hms.call('drop_partitions_req', { req }, call)
}

const purges = ({ table }: DropPartitions): GoldsyncError =>
  new GoldsyncError('CONFLICT', `table ${tableId(table)} deletes the files of partitions that are dropped`, {
    hint: `set its parameter external.table.purge to 'false', so that partitions can be unregistered and keep their files`,
    retryable: false,
  })
