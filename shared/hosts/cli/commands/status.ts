import type { Command } from 'commander'
import { invoke } from '../invoke.ts'
import type { GlobalOptions } from '../options.ts'
import type { Terminal } from '../terminal.ts'

export function addStatus(program: Command, terminal: Terminal): void {
  program
    .command('status')
    .description('show where the tables stand; exit status 1 where a lake or table could not be asked')
    .argument('[table...]', 'topics, tables or database.table; all where absent')
    .action(async (tables: readonly string[], _options, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>()
      process.exitCode = await invoke('status', tables.length > 0 ? { tables } : {}, options, terminal)
    })
}
