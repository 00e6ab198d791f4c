import { describe, expect, test } from 'vitest'
import { type Leave, openRoom } from '../../shared/base/room.ts'

const PATIENT = { ms: Number.POSITIVE_INFINITY, signals: [] }

/** Asks for room; `entered` tells who got it, in order. */
function openHall(size: number) {
  const take = openRoom(size)
  const entered: string[] = []
  const ask = async (name: string, weight: number, patience = PATIENT): Promise<Leave | undefined> => {
    const leave = await take(weight, patience)
    entered.push(leave ? name : `${name} gave up`)
    return leave
  }
  return { ask, entered }
}

const settled = () => new Promise(resolve => setImmediate(resolve))

describe('room', () => {
  test('is given while there is some, then as it is given back', async () => {
    const { ask, entered } = openHall(10)
    const leave = await ask('a', 6)
    const rest = [ask('b', 4), ask('c', 3)]
    await settled()
    expect(entered).toEqual(['a', 'b'])
    leave?.()
    await Promise.all(rest)
    expect(entered).toEqual(['a', 'b', 'c'])
  })

  test('is given in the order of asking: little that comes later does not keep out much', async () => {
    const { ask, entered } = openHall(10)
    const leave = await ask('a', 6)
    const rest = [ask('much', 9), ask('little', 1)]
    await settled()
    expect(entered).toEqual(['a'])
    leave?.()
    await Promise.all(rest)
    expect(entered).toEqual(['a', 'much', 'little'])
  })

  test('is all that there is for what weighs more', async () => {
    const { ask, entered } = openHall(10)
    const leave = await ask('giant', 500)
    const next = ask('b', 1)
    await settled()
    expect(entered).toEqual(['giant'])
    leave?.()
    await next
    expect(entered).toEqual(['giant', 'b'])
  })

  test('is not waited for longer than the patience: whoever is behind goes on', async () => {
    const { ask, entered } = openHall(10)
    await ask('a', 6)
    const gone = new AbortController()
    const [aborted, late, next] = [
      ask('aborted', 9, { ...PATIENT, signals: [gone.signal] as never }),
      ask('late', 9, { ...PATIENT, ms: 1 }),
      ask('next', 4),
    ]
    gone.abort()
    expect(await aborted).toBeUndefined()
    expect(await late).toBeUndefined()
    expect(await next).toBeDefined()
    expect(entered).toEqual(['a', 'aborted gave up', 'late gave up', 'next'])
  })

  test('is not given to who has given up before', async () => {
    const { ask } = openHall(10)
    expect(await ask('a', 11, { ms: 0, signals: [AbortSignal.abort()] as never })).toBeUndefined()
  })
})
