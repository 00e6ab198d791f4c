/** Why partitions wait, and what to do. */
import { isRefusal } from '../decide/refused.ts'
import { printTime } from '../state/clocks.ts'
import type { Pending } from '../state/pending.ts'
import type { Waits } from '../state/waits.ts'
import { remedyFor } from './remedies.ts'

/** Why a partition waits. */
export interface WaitStatus {
  /** Path from the topic's folder. */
  readonly partition: string
  /** Of docs/diagnostics.md; absent where a run of an older build left it. */
  readonly code?: string
  /** A file in its folder, or the end of a long name. */
  readonly file?: string
  /** When a run first found it so, ISO 8601; absent where that is not known. */
  readonly since?: string
  readonly remedy: string
}

/** Of a table, `database.table`: of each partition that is pending what is known of it; nothing where none is. */
export function waitsOf(
  table: string,
  pending: Pending,
  waits: Waits,
): { readonly waits?: readonly WaitStatus[] } {
  const paths = pending === 'overflow' ? [...waits.keys()].sort() : pending
  if (paths.length === 0) return {}
  return {
    waits: paths.map(partition => {
      const { code, file, since } = waits.get(partition) ?? {}
      return {
        partition,
        ...(code === undefined ? {} : { code }),
        ...(file === undefined || isRefusal({ code }) ? {} : { file }),
        ...(since === undefined ? {} : { since: printTime(since) }),
        remedy: remedyFor(code, table),
      }
    }),
  }
}
