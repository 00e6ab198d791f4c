/** Turns with what the whole process shares, such as its environment: those that want it alike go side by side. */

interface Turn<E> {
  readonly environment: E
  /** Whether nothing else may run meanwhile, not even in the same environment. */
  readonly alone: () => boolean
  /** Milliseconds to wait for the turn at most. */
  readonly patience: number
  readonly tooLate: () => Error
  /** Aborted, with the error to throw, once the work is not wanted any more: unless it has begun. */
  readonly signal: AbortSignal
}

/** Does the work when its turn has come; work whose turn comes too late is never begun. */
export type TakeTurn<E> = <T>(turn: Turn<E>, work: () => Promise<T>) => Promise<T>

/** More would take the threads of Node's pool from files: the library's calls are made there. */
const MOST = 2

/**
 * In the order of asking, so that nobody waits for ever.
 * @param change makes the environment; called only while no work is under way
 */
export function openTurns<E>(change: (environment: E) => void): TakeTurn<E> {
  const waiting: { readonly turn: Turn<E>; readonly begin: () => void }[] = []
  let current: E | undefined
  let running = 0
  let isAlone = false

  const advance = () => {
    for (let next = waiting[0]; next && mayBegin(next.turn); next = waiting[0]) {
      waiting.shift()
      if (running === 0) change(next.turn.environment)
      current = next.turn.environment
      isAlone = next.turn.alone()
      running += 1
      next.begin()
    }
  }
  const mayBegin = ({ environment, alone }: Turn<E>): boolean =>
    running === 0 || (running < MOST && environment === current && !isAlone && !alone())
  const end = () => {
    running -= 1
    advance()
  }
  return (turn, work) =>
    new Promise((resolve, reject) => {
      turn.signal.throwIfAborted()
      const entry = {
        turn,
        begin() {
          settled()
          // Whatever it does, the next one's turn comes.
          const done = Promise.resolve().then(work)
          done.then(end, end)
          resolve(done)
        },
      }
      const settled = onGivenUp(turn, error => {
        waiting.splice(waiting.indexOf(entry), 1)
        reject(error)
        advance()
      })
      waiting.push(entry)
      advance()
    })
}

/** Gives what ends the watch. */
function onGivenUp<E>({ signal, patience, tooLate }: Turn<E>, leave: (error: unknown) => void): () => void {
  const end = () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
  const give = (error: unknown) => {
    end()
    leave(error)
  }
  const onAbort = () => give(signal.reason)
  const timer = setTimeout(() => give(tooLate()), patience)
  signal.addEventListener('abort', onAbort)
  return end
}
