/** What a run tells of each table that it worked on, for who draws lineage. */
import type { Table } from '../schema/table.ts'
import type { TableReport } from './report.ts'

/** One table's run that changed something, failed, or was cut short. */
export interface TableRun {
  readonly runId: string
  /** The function's name. */
  readonly trigger?: string | undefined
  readonly report: TableReport
  /** The topic's folder. */
  readonly location: string
  /** As the run has left it; undefined where there is none, or it is not known. */
  readonly table: Table | undefined
  /** Epoch milliseconds. */
  readonly startedAt: number
  readonly endedAt: number
}

/** Never throws: @returns what could not be told, and why; undefined where all was. */
export type TellLineage = (runs: readonly TableRun[]) => Promise<string | undefined>
