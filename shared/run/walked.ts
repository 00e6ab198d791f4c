/** How far a run has walked through a topic: what its end may conclude from it. */
import type { Cursor } from '../state/table-state.ts'

export interface Walked {
  /** False where only named partitions were asked for: that says nothing of the others. */
  readonly whole: boolean
  /** Whether what is new since the mark was all walked. */
  readonly recent: boolean
  /** Epoch ms: folders whose time ended before were not entered, save those that were named; absent where all or only those were walked. */
  readonly from?: number
  /** Whether every folder was walked, by this run and those that it goes on from. */
  readonly everything: boolean
  /** Whether this run alone has walked every folder. */
  readonly atOnce: boolean
  /** Whether the deadline cut the walk. */
  readonly cut: boolean
  /** Where the next full scan goes on. */
  readonly cursor: Cursor | undefined
  /** Since when the full scan that ends now has been going on, epoch ms. */
  readonly since: number
  /** Time of the listings, ms. */
  readonly listMs: number
}
