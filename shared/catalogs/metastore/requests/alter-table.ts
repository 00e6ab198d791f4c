/** Changes of a table: read, modify, write back, with nobody's change in between lost. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Change, cascades } from '../../../schema/change.ts'
import type { Parameters, TableName } from '../../../schema/table.ts'
import type { TableChange } from '../../change-table.ts'
import { modifiedMeanwhile } from '../../hms/connection/errors.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'
import { movesFiles, nameTaken, noTable } from '../../refusals.ts'
import { alterRequest, isConditional, VERSION } from './conditional.ts'
import { toTable } from './convert.ts'
import { expectKept } from './expect-kept.ts'
import { withTableLock } from './lock.ts'
import { modified, type StoredTable } from './modify-table.ts'
import { databaseIn, findTable, getTable, type Warehouse } from './warehouse.ts'

/** Tries until a write is not refused, with growing pauses: a few seconds in all. */
const ATTEMPTS = 12

/** One change of a table, as one write. @throws GoldsyncError `NOT_FOUND` `CONFLICT` */
export async function alterTable(warehouse: Warehouse, change: TableChange, call: ClientCall): Promise<void> {
  const limits = cascades(change) ? await longEnough(warehouse, change.table, call) : call
  const write = async () => {
    warehouse.recent.forget(change.table)
    const stored = await getTable(warehouse, change.table, call)
    const wanted = modified(stored, change)
    if (wanted === undefined) return
    await guarded(warehouse, stored, wanted, cascades(change), limits)
    await expectKept(warehouse, change.table, wanted, call)
  }
  await withoutOthers(warehouse, change.table, write, call)
}

/**
 * The server moves the files of managed tables to a folder of the new name, never those of external ones (HiveAlterHandler).
 * @throws GoldsyncError `NOT_FOUND`, `CONFLICT` where the name is another table's, or the table is managed
 */
export async function renameTable(
  warehouse: Warehouse,
  { table, to }: Extract<Change, { kind: 'renameTable' }>,
  call: ClientCall,
): Promise<void> {
  const write = async () => {
    for (const name of [table, to]) warehouse.recent.forget(name)
    const [stored, other] = [await findTable(warehouse, table, call), await findTable(warehouse, to, call)]
    if (stored === undefined && other) return
    if (stored === undefined) throw noTable(table)
    if (other) throw nameTaken(to)
    if (toTable(table, stored).kind !== 'external') throw movesFiles(table)
    const limits = await longEnough(warehouse, table, call)
    await guarded(warehouse, stored, { ...stored, tableName: to.name }, false, limits)
  }
  await withoutOthers(warehouse, table, write, call)
}

/** Reads and writes with nobody's change in between: by a lock, or again where the server says that somebody was quicker. */
async function withoutOthers(
  warehouse: Warehouse,
  table: TableName,
  write: () => Promise<void>,
  call: ClientCall,
): Promise<void> {
  if (!(await isConditional(warehouse, table, call))) return withTableLock(warehouse, table, write, call)
  for (let attempt = 1; ; attempt++) {
    try {
      return await write()
    } catch (error) {
      if (!modifiedMeanwhile(error) || attempt === ATTEMPTS) throw error
      call.onRetry?.(1)
      await sleep(Math.random() * 50 * attempt, undefined, call.signal ? { signal: call.signal } : {})
    }
  }
}

/** A cascade takes the server a few ms for each partition of the table; this is given, ms. */
const PER_PARTITION = 20

async function longEnough(
  warehouse: Warehouse,
  { database, name }: TableName,
  call: ClientCall,
): Promise<ClientCall> {
  const of = { db_name: databaseIn(warehouse, database), tbl_name: name, filter: '' }
  const partitions = await warehouse.hms.call('get_num_partitions_by_filter', of, call)
  return { ...call, timeout: warehouse.options.timeout + partitions * PER_PARTITION }
}

/** Writes only if nobody has written since it was read, where the server follows that; elsewhere a lock serves. */
async function guarded(
  warehouse: Warehouse,
  stored: StoredTable,
  wanted: StoredTable,
  cascade: boolean,
  limits: ClientCall,
): Promise<void> {
  // One transaction of the metastore for the table and its partitions.
  const together: Parameters = cascade ? { CASCADE: 'true' } : {}
  const request = alterRequest(warehouse, stored, wanted, stored.parameters?.[VERSION], together)
  await warehouse.hms.call('alter_table_with_environment_context', request, limits)
}
