/** Signals of several callers, and signals that outlive the calls that heed them. */
import { setMaxListeners } from 'node:events'
import { GoldsyncError } from './errors.ts'

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

/** Milliseconds: timers do not count further. */
export const LONGEST = 2 ** 31 - 1

/** Aborted after so many milliseconds, of which `AbortSignal.timeout` takes whole ones only. */
export const abortedAfter = (ms: number): AbortSignal =>
  AbortSignal.timeout(Math.floor(Math.min(Math.max(0, ms), LONGEST)))

/** Does work with a signal that is aborted after so many milliseconds too. */
export async function within<T>(
  ms: number,
  given: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController()
  const letGo = abortWith(own, [given])
  const timer = ms > LONGEST ? undefined : setTimeout(() => own.abort(), ms)
  try {
    return await work(heededByMany(own.signal))
  } finally {
    clearTimeout(timer)
    letGo()
  }
}

/**
 * Waits no longer than the signal lets it: others may go on with the work.
 * @param reason what is thrown then
 * @throws GoldsyncError `ABORTED`, or the reason, and what the work throws
 */
export function unlessAborted<T>(
  signal: AbortSignal | undefined,
  work: Promise<T>,
  reason: () => unknown = () => new GoldsyncError('ABORTED', 'the caller has given up'),
): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(reason())
    if (signal.aborted) onAbort()
    else heededByMany(signal).addEventListener('abort', onAbort)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** As many calls at once may heed it as like to: Node warns of more than ten. */
export function heededByMany(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal)
  return signal
}
