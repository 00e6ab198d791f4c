import { describe, expect, test } from 'vitest'
import { scan } from '../../functions/scan.ts'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import { fanOut } from '../../shared/function/fan-out.ts'
import type { Delivery, HandOver, Rest, Taken } from '../../shared/function/hand-over.ts'
import type { Lake } from '../../shared/run/run.ts'
import { type TestLake, testLake } from '../support/lake.ts'

const TOPICS = ['Clicks', 'orders', 'views']

function lakeOfTopics(topics: readonly string[] = TOPICS): TestLake {
  const lake = testLake()
  for (const topic of topics) lake.put(`${topic}/2019/09/01/11/a.parquet`, 'v1')
  return lake
}

/** Takes all, or does what it is told to. */
function platform(atOnce = 8, answer: (request: HandOver) => Taken | 'refused' = () => 'taken') {
  const sent: HandOver[] = []
  const taken: HandOver[] = []
  const delivery: Delivery = {
    atOnce,
    send: async request => {
      sent.push(request)
      const end = answer(request)
      if (end === 'refused') throw new GoldsyncError('UNAVAILABLE', 'the sink is away')
      if (end === 'taken') taken.push(request)
      return end
    },
  }
  return { sent, taken, delivery }
}

const syncOf = (table: string, mode = 'recent', scan = 'tick'): HandOver => ({
  id: `${scan}/${table}`,
  function: 'sync',
  params: { table, mode },
  key: table,
})

const contextOf = (delivery: Delivery, ...lakes: Lake[]) => ({
  lakes: async () => lakes,
  log: openLog('silent'),
  delivery,
})

function lakeAway(): Lake {
  const { lake } = lakeOfTopics()
  const list = () => Promise.reject(new GoldsyncError('UNAVAILABLE', 'the NameNode is away'))
  return { ...lake, location: '/away', storage: { ...lake.storage, list } }
}

