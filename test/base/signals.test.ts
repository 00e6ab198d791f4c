import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { abortedAfter, abortWith, whenAllGaveUp } from '../../shared/base/signals.ts'

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
