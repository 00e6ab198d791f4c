/** Topics that wait until a scheduler can be told of them: of all runs of the process, in the order in which they came. */
import { openRoom } from '../base/room.ts'
import { heededByMany } from '../base/signals.ts'
import type { Scheduler } from '../schedulers/scheduler.ts'

/** Topics at once. Airflow takes about an event a second, where it is busy. */
const AT_ONCE = 4

/** Of the time that a topic has: timers come a little early. */
const ALMOST = 0.9

type Turn<T> = { readonly came: true; readonly result: T } | { readonly came: false; readonly why: string }

export interface Line {
  /** @param work never throws */
  inTurn<T>(patience: Patience, work: () => Promise<T>): Promise<Turn<T>>
  /** The scheduler has answered. */
  heard(): void
  /** It has not, or it has no time. Where that is all it did for as long as a topic has, it is away: those who wait are let go. */
  notHeard(): void
}

interface Patience {
  /** Milliseconds to wait at most. */
  readonly ms: number
  readonly signal: AbortSignal | undefined
}

const lines = new WeakMap<Scheduler, Line>()

/** @param limit milliseconds that a topic has when its turn comes */
export function lineOf(scheduler: Scheduler, limit: number): Line {
  const line = lines.get(scheduler) ?? openLine(limit)
  lines.set(scheduler, line)
  return line
}

function openLine(limit: number): Line {
  const take = openRoom(AT_ONCE)
  let away = new AbortController()
  let working = 0
  let silentSince = 0
  const begin = () => {
    if (working === 0) silentSince = performance.now()
    working += 1
  }
  return {
    async inTurn({ ms, signal }, work) {
      const isAway = heededByMany(away.signal)
      const leave =
        ms > 0 ? await take(1, { ms, signals: [signal && heededByMany(signal), isAway] }) : undefined
      if (leave === undefined) return { came: false, why: reason(signal, isAway) }
      begin()
      try {
        return { came: true, result: await work() }
      } finally {
        working -= 1
        leave()
      }
    },
    heard() {
      silentSince = performance.now()
    },
    notHeard() {
      if (performance.now() - silentSince < limit * ALMOST) return
      away.abort()
      away = new AbortController()
    },
  }
}

function reason(ended: AbortSignal | undefined, isAway: AbortSignal): string {
  if (ended?.aborted) return 'the run was ended before'
  return isAway.aborted ? 'it has not answered those who were told before' : 'no time was left'
}
