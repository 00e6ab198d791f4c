import { type Command, Option } from 'commander'
import { collectPlan } from '../../../run/planned.ts'
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
  const collected = collectPlan()
  const markdown = format === 'markdown' ? (await import('../text/markdown.ts')).markdownOf : undefined
  const status = await invoke('plan', params, options, terminal, {
    onPlan: collected.onPlan,
    ...(markdown ? { showRun: (to, report) => to.print(markdown(report)) } : {}),
  })
  if (out === undefined) return status
  if (status !== 0 && status !== 2) terminal.note(`${out} is not written: the plan has failed`)
  else
    await (await import('../plan-file.ts')).writePlan(
      out,
      await openConfig(options),
      request,
      collected.tables(),
    )
  return status
}
