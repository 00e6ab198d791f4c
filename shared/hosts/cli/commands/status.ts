import type { Command } from 'commander'
import { invoke } from '../invoke.ts'
import type { GlobalOptions } from '../options.ts'
import type { Terminal } from '../terminal.ts'

interface StatusOptions extends GlobalOptions {
  readonly html?: string
}

export function addStatus(program: Command, terminal: Terminal): void {
  program
    .command('status')
    .description('show where the tables stand; exit status 1 where a lake or table could not be asked')
    .argument('[table...]', 'topics, tables or database.table; all where absent')
    .option('--html <file>', 'write it as a page for people instead: one file that needs no network')
    .action(async (tables: readonly string[], _options, command: Command) => {
      const { html, ...options } = command.optsWithGlobals<StatusOptions>()
      const params = tables.length > 0 ? { tables } : {}
      process.exitCode = await (html === undefined
        ? invoke('status', params, options, terminal)
        : writePage(html, params, options, terminal))
    })
}

async function writePage(
  file: string,
  params: unknown,
  options: GlobalOptions,
  terminal: Terminal,
): Promise<number> {
  const { writeStatusPage } = await import('../status-page.ts')
  return writeStatusPage(file, params, options, terminal)
}
