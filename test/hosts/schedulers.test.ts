/** How long runs wait for schedulers, and how many topics these are told of at once. */
import { expect, it, vi } from 'vitest'
import { scan } from '../../functions/scan.ts'
import { openLog } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { schedulersTo } from '../../shared/hosts/schedulers.ts'
import type { NewPartition, Scheduler } from '../../shared/schedulers/scheduler.ts'
import { testLake } from '../support/lake.ts'
import { ENDLESS, gate, stopTimers } from '../support/waiting.ts'

const { schedulers: CONFIGURED } = configOf(
  {
    lakes: [{ location: '/golden' }],
    catalogs: { memory: { kind: 'memory' } },
    schedulers: { mine: { kind: 'dagster', url: 'http://dagster:3000' } },
  },
  'the test',
  {},
)

const topics = (count: number): readonly NewPartition[] =>
  Array.from({ length: count }, (_, at) => ({
    runId: 'r',
    catalog: 'memory',
    first: true,
    database: 'golden',
    table: `topic_${at}`,
    topic: `topic_${at}`,
    partition: 'x',
    time: {},
    texts: ['x'],
  }))

/** How one scheduler is told that does so with what it is told. */
function teller(tell: Scheduler['tell'], limits: Parameters<typeof schedulersTo>[2] = {}) {
  const mine: Scheduler = { name: 'mine', catalog: undefined, tell, greet: async () => '' }
  const connection = { schedulers: async () => [mine] }
  return () => schedulersTo({ schedulers: CONFIGURED }, connection, { pauses: [], ...limits })!
}

/** Heeds no signal. */
const hangs = () => new Promise<void>(() => {})

it('one that takes an event a second is told of a hundred topics that get a partition at once, four at a time', async () => {
  stopTimers()
  let [begun, most] = [0, 0]
  let before = Promise.resolve()
  const ofRun = teller(async (_, signal) => {
    begun += 1
    most = Math.max(most, begun)
    before = before.then(() => new Promise(resolve => setTimeout(resolve, 1_000)))
    await before
    begun -= 1
    signal.throwIfAborted()
  })
  // By two runs of a process, each of which has its own way to tell.
  const runs = [ofRun(), ofRun()]
  const telling = Promise.all(topics(100).map((one, at) => runs[at % 2]!([one])))
  const told = await driven(telling)
  expect([most, told.filter(lost => lost !== undefined)]).toEqual([4, []])
})

/** Lets time pass until the work is done. */
async function driven<T>(work: Promise<T>): Promise<T> {
  let isDone = false
  const done = work.finally(() => {
    isDone = true
  })
  while (!isDone) {
    await vi.advanceTimersByTimeAsync(500)
    await new Promise(setImmediate)
  }
  return done
}

it('one that answers nobody holds those who wait no longer than those who were told', async () => {
  let begun = 0
  const tell = teller(
    () => {
      begun += 1
      return hangs()
    },
    { limit: 50 },
  )()
  const lost = await Promise.all(topics(100).map(one => tell([one])))
  expect(begun).toBe(4)
  expect(lost.slice(0, 4)).toEqual(Array(4).fill('mine: 1 of 1: no answer within 50 ms'))
  expect(new Set(lost.slice(4))).toEqual(
    new Set(['mine: 1 of 1: it has not answered those who were told before']),
  )
  await tell(topics(1))
  expect(begun).toBe(5)
})

it('one that hangs holds a run no longer than five seconds behind its deadline, those in line too', async () => {
  const tell = teller(hangs, { limit: ENDLESS })()
  const lost = await Promise.all(topics(5).map(one => tell([one], { deadline: Date.now() - 4_900 })))
  expect(lost).toEqual(Array(5).fill(expect.stringContaining('mine: 1 of 1: no')))
  expect(await tell(topics(1), { deadline: Date.now() - 5_001 })).toBe('mine: 1 of 1: no time was left')
})

it('one that hangs holds no run that is ended, those in line neither', async () => {
  const ending = new AbortController()
  const began = gate()
  const tell = teller(
    () => {
      began.open()
      return hangs()
    },
    { limit: ENDLESS },
  )()
  const telling = Promise.all(topics(5).map(one => tell([one], ending)))
  await began.opened
  ending.abort()
  expect(await telling).toEqual(Array(5).fill('mine: 1 of 1: the run was ended before'))
})

it('a run that is ended waits for none', async () => {
  const ending = new AbortController()
  const tellSchedulers = teller(
    () => {
      ending.abort()
      return hangs()
    },
    { limit: ENDLESS },
  )()
  const lake = testLake()
  lake.put('orders/2019/09/01/10/a.parquet', 'v1')
  const context = { lakes: async () => [lake.lake], log: openLog('silent'), tellSchedulers }
  const outcome = await scan.invoke({ id: 'r', params: {}, signal: ending.signal }, context)
  expect(outcome).toMatchObject({
    report: { diagnostics: [{ code: 'SCHEDULER_NOT_TOLD', message: expect.stringContaining('was ended') }] },
  })
})
