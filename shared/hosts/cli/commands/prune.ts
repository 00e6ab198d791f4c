import type { Command } from 'commander'
import { invoke } from '../invoke.ts'
import type { GlobalOptions } from '../options.ts'
import type { Terminal } from '../terminal.ts'

interface PruneOptions extends GlobalOptions {
  readonly most?: number
  readonly share?: number
}

const MORE = `
Where more have vanished than the limits allow, or a folder could not be listed, nothing is taken out: exit status 1.
Files are never touched, and a folder that comes back is registered again.`

export function addPrune(program: Command, terminal: Terminal): void {
  program
    .command('prune')
    .description('take partitions out of the catalog whose folders are gone')
    .argument('[table...]', 'topics, tables or database.table; all where absent')
    .option(
      '--most <n>',
      'of one table at most so many; default: unregister.most of the config, or 100',
      Number,
    )
    .option('--share <s>', 'and at most this share, 0 to 1; default: unregister.share, or 0.1', Number)
    .addHelpText('after', MORE)
    .action(async (tables: readonly string[], _options, command: Command) => {
      const options = command.optsWithGlobals<PruneOptions>()
      const { most, share, dryRun } = options
      const params = { most, share, dryRun, ...(tables.length > 0 ? { tables } : {}) }
      process.exitCode = await invoke('prune', params, options, terminal)
    })
}
