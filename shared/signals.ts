/** Signals of several callers who wait for one work. */

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
