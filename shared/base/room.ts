/** Room for what is held in memory at once, whoever holds it: work takes as much as it weighs, and gives it back. */
import { LONGEST } from './signals.ts'

/** Gives the room back. */
export type Leave = () => void

interface Patience {
  /** Milliseconds to wait at most. */
  readonly ms: number
  /** Each of them ends the wait. */
  readonly signals: readonly (AbortSignal | undefined)[]
}

/** @returns undefined where the patience was over before there was room */
export type TakeRoom = (weight: number, patience: Patience) => Promise<Leave | undefined>

/**
 * In the order of asking, so that nobody waits for ever; what weighs more than all of the room has it alone.
 * @param size weight that fits
 */
export function openRoom(size: number): TakeRoom {
  const waiting: { readonly weight: number; readonly enter: () => void }[] = []
  let free = size

  const advance = () => {
    for (let next = waiting[0]; next && next.weight <= free; next = waiting[0]) {
      waiting.shift()
      next.enter()
    }
  }
  return (asked, patience) =>
    new Promise(resolve => {
      if (patience.signals.some(signal => signal?.aborted)) return resolve(undefined)
      const weight = Math.min(asked, size)
      const entry = {
        weight,
        enter() {
          endWait()
          free -= weight
          resolve(() => {
            free += weight
            advance()
          })
        },
      }
      const endWait = onGivenUp(patience, () => {
        waiting.splice(waiting.indexOf(entry), 1)
        resolve(undefined)
        advance()
      })
      waiting.push(entry)
      advance()
    })
}

/** Gives what ends the watch. */
function onGivenUp({ ms, signals: given }: Patience, leave: () => void): () => void {
  const signals = given.filter(signal => signal !== undefined)
  const end = () => {
    clearTimeout(timer)
    for (const signal of signals) signal.removeEventListener('abort', give)
  }
  const give = () => {
    end()
    leave()
  }
  const timer = Number.isFinite(ms) ? setTimeout(give, Math.min(ms, LONGEST)) : undefined
  for (const signal of signals) signal.addEventListener('abort', give)
  return end
}
