/** Changes planned and, unless this is a dry run, applied; each step is in the ledger and in the log. */
import { type Ledger, record } from '../ledger.ts'
import type { Change } from '../schema/change.ts'
import { tableId } from '../schema/table.ts'

/** Characters of a command in the log. */
const LOGGED = 2000

export async function execute(ledger: Ledger, changes: readonly Change[]): Promise<void> {
  const { job, run } = ledger
  if (changes.length === 0) return
  ledger.changed = true
  const plan = job.catalog.plan(job.name, changes)
  if (run.dryRun) {
    for (const step of plan.steps) record(ledger, step)
    return
  }
  const started = run.now()
  const { runId } = run
  const table = tableId(job.name)
  await job.catalog.apply(plan, {
    ...run,
    onStep: (step, done) => {
      record(ledger, step)
      const audit = { runId, catalog: job.catalog.name, table, change: step.change.kind }
      run.log.info({ ...audit, command: step.command.slice(0, LOGGED) }, step.summary)
      run.onProgress?.({ kind: 'step', table, summary: step.summary, done, total: plan.steps.length })
    },
  })
  ledger.timings.applyMs += run.now() - started
}
