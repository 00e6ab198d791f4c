import { expect, test } from 'vitest'
import { openPool } from '../../shared/base/pool.ts'
import { gate } from '../support/waiting.ts'

const aborted = () => new Error('given up')
const turns = () => new Promise(setImmediate)

function opened(most: number) {
  let count = 0
  const pool = openPool(most, () => ++count, aborted)
  const busy = new Map<number, number>()
  const work = async (one: number, until: Promise<unknown>) => {
    busy.set(one, (busy.get(one) ?? 0) + 1)
    const together = busy.get(one)
    try {
      await until
    } finally {
      busy.set(one, (busy.get(one) ?? 0) - 1)
    }
    return together
  }
  return {
    pool,
    use: (until: Promise<unknown>, signal?: AbortSignal) => pool.use(one => work(one, until), signal),
  }
}

test('one is opened for callers that come one after the other, more for those that come at once, each for one alone', async () => {
  const { pool, use } = opened(3)
  await use(turns())
  await use(turns())
  expect(pool.opened).toEqual([1])
  expect(await Promise.all(Array.from({ length: 10 }, () => use(turns())))).toEqual(Array(10).fill(1))
  expect(pool.opened).toEqual([1, 2, 3])
})

test('work that fails leaves its one to the next', async () => {
  const { pool, use } = opened(1)
  await expect(use(Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect([await use(turns()), pool.opened]).toEqual([1, [1]])
})

test('who gives up waiting holds up nobody', async () => {
  const { use } = opened(1)
  const { open, opened: until } = gate()
  const first = use(until)
  const giving = new AbortController()
  const second = use(turns(), giving.signal)
  const third = use(turns())
  giving.abort()
  await expect(second).rejects.toThrow('given up')
  await expect(use(turns(), giving.signal)).rejects.toThrow('given up')
  open()
  expect(await Promise.all([first, third])).toEqual([1, 1])
})
