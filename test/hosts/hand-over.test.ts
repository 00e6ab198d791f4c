/** One tick through a broker, the scan that it starts, and the syncs that this hands on through the same broker: of each kind of broker. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { joining } from '../../shared/base/joining.ts'
import { openLog } from '../../shared/base/log.ts'
import { sinkDelivery } from '../../shared/hosts/delivery.ts'
import { openAccount } from '../../shared/hosts/http/held.ts'
import { readersOf } from '../../shared/hosts/http/readers.ts'
import { route, type Service } from '../../shared/hosts/http/routes.ts'
import type { Lake } from '../../shared/run/run.ts'
import type { DeliverySpec, Event } from '../support/broker.ts'
import { BROKERS, type BrokerKind, type Ingress, openIngress } from '../support/ingress.ts'
import { testLake } from '../support/lake.ts'
import { ENDLESS, eventually, gate, turns } from '../support/waiting.ts'

const TOPICS = Array.from({ length: 20 }, (_, at) => `topic_${at}`)
const SPEC: DeliverySpec = { retry: 3, backoffPolicy: 'exponential', backoffDelay: 'PT0.001S' }

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

interface Setting {
  readonly kind: BrokerKind
  /** Milliseconds for a request. */
  readonly budget?: number
  readonly parks?: boolean
  /** Milliseconds in which a broker that refuses does. */
  readonly refusal?: number
  /** What a sync waits for, or fails with. */
  readonly sync?: (topic: string) => Promise<unknown>
  /** Whether the receiver breaks the connection of the nth delivery of an event. */
  readonly breaks?: (type: string, nth: number) => boolean
}

/** A broker, and goldsync as its receiver and its sender. */
async function platform({ kind, budget = ENDLESS, parks = true, refusal = ENDLESS, sync, breaks }: Setting) {
  const lake = testLake()
  for (const topic of TOPICS) lake.put(`${topic}/2019/09/01/11/a.parquet`, 'v1')
  const events: { type: string; id: string }[] = []
  let subscriber = ''
  const toGoldsync = () => subscriber
  const broker = await openIngress({
    kind,
    spec: SPEC,
    parks,
    triggers: {
      'dev.knative.sources.ping': toGoldsync,
      'io.goldsync.scan': toGoldsync,
      'io.goldsync.sync': toGoldsync,
    },
  })
  closing.push(broker.close)
  const service: Service = {
    context: {
      lakes: async () => [slowed(lake.lake, sync)],
      log: openLog('silent'),
      delivery: sinkDelivery({ K_SINK: broker.url }, { pauses: [1, 1], refusal }),
    },
    metrics: undefined,
    readers: readersOf({ server: { exposure: 'cluster-local', oidc: [] }, webhook: undefined }),
    budget,
    signal: new AbortController().signal,
    join: joining(),
    ready: () => true,
    holds: openAccount(),
    crowded: () => false,
  }
  const receiver = createServer((request, response) => {
    const [type, id] = [String(request.headers['ce-type']), String(request.headers['ce-id'])]
    events.push({ type, id })
    const nth = events.filter(event => event.id === id && event.type === type).length
    if (breaks?.(type, nth)) response.destroy()
    else void route(service, request, response)
  })
  closing.push(() => {
    receiver.closeAllConnections()
    receiver.close()
  })
  await once(receiver.listen(0, '127.0.0.1'), 'listening')
  subscriber = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  const syncs = () => events.filter(({ type }) => type === 'io.goldsync.sync').map(({ id }) => id)
  const registered = () =>
    [...lake.catalog.state().tables.values()].filter(({ partitions }) => partitions.size === 1).length
  return { lake, broker, subscriber, syncs, registered }
}

/** A sync lists its topic's folders; a scan that hands on lists the lake only. */
function slowed(lake: Lake, sync: Setting['sync']): Lake {
  if (!sync) return lake
  const list: Lake['storage']['list'] = async (location, call) => {
    const [topic] = location.slice(lake.location.length + 1).split('/')
    if (topic) await sync(topic)
    return lake.storage.list(location, call)
  }
  return { ...lake, storage: { ...lake.storage, list } }
}

/** As PingSource sends it; to a broker in memory it waits until all is done. */
const tick = ({ url }: Ingress, id: string, mode = 'recent'): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: {
      // A connection that is kept may be one that a restart of the broker ends.
      connection: 'close',
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': id,
      'ce-source': '/apis/v1/namespaces/golden/pingsources/goldsync',
      'ce-type': 'dev.knative.sources.ping',
    },
    body: JSON.stringify({ mode }),
  })

const isDone = (broker: Ingress) => eventually(() => expect(broker.underWay()).toBe(0))
const answersTo = ({ answers }: Ingress, type: string): (number | undefined)[] =>
  answers.filter(({ event }) => event.headers['ce-type'] === type).map(({ status }) => status)
const scans = (broker: Ingress) => answersTo(broker, 'dev.knative.sources.ping')
const idsOf = (events: readonly Event[]): string[] => events.map(({ headers }) => headers['ce-id'] ?? '')

