/** Files that DuckDB cannot read: their partitions are not touched, so that each run says so anew; the others are. */
import { GoldsyncError } from '../../base/errors.ts'
import type { Change } from '../../schema/change.ts'
import type { Partition } from '../../schema/partition.ts'
import { type TableName, tableId } from '../../schema/table.ts'
import { isInParts, type Refusing } from '../refusing.ts'
import type { FileSchemas } from './file-schemas.ts'
import { localPath } from './local-path.ts'

const pathsOf = (change: Change): readonly string[] =>
  change.kind === 'addPartitions' || change.kind === 'alterPartitions'
    ? change.partitions.flatMap(({ files }) => files.map(({ path }) => localPath(path)))
    : []

/** The change without partitions that hold such a file; the same one where none does. */
export function readable<C extends Change>(change: C, { unreadable }: FileSchemas): C {
  if (!pathsOf(change).some(path => unreadable.has(path)) || !('partitions' in change)) return change
  const isReadable = ({ files }: Partition) => !files.some(({ path }) => unreadable.has(localPath(path)))
  return { ...change, partitions: (change.partitions as readonly Partition[]).filter(isReadable) }
}

/**
 * Tells of the partitions of a change that hold such files.
 * @throws GoldsyncError `DATA_INVALID` where nobody is told of partitions that are refused
 */
export function refuseUnreadable(
  table: TableName,
  change: Change,
  schemas: FileSchemas,
  refusals: Refusing | undefined,
): void {
  const left = readable(change, schemas)
  if (left === change) return
  if (refusals === undefined || !isInParts(change) || !isInParts(left))
    throw unreadableError(table, change, schemas)
  if (left.partitions.length > 0) refusals.took()
  const kept = new Set<unknown>(left.partitions)
  for (const partition of change.partitions) {
    if (kept.has(partition)) continue
    const one = { ...change, partitions: [partition] } as Change
    refusals.refuse(partition.values, unreadableError(table, one, schemas))
  }
}

function unreadableError(table: TableName, change: Change, { unreadable }: FileSchemas): GoldsyncError {
  const files = pathsOf(change).filter(path => unreadable.has(path))
  const [first, ...more] = files as [string, ...string[]]
  const others = more.length === 0 ? '' : `, and ${more.length} more of the table's files`
  return new GoldsyncError(
    'DATA_INVALID',
    `DuckDB cannot read ${first}${others}: ${unreadable.get(first)}; their partitions of ${tableId(table)} are left as they were`,
    { hint: 'move the files away, or give them names that start with _, and run goldsync again' },
  )
}