const byId = (requests: readonly HandOver[]): readonly HandOver[] =>
  requests.toSorted((a, b) => (a.id < b.id ? -1 : 1))

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
    expect(byId(taken)).toEqual(tables.map(table => syncOf(table, 'full')))
    const before = lake.storage.asked.length
    await invoke(lake, delivery)
    expect(lake.storage.asked.length - before).toBe(1)
    expect(lake.catalog.calls).toMatchObject({ inspect: TOPICS.length, apply: 0 })
  })

  test('fails on a layout that fits nothing of a lake without tables, each time, and no more once it fits', async () => {
    const [lake, { taken, delivery }] = [testLake(), platform()]
    lake.put('orders/2019/09/01/a.parquet', 'v1')
    for (const mode of ['recent', 'full', 'recent']) {
      const outcome = await invoke(lake, delivery, { mode })
      expect(outcome).toMatchObject({
        status: 'failed',
        error: { code: 'CONFIG_INVALID', message: expect.stringContaining('fits no topic') },
        report: { handedOn: ['golden.orders'], failures: [{ location: 'memory://lake/golden' }] },
      })
    }
    expect(taken).toHaveLength(3)
    lake.put('clicks/2019/09/01/11/a.parquet', 'v1')
    for (let tick = 0; tick < 2; tick += 1)
      expect(await invoke(lake, delivery)).toMatchObject({ status: 'accepted', report: { failures: [] } })
  })

  test('tells a root that is one level too deep, where no folder can be a topic or none fits', async () => {
    const { delivery } = platform()
    const { storage } = lakeOfTopics()
    const deep = testLake({ more: { storage, location: 'memory://lake/golden/orders' } })
    expect(await invoke(deep, delivery)).toMatchObject({
      status: 'failed',
      error: { hint: expect.stringContaining('one level too deep') },
    })
  })

  test('asks nothing more of a lake that has tables, whatever lies in it', async () => {
    const [lake, { delivery }] = [lakeOfTopics(), platform()]
    await lake.scan()
    lake.put('daily/2019/09/01/a.parquet', 'v1')
    const before = lake.storage.asked.length
    expect(await invoke(lake, delivery)).toMatchObject({ status: 'accepted' })
    expect(lake.storage.asked.length - before).toBe(1)
  })

  test('looks for it as soon as a lake that was away is back', async () => {
    const lake = lakeOfTopics()
    const { delivery } = platform()
    const away = { ...lakeAway(), identity: lake.lake.identity }
    const context = { lakes: async () => [away], log: openLog('silent'), delivery }
    expect(await scan.invoke({ id: 'tick', params: {} }, context)).toMatchObject({ status: 'unavailable' })
    await invoke(lake, delivery)
    expect(lake.catalog.calls).toMatchObject({ inspect: TOPICS.length })
  })

  test('tells, in full, of tables whose topics are gone, after it has handed on the others', async () => {
    const before = lakeOfTopics()
    await before.scan()
    before.storage.drop('memory://lake/golden/views')
    const { taken, delivery } = platform()
    for (const mode of ['recent', 'full']) {
      const outcome = await invoke(before, delivery, { mode })
      const codes = mode === 'full' ? [{ code: 'TOPIC_GONE', table: 'golden.views' }] : []
      expect(outcome).toMatchObject({ status: 'accepted', report: { diagnostics: codes } })
    }
    expect(taken).toHaveLength(4)
  })

  test('makes one request for topics that meet in one table', async () => {
    const { taken, delivery } = platform()
    await invoke(lakeOfTopics(['a-b', 'a_b']), delivery)
    expect(taken).toEqual([syncOf('golden.a_b')])
  })

  test('that is away is not done: it can be repeated, with the same ids', async () => {
    const lake = lakeOfTopics([...TOPICS, 'carts', 'items', 'users'])
    const broken = platform(1, () => 'refused')
    expect(await invoke(lake, broken.delivery)).toMatchObject({
      status: 'unavailable',
      error: { code: 'UNAVAILABLE', retryable: true },
      report: { handedOn: [], left: 6 },
    })
    // Nobody asks a broker that is away 500 times.
    expect(broken.sent).toHaveLength(3)
    const whole = platform()
    expect(await invoke(lake, whole.delivery)).toMatchObject({ status: 'accepted' })
    for (const request of broken.sent) expect(whole.taken).toContainEqual(request)
  })

  test('and is not answered in time is not repeated for it: perhaps the platform has them', async () => {
    const { taken, delivery } = platform(8, ({ key }) => (key === 'golden.orders' ? 'unanswered' : 'taken'))
    expect(await invoke(lakeOfTopics(), delivery)).toMatchObject({
      status: 'partial',
      report: { handedOn: ['golden.clicks', 'golden.views'], unanswered: ['golden.orders'], left: 0 },
    })
    expect(taken).toHaveLength(2)
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
      expect(await fanOut([lake.lake], options, delivery)).toMatchObject({ report: { left: 21 }, errors: [] })
      for (const { key } of taken) reached.add(key)
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

  test('says which lake cannot be listed, and asks for a repetition where that is all', async () => {
    const { sent, delivery } = platform()
    const outcome = await scan.invoke({ id: 'tick', params: {} }, contextOf(delivery, lakeAway()))
    expect(outcome).toMatchObject({
      status: 'unavailable',
      report: { failures: [{ location: '/away' }], handedBack: { lakes: [] } },
    })
    expect(sent).toEqual([])
  })
})

