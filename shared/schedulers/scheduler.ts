/** The contract of every scheduler driver: who starts work when a partition can be queried. */
import type { WallTime } from '../layout/variables.ts'

/** A partition that a run has registered. */
export interface NewPartition {
  readonly runId: string
  readonly catalog: string
  /** Whether that is the first catalog of its lake. */
  readonly first: boolean
  readonly database: string
  /** Without the database. */
  readonly table: string
  readonly topic: string
  /** Values joined by `/`, as `goldsync sync TABLE -p` takes them. */
  readonly partition: string
  /** What its values say of a time, in the layout's zone; empty where they say nothing. */
  readonly time: WallTime
  /** Its values that are no time, in the order of the keys. */
  readonly texts: readonly string[]
}

export interface Scheduler {
  readonly name: string
  /** Whose partitions it is told of; undefined for each lake's first catalog. */
  readonly catalog: string | undefined
  /**
   * Tells it of one partition. Where it does not know the table, nobody waits for it, and nothing is done.
   * @throws GoldsyncError, retryable where it may take the same later, and has not taken it now
   */
  tell(partition: NewPartition, signal: AbortSignal): Promise<void>
  /** Whether it takes who goldsync is, for `goldsync check`: @returns what it says of itself. @throws GoldsyncError */
  greet(signal: AbortSignal): Promise<string>
}
