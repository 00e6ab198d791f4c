import { expect, test } from 'vitest'
import type { Run } from '../../shared/run/run.ts'
import { inRoom } from '../../shared/table/in-room.ts'

const ALL = 4_000

test('work that gets room when its time is over is not begun, and keeps none', async () => {
  let now = 0
  const run = { now: () => now, deadline: 60_000 } as Run
  const begun: string[] = []
  let end = () => {}
  const first = inRoom(ALL, run, () => new Promise(resolve => (end = resolve)))
  const late = inRoom(ALL, run, async () => void begun.push('late'))
  const next = inRoom(ALL, { now: () => now } as Run, async () => void begun.push('next'))
  await new Promise(setImmediate)
  // Later than the timer of `late`, which counts real time, has noticed.
  now = 60_000
  end()
  expect(await Promise.all([first, late, next])).toEqual([true, false, true])
  expect(begun).toEqual(['next'])
})

test('work of a few partitions waits for nobody', async () => {
  let end = () => {}
  const all = inRoom(ALL, { now: () => 0 } as Run, () => new Promise(resolve => (end = resolve)))
  const begun: string[] = []
  expect(await inRoom(100, { now: () => 0 } as Run, async () => void begun.push('few'))).toBe(true)
  expect(begun).toEqual(['few'])
  end()
  await all
})