describe('a scan of which the platform takes a part', () => {
  test('goes on with the rest in another scan, which gives the same ids, and nothing is sent twice', async () => {
    let refusing = true
    const { taken, delivery } = platform(8, ({ key }) =>
      refusing && key === 'golden.orders' ? 'refused' : 'taken',
    )
    const lake = lakeOfTopics()
    expect(await invoke(lake, delivery)).toMatchObject({
      status: 'accepted',
      report: {
        handedOn: ['golden.clicks', 'golden.views'],
        handedBack: { lakes: [], tables: ['golden.orders'] },
        left: 0,
      },
    })
    const back = taken.at(-1)!
    expect(back).toMatchObject({ id: 'tick/rest-1', function: 'scan' })
    refusing = false
    const next = { id: back.id, params: back.params }
    expect(await scan.invoke(next, contextOf(delivery, lake.lake))).toMatchObject({
      status: 'accepted',
      report: { handedOn: ['golden.orders'] },
    })
    expect(byId(taken.filter(request => request !== back))).toEqual(
      ['golden.clicks', 'golden.orders', 'golden.views'].map(table => syncOf(table)),
    )
  })

  test('is repeated whole where the rest is refused, too, and ends where nothing of it is taken', async () => {
    const lake = lakeOfTopics()
    const { delivery } = platform(8, ({ key, function: name }) =>
      name === 'scan' || key === 'golden.orders' ? 'refused' : 'taken',
    )
    expect(await invoke(lake, delivery)).toMatchObject({ status: 'unavailable', report: { left: 1 } })
    const { sent, delivery: stubborn } = platform(8, ({ key }) =>
      key === 'golden.orders' ? 'refused' : 'taken',
    )
    const rest = { scan: 'tick', lakes: [], tables: ['golden.orders'] }
    expect(await invoke(lake, stubborn, { rest })).toMatchObject({ status: 'unavailable' })
    expect(sent).toEqual([syncOf('golden.orders')])
  })

  test('does not make a lake wait for another that is away: that alone is asked for again', async () => {
    const [lake, { taken, delivery }] = [lakeOfTopics(), platform()]
    const lakes = [lake.lake, lakeAway()]
    expect(await scan.invoke({ id: 'tick', params: {} }, contextOf(delivery, ...lakes))).toMatchObject({
      status: 'accepted',
      report: { failures: [{ location: '/away' }], handedBack: { lakes: ['/away'] } },
    })
    expect(taken).toHaveLength(4)
    const next = { id: 'tick/rest-1', params: taken.at(-1)!.params }
    expect(await scan.invoke(next, contextOf(delivery, ...lakes))).toMatchObject({ status: 'unavailable' })
    expect(taken).toHaveLength(4)
  })

  test('leaves recent work to the next tick, but goes on with a full scan until each table had its turn', async () => {
    const lake = lakeOfTopics(Array.from({ length: 30 }, (_, at) => `topic_${at}`))
    const reached: string[] = []
    let params: object = { mode: 'full' }
    for (let turn = 0; turn < 4; turn += 1) {
      const { taken, delivery } = platform(1)
      const options = {
        runId: 'night',
        mode: 'full',
        log: openLog('silent'),
        deadline: 11,
        now: () => taken.length,
      } as const
      const { rest } = params as { rest?: Rest }
      const { report } = await fanOut([lake.lake], options, delivery, rest)
      expect(report.left).toBe(0)
      reached.push(...report.handedOn)
      const back = taken.find(({ function: name }) => name === 'scan')
      if (back === undefined) break
      params = back.params
    }
    expect(new Set(reached).size).toBe(30)
    expect(reached).toHaveLength(30)
  })

  test('keeps a part of its time for what is handed back, which need be no whole milliseconds', async () => {
    const { delivery } = platform()
    const deadline = Date.now() + 4_999.3
    expect(await invoke(lakeOfTopics(), delivery, {}, deadline)).toMatchObject({ status: 'accepted' })
  })

  test('names so many tables in an event as one may hold', async () => {
    const lake = lakeOfTopics(Array.from({ length: 2_100 }, (_, at) => `t${at}`))
    let answered = 0
    const { taken, delivery } = platform(48, ({ function: name }) => {
      answered += 1
      return name === 'scan' || answered === 1 ? 'taken' : 'refused'
    })
    await fanOut([lake.lake], { runId: 'tick', mode: 'recent', log: openLog('silent') }, delivery)
    const backs = taken.filter(({ function: name }) => name === 'scan')
    expect(backs.map(({ id }) => id)).toEqual(['tick/rest-1', 'tick/rest-2', 'tick/rest-3'])
    const names = backs.flatMap(({ params }) => (params as { rest: Rest }).rest.tables)
    expect(new Set(names).size).toBe(2_099)
  })
})
