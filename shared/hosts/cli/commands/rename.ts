import type { Command } from 'commander'
import { invoke } from '../invoke.ts'
import type { GlobalOptions } from '../options.ts'
import type { Terminal } from '../terminal.ts'

const MORE = `
Set the new name in the config first (tables.rename: {TOPIC: NEW}), then rename: partitions, columns and parameters stay,
no file is touched. Views that name the old table have to be made anew by those who made them.`

export function addRename(program: Command, terminal: Terminal): void {
  program
    .command('rename')
    .description("give a topic's table another name in its catalogs")
    .argument('<table>', 'the table as it is called now, or database.table')
    .argument('<new>', 'its new name, in the same database')
    .addHelpText('after', MORE)
    .action(async (table: string, to: string, _options, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>()
      const { dryRun } = options
      process.exitCode = await invoke('rename', { table, to, dryRun }, options, terminal)
    })
}
