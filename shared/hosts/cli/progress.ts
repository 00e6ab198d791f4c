/** One line that tells how far a run is. Where nobody watches, nothing: the log has it. */
import type { ProgressEvent } from '../../run.ts'
import type { Terminal } from './terminal.ts'

const WIDTH = 24

export interface Progress {
  show(event: ProgressEvent): void
  /** Leaves an empty line. */
  end(): void
}

export function openProgress(terminal: Terminal): Progress {
  const { redraw } = terminal
  if (!redraw) return { show: () => {}, end: () => {} }
  return { show: event => redraw(describe(event)), end: () => redraw('') }
}

function describe(event: ProgressEvent): string {
  switch (event.kind) {
    case 'table':
      return `${event.table} in ${event.catalog}`
    case 'footers':
      return `${bar(event.done, event.total)} ${event.table}: footers ${event.done}/${event.total}`
    case 'step':
      return `${bar(event.done, event.total)} ${event.table}: ${event.summary}`
  }
  event satisfies never
}

function bar(done: number, total: number): string {
  const filled = total > 0 ? Math.round((WIDTH * done) / total) : WIDTH
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`
}
