/** One line that tells how far a run is, over all its tables. Where nobody watches, nothing: the log has it. */
import type { ProgressEvent } from '../../run/run.ts'
import type { Terminal } from './terminal.ts'

const WIDTH = 24
/** Milliseconds between two redraws: more is not seen. */
const PACE = 40

export interface Progress {
  show(event: ProgressEvent): void
  /** Leaves an empty line. */
  end(): void
}

export function openProgress({ redraw }: Terminal, now: () => number = Date.now): Progress {
  if (!redraw) return { show: () => {}, end: () => {} }
  const parts = new Map<string, { readonly done: number; readonly total: number }>()
  let drawn = 0
  return {
    show: event => {
      if (event.kind !== 'table') parts.set(`${event.kind} ${event.table}`, event)
      if (now() - drawn < PACE) return
      drawn = now()
      redraw(`${bar([...parts.values()])} ${describe(event)}`)
    },
    end: () => redraw(''),
  }
}

function describe(event: ProgressEvent): string {
  switch (event.kind) {
    case 'table':
      return `${event.table} in ${event.catalog}`
    case 'footers':
      return `${event.table}: footers ${event.done}/${event.total}`
    case 'step':
      return `${event.table}: ${event.summary}`
  }
  event satisfies never
}

function bar(parts: readonly { readonly done: number; readonly total: number }[]): string {
  const done = parts.reduce((sum, part) => sum + part.done, 0)
  const total = parts.reduce((sum, part) => sum + part.total, 0)
  const filled = total > 0 ? Math.min(WIDTH, Math.round((WIDTH * done) / total)) : 0
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`
}
