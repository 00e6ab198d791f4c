import { type Command, Option } from 'commander'
import { invoke } from '../invoke.ts'
import { type GlobalOptions, reread } from '../options.ts'
import type { Terminal } from '../terminal.ts'

interface PlanOptions extends GlobalOptions {
  readonly mode: 'recent' | 'full'
  readonly reread?: boolean
}

export function addPlan(program: Command, terminal: Terminal): void {
  program
    .command('plan')
    .description(
      'show what a scan would do, and why it would not do the rest; exit status 2 with changes to make',
    )
    .argument('[table]', 'a topic, a table or database.table; all where absent')
    .addOption(
      new Option('--mode <mode>', 'recent: what changed since the last scan; full: everything')
        .choices(['recent', 'full'])
        .default('recent'),
    )
    .addOption(reread())
    .action(async (table: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<PlanOptions>()
      process.exitCode = await invoke(
        'plan',
        { table, mode: options.mode, reread: options.reread === true },
        options,
        terminal,
      )
    })
}
