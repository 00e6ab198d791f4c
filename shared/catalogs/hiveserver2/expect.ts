/** What the catalog holds just before a step, compared with what the step begins with. */
import { GoldsyncError } from '../../base/errors.ts'
import type { HiveClient } from '../../hiveserver2/client.ts'
import { isNameable } from '../../hiveserver2/partition-names.ts'
import { sameLocation } from '../../layout/location.ts'
import type { Change, Move } from '../../schema/change.ts'
import { type Column, printValues, type Table, type TableName, tableId } from '../../schema/table.ts'
import { printType, sameType } from '../../schema/type.ts'
import type { Call } from '../catalog.ts'
import { expectParameters } from '../change-table.ts'
import { expectPartitionAt, movesFiles, nameTaken, noPartition, noTable } from '../refusals.ts'
import { readDetails, readTable } from './read.ts'

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>

/** CHANGE COLUMN writes the whole type. @throws GoldsyncError `NOT_FOUND`, `CONFLICT` where somebody else has changed it */
export async function expectColumns(
  hive: HiveClient,
  { table, columns, expected }: ChangeOf<'changeColumnTypes'>,
  call: Call,
): Promise<void> {
  const stored = await existing(hive, table, call)
  const types = new Map(stored.columns.map(({ name, type }) => [name, type]))
  for (const { name, from, to } of columns) {
    const type = types.get(name)
    if (type === undefined)
      throw new GoldsyncError('NOT_FOUND', `table ${tableId(table)} has no column ${name}`)
    if (sameType(type, to) || sameType(type, from)) continue
    throw changed(`column ${name} of ${tableId(table)} exists already, as ${printType(type)}`)
  }
  const isBegun = columns.some(({ name, to }) => sameType(types.get(name) ?? to, to))
  if (!isBegun) expectParameters(stored.parameters, { parameters: {}, expected })
}

/** @throws GoldsyncError `NOT_FOUND`, `CONFLICT` where a parameter is not as the change expects */
export async function expectSettable(
  hive: HiveClient,
  change: Omit<ChangeOf<'setParameters'>, 'kind'>,
  call: Call,
): Promise<void> {
  expectParameters((await existing(hive, change.table, call)).parameters, change)
}

/** @throws GoldsyncError `NOT_FOUND`, `CONFLICT` where it lies at neither place, `UNSUPPORTED` */
export async function isMovedTable(
  hive: HiveClient,
  { table, from, to }: ChangeOf<'moveTable'>,
  call: Call,
): Promise<boolean> {
  const { location } = await existing(hive, table, call)
  if (sameLocation(location, to)) return true
  if (sameLocation(location, from)) return expectUri(`table ${tableId(table)}`, to)
  throw changed(`table ${tableId(table)} is at ${location}, not at ${from}`)
}

/** A managed table's files would be moved. @throws GoldsyncError `NOT_FOUND`, `CONFLICT` where the name is another table's */
export async function isRenamed(
  hive: HiveClient,
  { table, to }: ChangeOf<'renameTable'>,
  call: Call,
): Promise<boolean> {
  const [stored, other] = [await readTable(hive, table, call), await readTable(hive, to, call)]
  if (stored === undefined && other) return true
  if (stored === undefined) throw noTable(table)
  if (other) throw nameTaken(to)
  if (stored.kind !== 'external') throw movesFiles(table)
  return false
}

/** Of a step, which moves one partition. @throws GoldsyncError `NOT_FOUND`, `CONFLICT` where it lies at neither place, `UNSUPPORTED` */
export async function isMovedPartition(
  hive: HiveClient,
  { table, partitionKeys, partitions }: ChangeOf<'movePartitions'>,
  call: Call,
): Promise<boolean> {
  const [{ values, from, to }] = partitions as readonly [Move]
  const [registered] = await readDetails(hive, { name: table, partitionKeys }, [values], call)
  if (registered === undefined) throw noPartition(table, values)
  const { location = '' } = registered
  if (sameLocation(location, to)) return true
  expectPartitionAt(table, values, location, from)
  return expectUri(`partition ${printValues(values)} of ${tableId(table)}`, to)
}

// What java.net.URI refuses in a path. SET LOCATION parses its location so, and then stores it as it was written.
const NO_URI = /[\s"<>\\^`{|}[\]]|%(?![0-9a-f]{2})/i

/** @throws GoldsyncError `UNSUPPORTED` for a location that the statement cannot take */
function expectUri(subject: string, to: string): false {
  if (!NO_URI.test(to)) return false
  throw new GoldsyncError('UNSUPPORTED', `${subject} cannot be moved to ${to}: Hive SQL takes a URI only`, {
    hint: 'rename the folder, or sync the table through the metastore catalog',
  })
}

/** @throws GoldsyncError `UNSUPPORTED` where Hive SQL would take one of the partitions for another */
export function expectNameable({
  table,
  partitionKeys,
  partitions,
}: Extract<Change, { partitions: unknown }>): void {
  const other = partitions.find(({ values }) => !isNameable(partitionKeys, values))
  if (other === undefined) return
  throw new GoldsyncError(
    'UNSUPPORTED',
    `partition ${printValues(other.values)} of ${tableId(table)} ${notNameable(partitionKeys)}`,
    { hint: 'change it through the metastore catalog' },
  )
}

export const notNameable = (keys: readonly Column[]): string =>
  `cannot be named in Hive SQL: its values are not written as Hive writes those of ${keys.map(({ name, type }) => `${name} ${printType(type)}`).join(', ')}`

/** DROP deletes the files of managed and of purging tables. @throws GoldsyncError `NOT_FOUND`, `CONFLICT` for these */
export async function expectFilesKept(hive: HiveClient, name: TableName, call: Call): Promise<void> {
  const { kind, parameters } = await existing(hive, name, call)
  if (kind === 'external' && parameters['external.table.purge']?.toLowerCase() !== 'true') return
  throw new GoldsyncError(
    'CONFLICT',
    `table ${tableId(name)} deletes the files of partitions that are dropped`,
    {
      hint: "set its parameter external.table.purge to 'false', so that partitions can be unregistered and keep their files",
      retryable: false,
    },
  )
}

async function existing(hive: HiveClient, name: TableName, call: Call): Promise<Table> {
  const table = await readTable(hive, name, call)
  if (table === undefined) throw noTable(name)
  return table
}

const changed = (message: string): GoldsyncError =>
  new GoldsyncError('CONFLICT', message, {
    hint: 'someone else changed the table; the next run compares again',
  })
