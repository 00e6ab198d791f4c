/** What has no columns and needs none, apart from what shows none while somebody changes it: the former is read again once. */
import type { Parameters } from '../../../schema/table.ts'

/** As the metastore stores a table or a partition. */
interface Stored {
  readonly sd?: { readonly cols?: readonly unknown[] | undefined } | undefined
  readonly parameters?: Parameters | undefined
}

export interface Bare {
  /** Whether it shows no columns, and is not known to have none. @param id of the table, or the partition */
  mayBeTorn(id: string, stored: Stored): boolean
  /** It was read again, and shows none still. */
  note(id: string, stored: Stored): void
}

/** Few tables have no columns; when more than these partitions of them are known, they are read again once more. */
const MOST = 100_000

export function openBare(): Bare {
  const known = new Map<string, string>()
  return {
    mayBeTorn(id, stored) {
      if (hasColumns(stored)) {
        known.delete(id)
        return false
      }
      return known.get(id) !== versionOf(stored)
    },
    note(id, stored) {
      if (hasColumns(stored)) return
      if (known.size >= MOST) known.clear()
      known.set(id, versionOf(stored))
    },
  }
}

const hasColumns = ({ sd }: Stored): boolean => sd?.cols?.length !== 0

/** Hive sets it with each change. */
const versionOf = ({ parameters }: Stored): string => parameters?.transient_lastDdlTime ?? ''
