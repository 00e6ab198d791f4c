import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { abortedAfter, abortWith, unlessAborted, whenAllGaveUp } from '../../shared/base/signals.ts'

it('aborts with the first of several, until it lets go', () => {
  const [caller, storage] = [new AbortController(), new AbortController()]
  const [first, second] = [new AbortController(), new AbortController()]
  abortWith(first, [storage.signal, undefined, caller.signal])
  const letGo = abortWith(second, [storage.signal, caller.signal])
  letGo()
  caller.abort()
  expect(first.signal.aborted).toBe(true)
  expect(second.signal.aborted).toBe(false)
})

it('is aborted from the start where one of them is', () => {
  const late = new AbortController()
  abortWith(late, [AbortSignal.abort()])
  expect(late.signal.aborted).toBe(true)
})

it('leaves nothing on a signal that lives on, and warns of nothing', async () => {
  const warned: unknown[] = []
  const note = (warning: unknown) => warned.push(warning)
  process.on('warning', note)
  const { signal } = new AbortController()
  const calls = Array.from({ length: 50 }, () => abortWith(new AbortController(), [signal]))
  expect(getEventListeners(signal, 'abort')).toHaveLength(50)
  for (const letGo of calls) letGo()
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  await new Promise(setImmediate) // warnings come a tick later
  process.off('warning', note)
  expect(warned).toEqual([])
})

it('goes on as long as one caller waits for it', () => {
  const callers = [new AbortController(), new AbortController()]
  const shared = whenAllGaveUp(callers.map(({ signal }) => signal))
  callers[0]?.abort()
  expect(shared?.aborted).toBe(false)
  callers[1]?.abort()
  expect(shared?.aborted).toBe(true)
  expect(whenAllGaveUp([AbortSignal.abort(), undefined])).toBeUndefined()
})

it.each([-3, 0, 0.5, 18.2, 10 ** 12, Number.POSITIVE_INFINITY])('takes %d ms for a limit', ms => {
  expect(abortedAfter(ms)).toBeInstanceOf(AbortSignal)
})

it('waits for work no longer than the caller does, with the reason that is asked for', async () => {
  const endless = new Promise<never>(() => undefined)
  const caller = new AbortController()
  const [plain, named] = [
    unlessAborted(caller.signal, endless),
    unlessAborted(caller.signal, endless, () => new Error('the server is lost')),
  ]
  caller.abort()
  await expect(plain).rejects.toMatchObject({ code: 'ABORTED' })
  await expect(named).rejects.toThrow('the server is lost')
  await expect(unlessAborted(caller.signal, endless)).rejects.toMatchObject({ code: 'ABORTED' })
  expect(await unlessAborted(undefined, Promise.resolve(1))).toBe(1)
})

it('leaves nothing of work that is done on a signal that lives on', async () => {
  const { signal } = new AbortController()
  const works = Array.from({ length: 50 }, (_, nth) => unlessAborted(signal, Promise.resolve(nth)))
  expect(getEventListeners(signal, 'abort')).toHaveLength(50)
  expect(await Promise.all(works)).toHaveLength(50)
  await expect(unlessAborted(signal, Promise.reject(new Error('no')))).rejects.toThrow('no')
  await new Promise(setImmediate)
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})
