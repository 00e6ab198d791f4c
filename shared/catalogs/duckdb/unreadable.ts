/** Files that DuckDB cannot read: their partitions are not touched, so that each run says so anew; the others are. */
import { GoldsyncError } from '../../base/errors.ts'
import type { Change } from '../../schema/change.ts'
import type { Partition } from '../../schema/partition.ts'
import { type TableName, tableId } from '../../schema/table.ts'
import type { FileSchemas } from './file-schemas.ts'
import { localPath } from './local-path.ts'

const pathsOf = (change: Change): readonly string[] =>
  change.kind === 'addPartitions' || change.kind === 'alterPartitions'
    ? change.partitions.flatMap(({ files }) => files.map(({ path }) => localPath(path)))
    : []

/** The change without partitions that hold such a file; the same one where none does. */
export function withoutUnreadable<C extends Change>(change: C, { unreadable }: FileSchemas): C {
  if (!pathsOf(change).some(path => unreadable.has(path)) || !('partitions' in change)) return change
  const isReadable = ({ files }: Partition) => !files.some(({ path }) => unreadable.has(localPath(path)))
  return { ...change, partitions: (change.partitions as readonly Partition[]).filter(isReadable) }
}

/** @param change one that has such files */
export function unreadableError(
  table: TableName,
  change: Change,
  { unreadable }: FileSchemas,
): GoldsyncError {
  const files = pathsOf(change).filter(path => unreadable.has(path))
  const [first, ...more] = files as [string, ...string[]]
  const others = more.length === 0 ? '' : `, and ${more.length} more of the table's files`
  return new GoldsyncError(
    'DATA_INVALID',
    `DuckDB cannot read ${first}${others}: ${unreadable.get(first)}; their partitions of ${tableId(table)} are left as they were`,
    { hint: 'move the files away, or give them names that start with _, and run goldsync again' },
  )
}
