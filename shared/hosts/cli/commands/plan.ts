import { type Command, Option } from 'commander'
import { invoke } from '../invoke.ts'
import { type GlobalOptions, openConfig, reread } from '../options.ts'
import type { Terminal } from '../terminal.ts'

interface PlanOptions extends GlobalOptions {
  readonly mode: 'recent' | 'full'
  readonly reread?: boolean
  readonly out?: string
  readonly format: 'text' | 'markdown'
}

export function addPlan(program: Command, terminal: Terminal): void {
  program
    .command('plan')
    .description(
      'show what a scan would do, and why it would not do the rest; exit status 2 with changes to make',
    )
    .argument('[table...]', 'topics, tables or database.table; all where absent')
    .addOption(
      new Option('--mode <mode>', 'recent: what changed since the last scan; full: everything')
        .choices(['recent', 'full'])
        .default('recent'),
    )
    .addOption(reread())
    .option('--out <file>', 'keep the plan, for goldsync apply')
    .addOption(
      new Option('--format <format>', 'markdown: for a pull request')
        .choices(['text', 'markdown'])
        .default('text'),
    )
    .action(async (tables: readonly string[], _options, command: Command) => {
      const options = command.optsWithGlobals<PlanOptions>()
      process.exitCode = await plan(tables, options, terminal)
    })
}

async function plan(tables: readonly string[], options: PlanOptions, terminal: Terminal): Promise<number> {
  const { mode, reread = false, out, format } = options
  const request = { mode: reread ? ('full' as const) : mode, reread }
  const params = { mode, reread, ...(tables.length > 0 ? { tables } : {}) }
  const markdown = format === 'markdown' ? (await import('../text/markdown.ts')).markdownOf : undefined
  const kept = out === undefined ? undefined : (await import('../../../run/planned.ts')).collectPlan()
  let isWhole = false
  const status = await invoke('plan', params, options, terminal, {
    ...(kept ? { onPlan: kept.onPlan } : {}),
    ...(markdown ? { showRun: (to, report) => to.print(markdown(report)) } : {}),
    onOutcome: outcome => {
      isWhole = outcome.status === 'ok'
    },
  })
  if (out === undefined || kept === undefined) return status
  // Not by the exit status: that tells of findings too, such as files that no plan can mend.
  if (isWhole)
    await (await import('../plan-file.ts')).writePlan(out, await openConfig(options), request, kept.tables())
  else terminal.note(`${out} is not written: the plan has failed`)
  return status
}
