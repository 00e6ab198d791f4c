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
    .argument('[table...]', 'topics, tables or database.table; all where absent')
    .addOption(
      new Option('--mode <mode>', 'recent: what changed since the last scan; full: everything')
        .choices(['recent', 'full'])
        .default('recent'),
    )
    .addOption(reread())
    .action(async (tables: readonly string[], _options, command: Command) => {
      const options = command.optsWithGlobals<PlanOptions>()
      const { mode, reread } = options
      const params = { mode, reread: reread === true, ...(tables.length > 0 ? { tables } : {}) }
      process.exitCode = await invoke('plan', params, options, terminal)
    })
}
