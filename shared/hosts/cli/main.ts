#!/usr/bin/env node
/** The command line: a host like the others, around the same functions. */
import { CommanderError } from 'commander'
import { failure } from '../../function/outcome.ts'
import { versioned } from '../output.ts'
import { createProgram } from './program.ts'
import { openTerminal, type Terminal } from './terminal.ts'
import { showError } from './text/error.ts'

/** EX_USAGE of sysexits.h, apart from 1: nothing was tried. */
const USAGE = 64

async function main(argv: readonly string[]): Promise<void> {
  // hive-driver's `Buffer()`: nothing that a user of the command line could mend.
  process.noDeprecation = true
  const terminal = openTerminal()
  try {
    await createProgram(terminal).parseAsync(argv)
  } catch (error) {
    process.exitCode = exitCodeOf(error, terminal, argv)
  }
}

/** Commander has written its own message already; its "errors" of exit code 0 are `--help` and `--version`. */
function exitCodeOf(error: unknown, terminal: Terminal, argv: readonly string[]): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE
  if (argv.includes('--json')) terminal.print(JSON.stringify(versioned(failure(error)), null, 2))
  else showError(terminal, error, argv.includes('--verbose') || argv.includes('-v'))
  return 1
}

await main(process.argv)
