import { describe, expect, test } from 'vitest'
import { scan } from '../../functions/scan.ts'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import { type Delivery, fanOut, type SyncRequest } from '../../shared/function/fan-out.ts'
import { type TestLake, testLake } from '../support/lake.ts'

const TOPICS = ['Clicks', 'orders', 'views']

function lakeOfTopics(topics: readonly string[] = TOPICS): TestLake {
  const lake = testLake()
  for (const topic of topics) lake.put(`${topic}/2019/09/01/11/a.parquet`, 'v1')
  return lake
}

/** Takes all, or fails. */
function platform(atOnce = 8, failing: (request: SyncRequest) => boolean = () => false) {
  const taken: SyncRequest[] = []
  const delivery: Delivery = {
    atOnce,
    send: async request => {
      if (failing(request)) throw new GoldsyncError('UNAVAILABLE', 'the sink is away')
      taken.push(request)
    },
  }
  return { taken, delivery }
}

const invoke = (lake: TestLake, delivery: Delivery, params: object = {}, deadline?: number) =>
  scan.invoke(
    { id: 'tick', params, ...(deadline === undefined ? {} : { deadline }) },
    { lakes: async () => [lake.lake], log: openLog('silent'), delivery },
  )

describe('a scan where the platform takes its tables', () => {
  test('hands each on in its mode, lists the topics, looks once an hour for the table that keeps its time, and says what it handed on', async () => {
    const [lake, { taken, delivery }] = [lakeOfTopics(), platform()]
    const outcome = await invoke(lake, delivery, { mode: 'full' })
    const tables = ['golden.clicks', 'golden.orders', 'golden.views']
    expect(outcome).toMatchObject({ status: 'accepted', report: { handedOn: tables, left: 0 } })
    expect(taken.toSorted((a, b) => (a.table < b.table ? -1 : 1))).toEqual(
      tables.map(table => ({ id: `tick/${table}`, table, mode: 'full' })),
    )
    expect(lake.storage.asked).toHaveLength(1)
    await invoke(lake, delivery)
    expect(lake.catalog.calls).toMatchObject({ inspect: TOPICS.length, apply: 0 })
  })

  test('makes one request for topics that meet in one table', async () => {
    const { taken, delivery } = platform()
    await invoke(lakeOfTopics(['a-b', 'a_b']), delivery)
    expect(taken).toEqual([{ id: 'tick/golden.a_b', table: 'golden.a_b', mode: 'recent' }])
  })

  test('that is away is not done: it can be repeated, with the same ids', async () => {
    const lake = lakeOfTopics()
    const broken = platform(1, ({ table }) => table === 'golden.orders')
    expect(await invoke(lake, broken.delivery)).toMatchObject({
      status: 'unavailable',
      error: { code: 'UNAVAILABLE', retryable: true },
    })
    const whole = platform()
    expect(await invoke(lake, whole.delivery)).toMatchObject({ status: 'accepted' })
    for (const request of broken.taken) expect(whole.taken).toContainEqual(request)
  })

  test('leaves to the next one what its deadline cuts, never the same tables', async () => {
    const lake = lakeOfTopics(Array.from({ length: 30 }, (_, at) => `topic_${at}`))
    const reached = new Set<string>()
    for (let tick = 0; tick < 100; tick += 1) {
      const { taken, delivery } = platform(1)
      const options = {
        runId: 'tick',
        mode: 'recent',
        log: openLog('silent'),
        deadline: 10,
        now: () => taken.length,
      } as const
      expect(await fanOut([lake.lake], options, delivery)).toMatchObject({ left: 20 })
      for (const { table } of taken) reached.add(table)
    }
    expect(reached.size).toBe(30)
    const outcome = await invoke(lake, platform().delivery, {}, Date.now() - 1)
    expect(outcome).toMatchObject({ status: 'partial', report: { handedOn: [], left: 30 } })
  })

  test('does the tables that are named itself, and plans', async () => {
    const [lake, { taken, delivery }] = [lakeOfTopics(), platform()]
    const named = await invoke(lake, delivery, { tables: 'orders' })
    expect(named).toMatchObject({ status: 'ok', report: { tables: [{ table: 'golden.orders' }] } })
    expect(await invoke(lake, delivery, { dryRun: true })).toMatchObject({ report: { dryRun: true } })
    expect(taken).toEqual([])
  })

  test('says which lake cannot be listed, and asks for a repetition', async () => {
    const [lake, { taken, delivery }] = [lakeOfTopics(), platform()]
    const away = {
      ...lake.lake,
      location: '/away',
      storage: {
        ...lake.lake.storage,
        list: () => Promise.reject(new GoldsyncError('UNAVAILABLE', 'the NameNode is away')),
      },
    }
    const context = { lakes: async () => [lake.lake, away], log: openLog('silent'), delivery }
    expect(await scan.invoke({ id: 'tick', params: {} }, context)).toMatchObject({
      status: 'unavailable',
      report: { failures: [{ location: '/away' }] },
    })
    expect(taken).toHaveLength(3)
  })
})
