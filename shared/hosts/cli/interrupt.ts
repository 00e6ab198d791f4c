/** Ctrl-C: the first ends the run when what was read is applied, the second at once. */
import type { Terminal } from './terminal.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Milliseconds that the run has to end by itself: a server that does not answer would hold it. */
const GRACE = 5_000

export interface Interruption {
  /** Aborted by the first SIGINT or SIGTERM: no more is begun. */
  readonly stop: AbortSignal
  /** Aborted where that does not end the run in time. What was applied stays; the next run goes on. */
  readonly signal: AbortSignal
  /** Gives the signals back to Node, which ends the process. */
  end(): void
}

export function interruption(terminal: Terminal): Interruption {
  const [stopping, aborting] = [new AbortController(), new AbortController()]
  let timer: NodeJS.Timeout | undefined
  const release = (): void => {
    for (const signal of SIGNALS) process.off(signal, stop)
  }
  const stop = (): void => {
    terminal.note('ending: what was read is applied first; once more to end at once')
    stopping.abort()
    timer = setTimeout(() => aborting.abort(), GRACE)
    release()
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  return {
    stop: stopping.signal,
    signal: aborting.signal,
    end: () => {
      clearTimeout(timer)
      release()
    },
  }
}
