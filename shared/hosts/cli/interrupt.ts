/** Ctrl-C: the first ends the run between two batches, the second at once. */
import type { Terminal } from './terminal.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

export interface Interruption {
  /** Aborted by the first SIGINT or SIGTERM. What was applied stays; the next run goes on. */
  readonly signal: AbortSignal
  /** Gives the signals back to Node, which ends the process. */
  end(): void
}

export function interruption(terminal: Terminal): Interruption {
  const controller = new AbortController()
  const stop = (): void => {
    terminal.note('\nending after the present batch; once more to end at once')
    controller.abort()
    end()
  }
  const end = (): void => {
    for (const signal of SIGNALS) process.off(signal, stop)
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  return { signal: controller.signal, end }
}
