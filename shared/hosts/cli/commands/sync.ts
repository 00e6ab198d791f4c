import type { Command } from 'commander'
import { invoke } from '../invoke.ts'
import type { GlobalOptions } from '../options.ts'
import type { Terminal } from '../terminal.ts'

interface SyncOptions extends GlobalOptions {
  readonly partition?: readonly string[]
  readonly require?: boolean
}

export function addSync(program: Command, terminal: Terminal): void {
  program
    .command('sync')
    .description('bring one table up to date: the named partitions, or all of it')
    .argument('<table>', 'a topic, a table or database.table')
    .option('-p, --partition <values...>', 'partition values joined by /, such as 2019/09/01/01')
    .option(
      '--require',
      'exit status 4 unless the named partitions, or all that were looked at, can be queried now',
    )
    .action(async (table: string, _options, command: Command) => {
      const options = command.optsWithGlobals<SyncOptions>()
      const { partition: partitions, require, dryRun } = options
      process.exitCode = await invoke('sync', { table, partitions, require, dryRun }, options, terminal)
    })
}
