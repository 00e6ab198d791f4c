/** Registered partitions changed, a batch at a time: what a change does not name is sent back as it was read. */
import { sameLocation } from '../../../layout/location.ts'
import type { Change, Move } from '../../../schema/change.ts'
import type { Partition } from '../../../schema/partition.ts'
import { type PartitionValues, partitionKey, type TableName } from '../../../schema/table.ts'
import { withoutPrefix } from '../../change-table.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'
import type { Struct } from '../../hms/protocol/views.ts'
import { expectPartitionAt, noPartition } from '../../refusals.ts'
import { withdrawnBy, withdrawnWith } from '../../withdrawn.ts'
import { toFields } from './convert.ts'
import { inParts } from './in-parts.ts'
import { sameParameters } from './modify-table.ts'
import { storedByKey } from './read.ts'
import { databaseIn, getTable, NO_STATS, type Warehouse } from './warehouse.ts'
import { withdrawStatistics } from './withdraw.ts'

type AlterPartitions = Extract<Change, { kind: 'alterPartitions' }>
type MovePartitions = Extract<Change, { kind: 'movePartitions' }>
type StripPartitions = Extract<Change, { kind: 'stripPartitions' }>
type Stored = Struct<'Partition'>

/** Changes columns and parameters only, and takes stale column statistics away. @throws GoldsyncError `NOT_FOUND` */
export const alterPartitions = (
  warehouse: Warehouse,
  change: AlterPartitions,
  call: ClientCall,
): Promise<void> =>
  modifyPartitions(warehouse, change, altered, call, async (stored, { values, parameters }) => {
    const stale = withdrawnBy(parameters, stored.parameters)
    await withdrawStatistics(warehouse, change, values, stale, call)
  })

/** Changes locations only. @throws GoldsyncError `NOT_FOUND`, `CONFLICT` where a partition lies at neither place */
export const movePartitions = (
  warehouse: Warehouse,
  change: MovePartitions,
  call: ClientCall,
): Promise<void> => modifyPartitions(warehouse, change, moved, call)

/** Takes parameters off, and column statistics that they name; those that are not registered, or have none of them, are left alone. */
export async function stripPartitions(
  warehouse: Warehouse,
  change: StripPartitions,
  call: ClientCall,
): Promise<void> {
  if (warehouse.recent.get(change.table) === undefined) await getTable(warehouse, change.table, call)
  const write = async (partitions: StripPartitions['partitions']) => {
    const registered = [...(await storedByKey(warehouse, { ...change, partitions }, call)).values()]
    for (const { values = [], parameters } of registered) {
      const stale = withdrawnWith(change.prefix, parameters)
      await withdrawStatistics(warehouse, change, values, stale, call)
    }
    const new_parts = registered.flatMap(stored => stripped(stored, change.prefix) ?? [])
    await requestAlter(warehouse, change.table, new_parts, call)
  }
  await warehouse.writes(change.partitions, write, call, inParts(warehouse, change.table, call))
}

function stripped(stored: Stored, prefix: string): Stored | undefined {
  const parameters = withoutPrefix(stored.parameters, prefix)
  return sameParameters(stored.parameters, parameters) ? undefined : { ...stored, parameters }
}

function altered(stored: Stored, { columns, parameters }: Partition): Stored | undefined {
  const before = stored.sd?.cols ?? []
  const cols = toFields(columns, before)
  const sameCols = cols.length === before.length && cols.every((field, at) => field === before[at])
  if (sameCols && sameParameters(stored.parameters, parameters)) return undefined
  return { ...stored, sd: { ...stored.sd, cols }, parameters }
}

function moved(stored: Stored, { values, from, to }: Move, table: TableName): Stored | undefined {
  const location = stored.sd?.location ?? ''
  if (sameLocation(location, to)) return undefined
  expectPartitionAt(table, values, location, from)
  return { ...stored, sd: { ...stored.sd, location: to } }
}

interface ChangeOfSome<T> {
  readonly table: TableName
  readonly partitionKeys: AlterPartitions['partitionKeys']
  readonly partitions: readonly T[]
}

/**
 * @param modify the partition as it shall be, or undefined where it is so already
 * @param prepare is done for each partition before any of them is written
 */
async function modifyPartitions<T extends { readonly values: PartitionValues }>(
  warehouse: Warehouse,
  change: ChangeOfSome<T>,
  modify: (stored: Stored, wanted: T, table: TableName) => Stored | undefined,
  call: ClientCall,
  prepare: (stored: Stored, wanted: T) => Promise<void> = async () => {},
): Promise<void> {
  const { table } = change
  const write = async (partitions: readonly T[]) => {
    const registered = await storedByKey(warehouse, { ...change, partitions }, call)
    const pairs = partitions.map(wanted => {
      const stored = registered.get(partitionKey(wanted.values))
      if (stored === undefined) throw noPartition(table, wanted.values)
      return { stored, wanted }
    })
    const new_parts = pairs.flatMap(({ stored, wanted }) => modify(stored, wanted, table) ?? [])
    for (const { stored, wanted } of pairs) await prepare(stored, wanted)
    await requestAlter(warehouse, table, new_parts, call)
  }
  await warehouse.writes(change.partitions, write, call, inParts(warehouse, change.table, call))
}

async function requestAlter(
  warehouse: Warehouse,
  { database, name }: TableName,
  new_parts: readonly Stored[],
  call: ClientCall,
): Promise<void> {
  if (new_parts.length === 0) return
  const of = { db_name: databaseIn(warehouse, database), tbl_name: name }
  const request = { ...of, new_parts, environment_context: { properties: NO_STATS } }
  await warehouse.hms.call('alter_partitions_with_environment_context', request, call)
}
