import type { Command } from 'commander'
import { invoke } from '../invoke.ts'
import type { GlobalOptions } from '../options.ts'
import type { Terminal } from '../terminal.ts'

const MORE = `
Its topic must be left out of the config first (tables.exclude), else the next scan takes the table over again.
No partition is dropped and no file touched. Done twice, or gone on with after it was cut, it does what is left.`

export function addForget(program: Command, terminal: Terminal): void {
  program
    .command('forget')
    .description("take goldsync's parameters off a table and its partitions, so that it is its owner's again")
    .argument('<table>', 'a topic, a table or database.table')
    .addHelpText('after', MORE)
    .action(async (table: string, _options, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>()
      const { dryRun } = options
      process.exitCode = await invoke('forget', { table, dryRun }, options, terminal)
    })
}
