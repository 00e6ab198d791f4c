/** Requests for one thing that arrive while it is worked on become one next round of work. */
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Works on one batch of requests for a key at a time; each request is answered by the round that holds it.
 * @param work gets every request that waited
 * @param most milliseconds for which a key rests after a round, at most: as long as the round took
 */
export function coalescing<Q, R>(work: (requests: readonly Q[]) => Promise<R>, most = 0) {
  const running = new Map<string, Promise<R>>()
  const waiting = new Map<string, { readonly requests: Q[]; readonly round: Promise<R> }>()
  const restingUntil = new Map<string, number>()

  const rest = (key: string): number => Math.max(0, (restingUntil.get(key) ?? 0) - performance.now())
  const start = (key: string, requests: readonly Q[]): Promise<R> => {
    const began = performance.now()
    const round = work(requests).finally(() => {
      const ended = performance.now()
      if (most > 0) restingUntil.set(key, ended + Math.min(most, ended - began))
      if (running.get(key) === round) running.delete(key)
    })
    running.set(key, round)
    return round
  }
  const after = async (before: Promise<R> | undefined, key: string, requests: readonly Q[]): Promise<R> => {
    await before?.catch(() => undefined)
    if (rest(key) > 0) await delay(rest(key))
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
    if (before === undefined && rest(key) === 0) return start(key, [request])
    const requests = [request]
    const round = after(before, key, requests)
    waiting.set(key, { requests, round })
    return round
  }
}
