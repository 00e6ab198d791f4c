/** An error for people: what and where, then what to do. */
import { type ErrorSummary, summarizeError } from '../../../base/errors.ts'
import type { Terminal } from '../terminal.ts'

/** @param verbose adds the stack */
export function showError(terminal: Terminal, error: unknown, verbose: boolean): void {
  showFailure(terminal, summarizeError(error))
  if (verbose && error instanceof Error) terminal.note(`${error.stack}`)
}

export function showFailure(terminal: Terminal, { code, message, hint }: ErrorSummary): void {
  terminal.note(`goldsync: ${message} (${code})`)
  if (hint !== undefined) terminal.note(`  what to do: ${hint}`)
}
