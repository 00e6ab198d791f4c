/** Changes planned and, unless this is a dry run, applied; each step is in the ledger, and an audit record in the log. */
import { GoldsyncError } from '../base/errors.ts'
import type { ApplyCall, Refusal } from '../catalogs/catalog.ts'
import { auditOf, type Registered } from '../run/audit.ts'
import type { Change } from '../schema/change.ts'
import { tableId } from '../schema/table.ts'
import { doubt, type Ledger, record } from './ledger.ts'

/** Characters of a command in the log. */
const LOGGED = 2000

export interface Executing extends Pick<ApplyCall, 'wasRefused'> {
  /** What the catalog has of partitions that are changed, as far as it is known, for the audit. */
  readonly registered?: Registered
  /** Told of partitions that the catalog refuses, which then end nothing. */
  readonly onRefused?: (refusal: Refusal) => void
  /** Of work that the table itself says is pending: a dry run only tells of it, so that no plan that is kept has its steps. */
  readonly isPending?: boolean
}

/** @throws GoldsyncError as `Catalog.apply` */
export async function execute(
  ledger: Ledger,
  changes: readonly Change[],
  { registered = new Map(), onRefused, wasRefused, isPending = false }: Executing = {},
): Promise<void> {
  const { job, run } = ledger
  if (changes.length === 0) return
  const plan = job.catalog.plan(job.name, changes)
  if (!isPending) run.onPlan?.({ catalog: job.catalog.name, table: tableId(job.name) }, plan.steps)
  if (run.dryRun) {
    ledger.changed = true
    for (const step of plan.steps) record(ledger, step)
    return
  }
  const started = run.now()
  const { runId, trigger } = run
  const table = tableId(job.name)
  let finished = 0
  try {
    await job.catalog.apply(plan, {
      ...run,
      ...(onRefused ? { onRefused } : {}),
      ...(wasRefused ? { wasRefused } : {}),
      onStep: (step, done) => {
        finished = done
        ledger.changed = true
        record(ledger, step)
        const { change, command } = step
        const about = { runId, trigger, catalog: job.catalog.name, table, change: change.kind }
        const states = auditOf(change, job.table, registered)
        run.log.audit({ ...about, ...states, command: command.slice(0, LOGGED) }, step.summary)
        run.onProgress?.({ kind: 'step', table, summary: step.summary, done, total: plan.steps.length })
      },
    })
  } catch (error) {
    // What another run has prevented was not done.
    if (!(error instanceof GoldsyncError && error.code === 'CONFLICT'))
      doubt(ledger, plan.steps.slice(finished))
    throw error
  }
  ledger.timings.applyMs += run.now() - started
}
