import { type Command, Option } from 'commander'
import { invoke } from '../invoke.ts'
import { type GlobalOptions, reread } from '../options.ts'
import type { Terminal } from '../terminal.ts'

interface ScanOptions extends GlobalOptions {
  readonly mode: 'recent' | 'full'
  readonly reread?: boolean
}

export function addScan(program: Command, terminal: Terminal): void {
  program
    .command('scan')
    .description('bring the tables of all topics up to date, or of those that are named')
    .argument('[table...]', 'topics, tables or database.table')
    .addOption(
      new Option('--mode <mode>', 'recent: what changed since the last scan; full: everything')
        .choices(['recent', 'full'])
        .default('recent'),
    )
    .addOption(reread())
    .action(async (tables: readonly string[], _options, command: Command) => {
      const options = command.optsWithGlobals<ScanOptions>()
      const { mode, dryRun, reread = false } = options
      const params = { mode, dryRun, reread, ...(tables.length > 0 ? { tables } : {}) }
      process.exitCode = await invoke('scan', params, options, terminal)
    })
}
