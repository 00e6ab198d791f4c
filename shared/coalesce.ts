/** Requests for one thing that arrive while it is worked on become one next round of work. */
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Works on one batch of requests for a key at a time; each request is answered by the round that holds it.
 * @param work gets every request that waited
 * @param pace milliseconds from the beginning of a key's round to that of its next one, at least
 */
export function coalescing<Q, R>(work: (requests: readonly Q[]) => Promise<R>, pace = 0) {
  const running = new Map<string, Promise<R>>()
  const waiting = new Map<string, { readonly requests: Q[]; readonly round: Promise<R> }>()
  const started = new Map<string, number>()

  const tooSoon = (key: string): number =>
    pace === 0 ? 0 : Math.max(0, (started.get(key) ?? -pace) + pace - performance.now())
  const start = (key: string, requests: readonly Q[]): Promise<R> => {
    if (pace > 0) started.set(key, performance.now())
    const round = work(requests).finally(() => {
      if (running.get(key) === round) running.delete(key)
    })
    running.set(key, round)
    return round
  }
  const after = async (before: Promise<R> | undefined, key: string, requests: readonly Q[]): Promise<R> => {
    await before?.catch(() => undefined)
    if (tooSoon(key) > 0) await delay(tooSoon(key))
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
    if (before === undefined && tooSoon(key) === 0) return start(key, [request])
    const requests = [request]
    const round = after(before, key, requests)
    waiting.set(key, { requests, round })
    return round
  }
}
