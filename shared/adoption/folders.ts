/** Folders of the lake as an adopted table has them: in its spelling, and each once. */
import type { Layout } from '../layout/layout.ts'
import { locationKey, sameLocation } from '../layout/location.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import { partitionKey, printValues, type TableName, tableId } from '../schema/table.ts'

export interface Folders {
  readonly folders: readonly PartitionFolder[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The folders with their values as the table's keys spell them; those that have no value of a key's type are told. */
export function spellValues(folders: readonly PartitionFolder[], layout: Layout): Folders {
  const spelled: PartitionFolder[] = []
  const diagnostics: Diagnostic[] = []
  for (const folder of folders) {
    const found = layout.parse(folder.segments)
    if (found.kind === 'partition') spelled.push({ ...folder, values: found.values })
    else diagnostics.push(unfit(folder, found))
  }
  return { folders: spelled, diagnostics }
}

const unfit = (
  { location }: PartitionFolder,
  { code, message }: { readonly code: string; readonly message: string },
): Diagnostic => ({
  code,
  severity: 'warning',
  path: location,
  message: `the folder does not fit the table and is not synced: ${message}`,
  fix: 'have its writer name the folder as the table wants it, or give the topic another table with tables.rename',
})

/**
 * Takes out the folders that the catalog has under other values (`hour=1` where the layout says `01`): registered again,
 * every row would be read twice. A scan that finds such folders is not complete.
 * @param registered with their locations; those whose values are of no folder are enough
 */
export function withoutRegisteredOtherwise(
  table: TableName,
  folders: readonly PartitionFolder[],
  registered: readonly RegisteredPartition[],
): Folders {
  const values = new Set(registered.map(partition => partitionKey(partition.values)))
  const at = byLocation(registered)
  const others: Otherwise[] = []
  const kept = folders.filter(folder => {
    const other = at
      .get(locationKey(folder.location))
      ?.find(({ location = '' }) => sameLocation(location, folder.location))
    if (other === undefined || values.has(partitionKey(folder.values))) return true
    others.push({ folder, other })
    return false
  })
  const [first] = others
  return { folders: kept, diagnostics: first ? [valuesDiffer(table, first, others.length)] : [] }
}

interface Otherwise {
  readonly folder: PartitionFolder
  readonly other: RegisteredPartition
}

function byLocation(registered: readonly RegisteredPartition[]): Map<string, RegisteredPartition[]> {
  const at = new Map<string, RegisteredPartition[]>()
  for (const partition of registered) {
    const key = locationKey(partition.location ?? '')
    const same = at.get(key)
    if (same) same.push(partition)
    else at.set(key, [partition])
  }
  return at
}

const valuesDiffer = (table: TableName, { folder, other }: Otherwise, count: number): Diagnostic => ({
  code: 'PARTITION_VALUES_DIFFER',
  severity: 'error',
  table: tableId(table),
  partition: printValues(folder.values),
  path: folder.location,
  message: `${count === 1 ? 'a folder is' : `${count} folders are`} registered under other values than the layout's: this one as ${printValues(other.values)} instead of ${printValues(folder.values)}; registered again, every row would be read twice, so such folders are left as they are`,
  fix: "set the lake's partitionKeys to the table's spelling ({H} gives 1, {HH} gives 01), or drop those partitions in the catalog (external ones keep their files) and run goldsync again",
})
