/** A step that failed since something of that name exists: done where it exists as wanted, else a conflict. */
import { GoldsyncError } from '../../base/errors.ts'
import type { HiveClient } from '../../hiveserver2/client.ts'
import { readNames } from '../../hiveserver2/partition-names.ts'
import type { Change } from '../../schema/change.ts'
import type { Partition } from '../../schema/partition.ts'
import { partitionKey, type Table } from '../../schema/table.ts'
import { printType, sameType } from '../../schema/type.ts'
import { hiveStatements } from '../../sql/hive.ts'
import { addMissingPartitions } from '../../sql/hive-partitions.ts'
import type { ApplyCall, Step } from '../catalog.ts'
import { expectPartitionAt, expectSameTable } from '../refusals.ts'
import { readDetails, readTable } from './read.ts'

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>

/** @throws GoldsyncError `CONFLICT`; `failure` where the step cannot be settled */
export async function settle(hive: HiveClient, step: Step, failure: unknown, call: ApplyCall): Promise<void> {
  switch (step.change.kind) {
    case 'createTable':
      return settleTable(hive, step.change.table, call)
    case 'addColumns':
      return settleColumns(hive, step.change, call)
    case 'addPartitions':
      return settlePartitions(hive, step.change, call)
    default:
      throw failure
  }
}

async function settleTable(hive: HiveClient, wanted: Table, call: ApplyCall): Promise<void> {
  expectSameTable('it', await readTable(hive, wanted.name, call), wanted)
}

async function settleColumns(
  hive: HiveClient,
  change: ChangeOf<'addColumns'>,
  call: ApplyCall,
): Promise<void> {
  const existing = new Map(
    (await readTable(hive, change.table, call))?.columns.map(column => [column.name, column]),
  )
  const other = change.columns.find(column => {
    const present = existing.get(column.name)
    return present && !sameType(present.type, column.type)
  })
  if (other) {
    throw new GoldsyncError(
      'CONFLICT',
      `column ${other.name} exists already, as ${printType(existing.get(other.name)?.type ?? other.type)}`,
    )
  }
  const columns = change.columns.filter(column => !existing.has(column.name))
  for (const { command } of hiveStatements({ ...change, columns }, { partitions: 1, length: 0 })) {
    await hive.execute(command, call)
  }
}

async function settlePartitions(
  hive: HiveClient,
  change: ChangeOf<'addPartitions'>,
  call: ApplyCall,
): Promise<void> {
  const wanted = new Map(change.partitions.map(partition => [partitionKey(partition.values), partition]))
  const table = { name: change.table, partitionKeys: change.partitionKeys }
  const among = change.partitions.map(({ values }) => values)
  const registered = (await readNames(hive, table, among, call)).map(({ values }) => values)
  for (const { values, location } of await readDetails(hive, table, registered, call)) {
    const { location: expected } = wanted.get(partitionKey(values)) as Partition
    if (location !== undefined) expectPartitionAt(change.table, values, location, expected)
  }
  await hive.execute(addMissingPartitions(change), call)
}
