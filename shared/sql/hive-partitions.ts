/** Changes of partitions as statements of Hive SQL. */
import type { Change, Unregistered } from '../schema/change.ts'
import type { Partition } from '../schema/partition.ts'
import { type HiveBatch, type HiveStatement, inStatements } from './hive-statement.ts'
import { hiveAlter, hiveColumns, hiveLiteral, hivePartition } from './hive-text.ts'

type PartitionsChange = Extract<Change, { readonly partitions: unknown }>
type ChangeOf<K extends PartitionsChange['kind']> = Extract<PartitionsChange, { kind: K }>

/** Hive makes one expression of all that a statement drops, and fails on one of 300 (seen on 4.0.1). */
const DROPPED = 100

/** Fails as a whole where one of them exists: `IF NOT EXISTS` would silently keep a partition that lies elsewhere. */
export const addPartitions = (
  change: ChangeOf<'addPartitions'>,
  batch: HiveBatch,
): readonly HiveStatement[] =>
  inStatements(change.partitions, batch, {
    before: `${hiveAlter(change.table)} ADD `,
    between: ' ',
    print: partition => added(change, partition),
  }).map(({ command, items: partitions }) => ({ command, change: { ...change, partitions } }))

/** Adds those of the partitions that do not exist, and leaves the others. */
export const addMissingPartitions = (change: ChangeOf<'addPartitions'>): string =>
  `${hiveAlter(change.table)} ADD IF NOT EXISTS ${change.partitions.map(partition => added(change, partition)).join(' ')}`

const added = ({ partitionKeys }: ChangeOf<'addPartitions'>, { values, location }: Partition): string =>
  `${hivePartition(partitionKeys, values)} LOCATION ${hiveLiteral(location)}`

// REPLACE COLUMNS sets a partition's own column list, and leaves its location and parameters (seen on Hive 4.0.1).
export const alterPartitions = (change: ChangeOf<'alterPartitions'>): readonly HiveStatement[] =>
  change.partitions.map(partition => ({
    command: `${hiveAlter(change.table)} ${hivePartition(change.partitionKeys, partition.values)} REPLACE COLUMNS ${hiveColumns(partition.columns)}`,
    change: { ...change, partitions: [partition] },
  }))

export const movePartitions = (change: ChangeOf<'movePartitions'>): readonly HiveStatement[] =>
  change.partitions.map(move => ({
    command: `${hiveAlter(change.table)} ${hivePartition(change.partitionKeys, move.values)} SET LOCATION ${hiveLiteral(move.to)}`,
    change: { ...change, partitions: [move] },
  }))

/** Never with PURGE; what a driver has to look at first is whether Hive would delete the files all the same. */
export const dropPartitions = (
  change: ChangeOf<'dropPartitions'>,
  { partitions, length }: HiveBatch,
): readonly HiveStatement[] =>
  inStatements(
    change.partitions,
    { partitions: Math.min(partitions, DROPPED), length },
    {
      before: `${hiveAlter(change.table)} DROP IF EXISTS `,
      between: ', ',
      print: ({ values }: Unregistered) => hivePartition(change.partitionKeys, values),
    },
  ).map(({ command, items: partitions }) => ({ command, change: { ...change, partitions } }))
