import type { Command } from 'commander'
import { GoldsyncError } from '../../../base/errors.ts'
import { openLog } from '../../../base/log.ts'
import type { Config } from '../../../config/config.ts'
import { reportOf } from '../../../function/outcome.ts'
import { collectPlan, differences, movedOn, onlyPlanned } from '../../../run/planned.ts'
import { call } from '../call.ts'
import { invoke } from '../invoke.ts'
import { type GlobalOptions, openConfig } from '../options.ts'
import { type PlanFile, readPlan } from '../plan-file.ts'
import type { Terminal } from '../terminal.ts'

export function addApply(program: Command, terminal: Terminal): void {
  program
    .command('apply')
    .description(
      'do what a plan says that plan --out has written, and nothing else; refused where lake or catalog moved on',
    )
    .argument('<file>', 'the plan')
    .action(async (file: string, _options, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>()
      const config = await openConfig(options)
      const plan = await readPlan(file, config)
      if (plan.tables.length === 0) return terminal.note('the plan has nothing to do')
      await expectUnmoved(plan, config, terminal)
      const params = { ...requestOf(plan), dryRun: options.dryRun }
      process.exitCode = await invoke('scan', params, options, terminal, { onPlan: onlyPlanned(plan.tables) })
    })
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
