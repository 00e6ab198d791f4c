/** What is proven of the columns of the files that a run has read, for its report: bounded, whatever the table's size. */
import { factsOf, joinFacts, NO_FACTS } from '../evolution/column-statistics.ts'
import type { StatisticsReport } from '../run/report.ts'
import { describeFacts } from '../schema/column-statistics.ts'
import type { AcceptedPartition } from '../schema/observed.ts'
import { printValues } from '../schema/table.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Columns of single partitions that are kept, all partitions together: about 200 KB of JSON. */
const COLUMNS = 1000

export interface ColumnReport {
  /** @param accepted the oldest first, as a review has them */
  note(accepted: readonly AcceptedPartition[]): void
  /** Undefined where nothing was noted. */
  report(): StatisticsReport | undefined
}

export function openColumnReport(): ColumnReport {
  const counts: Mutable<Pick<StatisticsReport, 'files' | 'partitionsOmitted'>> = {
    files: 0,
    partitionsOmitted: 0,
  }
  const partitions: StatisticsReport['partitions'][number][] = []
  let all = NO_FACTS
  let left = COLUMNS

  const noteOne = ({ observed, files }: AcceptedPartition) => {
    const told = files.filter(file => file.facts !== undefined)
    if (told.length === 0) return
    const facts = factsOf(told) ?? NO_FACTS
    counts.files += told.length
    all = joinFacts(all, facts)
    left -= facts.columns.size
    if (left < 0) counts.partitionsOmitted += 1
    else
      partitions.push({
        partition: printValues(observed.values),
        rows: facts.rows,
        columns: describeFacts(facts),
      })
  }
  return {
    note: accepted => {
      for (const partition of accepted.toReversed()) noteOne(partition)
    },
    report: () =>
      counts.files === 0 ? undefined : { ...counts, rows: all.rows, columns: describeFacts(all), partitions },
  }
}
