/** Time limits and aborts: hive-driver knows neither, and leaves promises pending when a connection is lost. */
import { GoldsyncError } from '../base/errors.ts'
import { unlessAborted } from '../base/signals.ts'

export interface Limits {
  /** Milliseconds. */
  readonly timeout: number
  readonly signal: AbortSignal | undefined
  /** Aborted, with the error as its reason, when the connection is lost. */
  readonly lost?: AbortSignal
  /** Who is waited for, for the message: `host:port`. */
  readonly server: string
  /** What to do about a time limit that has passed. */
  readonly hint: string
}

/**
 * Runs work that ends at the latest when time is up, the caller aborts or the connection is lost: `stop` is then aborted
 * with the error to throw.
 * @throws GoldsyncError `TIMEOUT`, `ABORTED`, or the loss
 */
export async function within<T>(limits: Limits, work: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const { timeout, signal, lost, server, hint } = limits
  const onAbort = () => controller.abort(new GoldsyncError('ABORTED', `HiveServer2 ${server}: aborted`))
  const onLost = () => controller.abort(lost?.reason)
  const onTime = () =>
    controller.abort(
      new GoldsyncError('TIMEOUT', `HiveServer2 ${server}: no answer within ${timeout} ms`, { hint }),
    )
  const timer = setTimeout(onTime, timeout)
  signal?.addEventListener('abort', onAbort)
  lost?.addEventListener('abort', onLost)
  try {
    if (signal?.aborted) onAbort()
    else if (lost?.aborted) onLost()
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
    lost?.removeEventListener('abort', onLost)
  }
}

/** The work's outcome, or a rejection with the signal's reason as soon as it is aborted. */
export const unless = <T>(stop: AbortSignal, work: Promise<T>): Promise<T> =>
  unlessAborted(stop, work, () => stop.reason)

/** Waits for work whose outcome does not matter, but not for long. */
export function briefly(work: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(false), ms)
    const done = (ok: boolean) => {
      clearTimeout(timer)
      resolve(ok)
    }
    work.then(
      () => done(true),
      () => done(false),
    )
  })
}
