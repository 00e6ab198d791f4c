import type { Command } from 'commander'
import type { GlobalOptions } from '../options.ts'
import type { Terminal } from '../terminal.ts'

const MORE = `
Nothing is written, and no question takes more than about 8 s. A look, not a scan: of each topic a few folders
are listed and the end of a few files is read; goldsync plan looks at the rest.

Exit status:
  0  nothing has failed; there may be warnings
  1  something has failed: what to do is below it`

export function addCheck(program: Command, terminal: Terminal): void {
  program
    .command('check')
    .description(
      'ask for everything that a run needs, and write nothing: config, storages, catalogs, engines, webhook, clocks',
    )
    .addHelpText('after', MORE)
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>()
      const { showChecks } = await import('../show-checks.ts')
      process.exitCode = (await showChecks(options, terminal)) ? 0 : 1
    })
}
