/** Tables as this process has just read them: a run looks at its table first, and need not ask again to add partitions. */
import { type TableName, tableId } from '../../../schema/table.ts'
import type { Struct } from '../../hms/protocol/views.ts'

export interface RecentTables {
  put(name: TableName, stored: Struct<'Table'>): void
  /** Undefined where it was read too long ago, or changed by us since. */
  get(name: TableName): Struct<'Table'> | undefined
  forget(name: TableName): void
}

/**
 * @param age ms. Somebody may change the table meanwhile: new partitions then get the SerDe and the comments that it had
 * so long ago. Their columns and locations come from the run in any case.
 */
export function recentTables(age = 5000): RecentTables {
  const read = new Map<string, { readonly stored: Struct<'Table'>; readonly at: number }>()
  const isOld = (at: number) => performance.now() - at > age
  return {
    put(name, stored) {
      // In the order of their times: the old ones are first.
      for (const [id, { at }] of read) {
        if (!isOld(at)) break
        read.delete(id)
      }
      read.delete(tableId(name))
      read.set(tableId(name), { stored, at: performance.now() })
    },
    get(name) {
      const known = read.get(tableId(name))
      return known && !isOld(known.at) ? known.stored : undefined
    },
    forget(name) {
      read.delete(tableId(name))
    },
  }
}
