/** Names of partitions as Hive lists them, and the fewest lists that hold the wanted ones. */
import { unescapeValue } from '../layout/hive-escape.ts'
import { canonicalValue } from '../layout/key-types.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import { type Column, type PartitionValues, partitionKey, type Table } from '../schema/table.ts'
import { hivePartition, hiveTable } from '../sql/hive-text.ts'
import type { Call, HiveClient } from './client.ts'

/** The values of `year=2019/hour=01%3A00`. Hive escapes what a path could not hold as %XX (FileUtils.escapePathName). */
export const valuesOf = (name: string): PartitionValues =>
  name.split('/').map(part => unescapeValue(part.slice(part.indexOf('=') + 1)))

/** hive.exec.default.partition.name */
const NULL_VALUE = '__HIVE_DEFAULT_PARTITION__'

/**
 * Whether Hive SQL names just this partition by its values: a literal becomes a value of the key's type first, so that
 * `07` names the partition `7`, and the one that somebody registered as `07` cannot be named (seen on 4.0.1).
 */
export const isNameable = (keys: readonly Column[], values: PartitionValues): boolean =>
  values.every((value, at) => {
    const { type } = keys[at] as Column
    return value === NULL_VALUE || canonicalValue(type, value) === value
  })

/** More lists than these cost more than one of everything. */
const LISTS = 3

/**
 * Leading values whose lists together hold all the wanted partitions: as many values as leave no more than three lists.
 * An empty one stands for the whole table.
 */
export function leadingValues(wanted: readonly PartitionValues[]): readonly PartitionValues[] {
  for (let depth = wanted[0]?.length ?? 0; depth > 0; depth -= 1) {
    const leading = new Map(
      wanted.map(values => [partitionKey(values.slice(0, depth)), values.slice(0, depth)]),
    )
    if (leading.size <= LISTS) return [...leading.values()]
  }
  return [[]]
}

/** Values of the registered partitions, or of those of the named that are registered. */
export async function readNames(
  hive: HiveClient,
  table: Pick<Table, 'name' | 'partitionKeys'>,
  among: readonly PartitionValues[] | undefined,
  call?: Call,
): Promise<readonly RegisteredPartition[]> {
  if (table.partitionKeys.length === 0 || among?.length === 0) return []
  const listed: RegisteredPartition[] = []
  const areNameable = among?.every(values => isNameable(table.partitionKeys, values))
  for (const leading of areNameable ? leadingValues(among ?? []) : [[]]) {
    const spec = leading.length > 0 ? ` ${hivePartition(table.partitionKeys, leading)}` : ''
    const rows = await hive.execute(`SHOW PARTITIONS ${hiveTable(table.name)}${spec}`, call)
    for (const row of rows) listed.push({ values: valuesOf(row.partition ?? '') })
  }
  if (among === undefined) return listed
  const wanted = new Set(among.map(partitionKey))
  return listed.filter(({ values }) => wanted.has(partitionKey(values)))
}
