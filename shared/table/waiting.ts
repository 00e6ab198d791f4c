/** What waits of a table after a run, and why: pure. */
import type { ErrorSummary } from '../base/errors.ts'
import type { TableReport, WaitsFor } from '../run/report.ts'
import type { Run } from '../run/run.ts'
import type { Walked } from '../run/walked.ts'
import type { Table } from '../schema/table.ts'
import { printTime } from '../state/clocks.ts'
import { stateOf } from '../state/table-state.ts'
import type { Reason, Wait } from '../state/waits.ts'

/** Of what a sync has done so far. */
interface After {
  readonly table: Table | undefined
  /** Partitions that it has looked at and that need another look, by their paths. */
  readonly unfinished: ReadonlyMap<string, Reason>
  readonly run: Pick<Run, 'dryRun' | 'startedAt'>
  readonly error: ErrorSummary | undefined
}

/** As the table says it after the run. Where that has no room to name them, only a walk of the whole topic has met all. */
export function waitingOf(
  { table, unfinished, run, error }: After,
  { whole }: Pick<Walked, 'whole'>,
): Pick<TableReport, 'waiting' | 'waits'> {
  // A step that failed may have been done.
  if (run.dryRun || error) return {}
  const { pending, waits } = stateOf(table, run.startedAt)
  if (table && pending !== 'overflow') return told(pending.map(path => waits.get(path) ?? {}))
  return whole ? told([...unfinished].map(([path, reason]) => ({ ...waits.get(path), ...reason }))) : {}
}

const told = (all: readonly Wait[]) => ({
  waiting: all.length,
  ...(all.length === 0 ? {} : { waits: byCode(all) }),
})

function byCode(all: readonly Wait[]): WaitsFor[] {
  const codes = [...new Set(all.map(({ code }) => code))].sort()
  return codes.map(code => {
    const same = all.filter(wait => wait.code === code)
    const times = same.flatMap(({ since }) => since ?? [])
    return {
      ...(code === undefined ? {} : { code }),
      partitions: same.length,
      ...(times.length === 0 ? {} : { since: printTime(times.reduce((a, b) => Math.min(a, b))) }),
    }
  })
}
