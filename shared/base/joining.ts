/** Requests that are the same one, sent again, while it is worked on: they wait for its result, and no work is done twice. */

/** @returns does the work for a key, or waits for that which goes on for it */
export function joining<R>(): (key: string, work: () => Promise<R>) => Promise<R> {
  const running = new Map<string, Promise<R>>()
  return (key, work) => {
    const before = running.get(key)
    if (before) return before
    const now = work().finally(() => running.delete(key))
    running.set(key, now)
    return now
  }
}
