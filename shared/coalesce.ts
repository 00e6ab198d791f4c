/** Requests for one thing that arrive while it is worked on become one next round of work. */

/**
 * Works on one batch of requests for a key at a time; each request is answered by the round that holds it.
 * @param work gets every request that waited
 */
export function coalescing<Q, R>(work: (requests: readonly Q[]) => Promise<R>) {
  const running = new Map<string, Promise<R>>()
  const waiting = new Map<string, { readonly requests: Q[]; readonly round: Promise<R> }>()

  const start = (key: string, requests: readonly Q[]): Promise<R> => {
    const round = work(requests).finally(() => {
      if (running.get(key) === round) running.delete(key)
    })
    running.set(key, round)
    return round
  }
  const after = async (before: Promise<R>, key: string, requests: readonly Q[]): Promise<R> => {
    await before.catch(() => undefined)
    waiting.delete(key)
    return start(key, requests)
  }
  return (key: string, request: Q): Promise<R> => {
    const next = waiting.get(key)
    if (next) {
      next.requests.push(request)
      return next.round
    }
    const before = running.get(key)
    if (before === undefined) return start(key, [request])
    const requests = [request]
    const round = after(before, key, requests)
    waiting.set(key, { requests, round })
    return round
  }
}
