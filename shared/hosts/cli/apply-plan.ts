/** A plan that was kept, done: `goldsync apply`. */
import { randomUUID } from 'node:crypto'
import { GoldsyncError } from '../../base/errors.ts'
import { openLog } from '../../base/log.ts'
import type { Config } from '../../config/config.ts'
import { reportOf } from '../../function/outcome.ts'
import { collectPlan, differences, movedOn, onlyPlanned } from '../../run/planned.ts'
import { type Report, reportHead } from '../../run/report.ts'
import { versioned } from '../output.ts'
import { call } from './call.ts'
import { invoke } from './invoke.ts'
import { type GlobalOptions, openConfig } from './options.ts'
import { type PlanFile, readPlan } from './plan-file.ts'
import type { Terminal } from './terminal.ts'

/**
 * @returns the exit status, as `invoke`
 * @throws GoldsyncError as `readPlan`; `CONFLICT` where the plan does not hold any more; what a look at the tables failed with
 */
export async function applyPlan(file: string, options: GlobalOptions, terminal: Terminal): Promise<number> {
  const config = await openConfig(options)
  const plan = await readPlan(file, config)
  if (plan.tables.length === 0) {
    if (options.json) terminal.print(JSON.stringify(versioned(nothingDone(plan, options)), null, 2))
    else terminal.note('the plan has nothing to do')
    return 0
  }
  await expectUnmoved(plan, config, terminal)
  const params = { ...requestOf(plan), dryRun: options.dryRun }
  return invoke('scan', params, options, terminal, { onPlan: onlyPlanned(plan.tables) })
}

function nothingDone({ mode }: PlanFile, { dryRun }: GlobalOptions): Report {
  const head = reportHead({ runId: randomUUID(), dryRun, startedAt: Date.now(), now: Date.now })
  return { ...head, mode, partial: false, tables: [], diagnostics: [], failures: [] }
}

const requestOf = ({ tables, mode, reread }: PlanFile) => ({
  tables: [...new Set(tables.map(({ table }) => table))],
  mode,
  reread,
})

/** All tables are looked at before the first is touched. @throws GoldsyncError `CONFLICT` */
async function expectUnmoved(plan: PlanFile, config: Config, terminal: Terminal): Promise<void> {
  const fresh = collectPlan()
  const outcome = await call(
    'plan',
    requestOf(plan),
    { config, log: openLog('silent'), onPlan: fresh.onPlan },
    terminal,
  )
  if ('error' in outcome) throw new GoldsyncError(outcome.error.code, outcome.error.message, outcome.error)
  if (outcome.status !== 'ok' || reportOf(outcome) === undefined)
    throw new GoldsyncError('ABORTED', 'the plan was not looked at to its end; nothing was done')
  const what = differences(plan.tables, fresh.tables())
  if (what.length > 0) throw movedOn(what)
}
