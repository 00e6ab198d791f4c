/** Statements of Hive SQL, and how much goes into one. */
import type { Change } from '../schema/change.ts'

/** One statement, or a few that belong together, and the part of the change that is made by it. */
export interface HiveStatement {
  readonly command: string
  readonly change: Change
}

/** Bounds of one statement that adds or drops partitions. */
export interface HiveBatch {
  readonly partitions: number
  /** UTF-16 code units of the statement. */
  readonly length: number
}

interface Filled<T> {
  readonly command: string
  readonly items: readonly T[]
}

/** Statements that begin with `before`, each with as many of the items as the batch's bounds let in, at least one. */
export function inStatements<T>(
  items: readonly T[],
  batch: HiveBatch,
  { before, between, print }: { before: string; between: string; print: (item: T) => string },
): readonly Filled<T>[] {
  const filled: { command: string; items: T[] }[] = []
  for (const item of items) {
    const text = print(item)
    const open = filled.at(-1)
    const length = (open?.command.length ?? 0) + between.length + text.length
    if (open && open.items.length < batch.partitions && length <= batch.length) {
      open.items.push(item)
      open.command += between + text
    } else filled.push({ items: [item], command: before + text })
  }
  return filled
}
