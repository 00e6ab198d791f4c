/** An error for people: what and where, then what to do. */
import { type ErrorSummary, summarizeError } from '../../../base/errors.ts'
import type { Terminal } from '../terminal.ts'
import { visibleLines } from './cleaned.ts'

/** @param verbose adds the stack */
export function showError(terminal: Terminal, error: unknown, verbose: boolean): void {
  showFailure(terminal, summarizeError(error))
  if (verbose && error instanceof Error) note(terminal, `${error.stack}`)
}

export function showFailure(terminal: Terminal, { code, message, hint }: ErrorSummary): void {
  note(terminal, `goldsync: ${message} (${code})`)
  if (hint !== undefined) note(terminal, `  what to do: ${hint}`)
}

function note(terminal: Terminal, text: string): void {
  for (const line of visibleLines(text)) terminal.note(line)
}
