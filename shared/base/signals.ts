/** Signals of several callers, and signals that outlive the calls that heed them. */
import { setMaxListeners } from 'node:events'

/** The work goes on as long as one of them waits for it; undefined where one never gives up. */
export function whenAllGaveUp(given: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const signals = given.filter(signal => signal !== undefined)
  if (signals.length < given.length) return undefined
  const controller = new AbortController()
  const look = () => {
    if (signals.every(({ aborted }) => aborted)) controller.abort()
  }
  for (const signal of signals) signal.addEventListener('abort', look, { once: true })
  look()
  return controller.signal
}

/**
 * Aborts `controller` with the first of these signals, until the call is over and lets go of them. `AbortSignal.any`
 * leaves something of every call on a signal that lives on (Node 20), so that a server's memory grows with its calls.
 * @returns lets go
 */
export function abortWith(
  controller: AbortController,
  given: readonly (AbortSignal | undefined)[],
): () => void {
  const signals = given.filter(signal => signal !== undefined)
  const abort = () => controller.abort()
  for (const signal of signals) heededByMany(signal).addEventListener('abort', abort)
  if (signals.some(({ aborted }) => aborted)) abort()
  return () => {
    for (const signal of signals) signal.removeEventListener('abort', abort)
  }
}

/** As many calls at once may heed it as like to: Node warns of more than ten. */
export function heededByMany(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal)
  return signal
}
