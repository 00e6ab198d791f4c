/** A scan hands 48 tables on at once: an instance that gets the first sync of each holds the footers of a few. */
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { FILES, ROOT, testLake } from '../support/lake.ts'

const TOPICS = Array.from({ length: 6 }, (_, at) => `topic_${at}`)
/** Of each topic: two chunks. */
const HOURS = 1_200

function fill(lake: ReturnType<typeof testLake>, topic: string, hours: number): void {
  for (let at = 0; at < hours; at += 1) {
    const hour = new Date(lake.clock.now - at * 3_600_000).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/')
    lake.storage.put(`${ROOT}/${topic}/${hour}/a.parquet`, FILES.v1, lake.clock.now)
  }
}

/** Of each topic the footers that were read and not yet registered; the most there were in all. */
function watchFooters(lake: ReturnType<typeof testLake>) {
  const read = new Map<string, number>()
  const seen = { most: 0 }
  lake.storage.failWhen(({ operation, location }) => {
    const topic = location.slice(ROOT.length + 1).split('/')[0] as string
    if (operation === 'read') read.set(topic, (read.get(topic) ?? 0) + 1)
    const registered = (topic: string) =>
      lake.catalog.state().tables.get(`golden.${topic}`)?.partitions.size ?? 0
    const held = [...read].reduce((sum, [topic, count]) => sum + count - registered(topic), 0)
    seen.most = Math.max(seen.most, held)
    return undefined
  })
  return seen
}

describe('first syncs of many tables at once', () => {
  test('hold no more than 4,000 footers, and register all', async () => {
    const lake = testLake()
    for (const topic of TOPICS) fill(lake, topic, HOURS)
    const seen = watchFooters(lake)
    const reports = await Promise.all(TOPICS.map(topic => lake.scan({ tables: [topic] })))
    expect(reports.map(report => lake.table(report).partitions.added)).toEqual(TOPICS.map(() => HOURS))
    expect(seen.most).toBeLessThanOrEqual(4_000)
    expect(seen.most).toBeGreaterThan(2_000)
  })

  test('hold up nobody who has little to do', async () => {
    const lake = testLake()
    for (const topic of TOPICS) fill(lake, topic, HOURS)
    fill(lake, 'small', 3)
    const ended: string[] = []
    const scan = async (topic: string) => {
      await lake.scan({ tables: [topic] })
      ended.push(topic)
    }
    await Promise.all([...TOPICS.map(scan), scan('small')])
    expect(ended[0]).toBe('small')
  })

  test('that get no room before their deadline are left to the next run, which does them', async () => {
    const { storage } = testLake()
    const read: typeof storage.read = async (...call) => {
      await delay(1)
      return storage.read(...call)
    }
    const lake = testLake({ more: { storage: { ...storage, read } } })
    for (const topic of TOPICS) fill({ ...lake, storage }, topic, HOURS)
    const deadline = lake.clock.now + 1
    const reports = await Promise.all(TOPICS.map(topic => lake.scan({ tables: [topic], deadline })))
    expect(reports.filter(({ partial }) => partial).length).toBeGreaterThanOrEqual(TOPICS.length - 4)
    expect(reports.flatMap(({ tables }) => tables.flatMap(({ error }) => error ?? []))).toEqual([])
    const begun = [...lake.catalog.state().tables.values()]
    expect(begun.map(({ partitions }) => partitions.size)).toEqual([1_000, 1_000, 1_000, 1_000])
    // What comes next goes on behind these.
    expect(begun.filter(({ table }) => table.parameters['goldsync.cursor'] === undefined)).toEqual([])
    await Promise.all(TOPICS.map(topic => lake.scan({ tables: [topic] })))
    for (const topic of TOPICS)
      expect(lake.catalog.state().tables.get(`golden.${topic}`)?.partitions.size).toBe(HOURS)
  })

  test('that are given up while they wait say so, and fail nothing', async () => {
    const lake = testLake()
    for (const topic of TOPICS) fill(lake, topic, HOURS)
    const stop = new AbortController()
    lake.storage.failWhen(({ operation, nth }) => {
      if (operation === 'read' && nth === 500) stop.abort()
      return undefined
    })
    const reports = await Promise.all(TOPICS.map(topic => lake.scan({ tables: [topic], stop: stop.signal })))
    expect(reports.every(({ partial }) => partial)).toBe(true)
    expect(reports.flatMap(({ tables }) => tables.flatMap(({ error }) => error ?? []))).toEqual([])
  })
})