describe.each(BROKERS)('a tick through a broker %s', kind => {
  it('syncs every table once, however slow that is, and is accepted once', async () => {
    const { broker, syncs, registered } = await platform({ kind, sync: () => delay(20) })
    expect((await tick(broker, 'tick')).status).toBe(202)
    await isDone(broker)
    expect(syncs().toSorted()).toEqual(TOPICS.map(topic => `tick/golden.${topic}`).toSorted())
    expect(registered()).toBe(TOPICS.length)
    expect(scans(broker)).toEqual([202])
    expect([broker.deadLetters, broker.cancelled]).toEqual([[], []])
  })

  it('repeats and parks each table as the broker is told to, while the catalog is away, and is accepted once', async () => {
    const away = () => Promise.reject(new GoldsyncError('UNAVAILABLE', 'the metastore is away'))
    const { broker, syncs } = await platform({ kind, sync: away })
    await tick(broker, 'tick')
    await isDone(broker)
    const ids = TOPICS.map(topic => `tick/golden.${topic}`)
    expect(syncs().toSorted()).toEqual(ids.flatMap(id => Array(SPEC.retry + 1).fill(id)).toSorted())
    expect(idsOf(broker.deadLetters).toSorted()).toEqual(ids.toSorted())
    expect(scans(broker)).toEqual([202])
  })

  it('reaches receivers that die on the way, and those that are started meanwhile', async () => {
    const breaks = (type: string, nth: number) => type === 'io.goldsync.sync' && nth < 3
    const { broker, syncs, registered } = await platform({ kind, breaks })
    await tick(broker, 'tick')
    await isDone(broker)
    expect(registered()).toBe(TOPICS.length)
    expect(syncs()).toHaveLength(3 * TOPICS.length)
    expect([broker.deadLetters, scans(broker)]).toEqual([[], [202]])
  })

  it('of which one table fails always parks that one alone', async () => {
    const sync = async (topic: string) => {
      if (topic === 'topic_7') throw new GoldsyncError('PERMISSION_DENIED', 'not yours')
    }
    const { broker, syncs, registered } = await platform({ kind, sync })
    await tick(broker, 'tick')
    await isDone(broker)
    expect(idsOf(broker.deadLetters)).toEqual(['tick/golden.topic_7'])
    expect([registered(), syncs().length]).toEqual([TOPICS.length - 1, TOPICS.length + SPEC.retry])
    expect(scans(broker)).toEqual([202])
  })

  it('whose time is up is not repeated for that, nor are its syncs; the next tick finds what was not done', async () => {
    const slow = gate()
    const { broker, syncs, registered } = await platform({ kind, budget: 500, sync: () => slow.opened })
    void tick(broker, 'tick').catch(() => undefined)
    await eventually(() => expect(scans(broker).length).toBe(1))
    expect([200, 202]).toContain(scans(broker)[0])
    slow.open()
    await isDone(broker)
    await turns()
    expect(new Set(syncs()).size).toBe(syncs().length)
    await eventually(async () => {
      await tick(broker, `again-${Math.random()}`)
      await isDone(broker)
      expect(registered()).toBe(TOPICS.length)
    })
    expect(scans(broker)).not.toContain(503)
    expect(broker.deadLetters).toEqual([])
  })
})

describe('a broker in memory', () => {
  it('that could not park is not sent the same event again: it has repeated it already', async () => {
    const away = () => Promise.reject(new GoldsyncError('UNAVAILABLE', 'the metastore is away'))
    const { broker, syncs } = await platform({ kind: 'in memory', parks: false, refusal: 0, sync: away })
    await tick(broker, 'tick')
    expect(syncs()).toHaveLength((SPEC.retry + 1) * TOPICS.length)
    expect(scans(broker)).toEqual([200])
  })

  it.each(['in memory', 'in memory, async'] as const)(
    '(%s) that is restarted forgets events; the next tick makes up for them',
    async kind => {
      const held = gate()
      const { broker, syncs, registered } = await platform({ kind, sync: () => held.opened })
      const first = tick(broker, 'tick').catch(() => undefined)
      await eventually(() => expect(syncs().length).toBeGreaterThan(5))
      broker.restart()
      held.open()
      await first
      await isDone(broker)
      await tick(broker, 'tock')
      await isDone(broker)
      expect(registered()).toBe(TOPICS.length)
    },
  )
})

describe('an event that is delivered again while its work goes on', () => {
  const sync = (id: string, table: string) => ({
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': id,
      'ce-source': '/goldsync/scan',
      'ce-type': 'io.goldsync.sync',
    },
    body: JSON.stringify({ table, mode: 'recent' }),
  })

  it('joins it, whoever hung up, and is answered with its result; another event is not', async () => {
    const held = gate()
    let begun = 0
    const { subscriber } = await platform({
      kind: 'kafka',
      sync: async () => {
        begun += 1
        await held.opened
      },
    })
    const stop = new AbortController()
    const first = fetch(subscriber, { ...sync('a', 'golden.topic_1'), signal: stop.signal }).catch(() => 0)
    await eventually(() => expect(begun).toBe(1))
    stop.abort()
    expect(await first).toBe(0)
    const again = [1, 2].map(() => fetch(subscriber, sync('a', 'golden.topic_1')))
    const other = fetch(subscriber, sync('a', 'golden.topic_2'))
    await eventually(() => expect(begun).toBe(2))
    await turns()
    expect(begun).toBe(2)
    held.open()
    expect((await Promise.all([...again, other])).map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await fetch(subscriber, sync('a', 'golden.topic_1'))).status).toBe(200)
  })
})
