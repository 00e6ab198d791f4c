/** A scan that hands its tables on to OpenWhisk, whose API answers before an action runs, and which repeats no activation. */
import { afterEach, expect, it } from 'vitest'
import { scan } from '../../functions/scan.ts'
import { sync } from '../../functions/sync.ts'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import type { Outcome } from '../../shared/function/outcome.ts'
import { openWhiskDelivery } from '../../shared/hosts/delivery.ts'
import type { Lake } from '../../shared/run/run.ts'
import { testLake } from '../support/lake.ts'
import { openRecorder, type Recorded, type Recorder, type Reply } from '../support/recorder.ts'
import { eventually, gate } from '../support/waiting.ts'

const TOPICS = Array.from({ length: 20 }, (_, at) => `topic_${at}`)

let api: Recorder
afterEach(() => api.close())

interface Setting {
  /** What the API says to a request; it runs what it answers with 202. */
  readonly reply?: (table: string | undefined, nth: number) => Reply
  /** What each sync waits for, or fails with. */
  readonly sync?: () => Promise<unknown>
}

async function namespace({ reply = () => [202], sync: slow }: Setting) {
  const lake = testLake()
  for (const topic of TOPICS) lake.put(`${topic}/2019/09/01/11/a.parquet`, 'v1')
  const activations: { name: string; table: string | undefined; outcome: Promise<Outcome> }[] = []
  const asked = new Map<string | undefined, number>()
  const run = (name: 'scan' | 'sync', params: object): Promise<Outcome> => {
    const lakes = async () => [name === 'sync' ? slowed(lake.lake, slow) : lake.lake]
    const delivery = openWhiskDelivery(
      { __OW_API_HOST: api.url, __OW_API_KEY: 'u:k', __OW_ACTION_NAME: '/guest/goldsync/scan' },
      0,
      { pauses: [1, 1] },
    )
    const id = `activation-${activations.length}`
    const outcome = { scan, sync }[name].invoke({ id, params }, { lakes, log: openLog('silent'), delivery })
    activations.push({ name, table: (params as { table?: string }).table, outcome })
    return outcome
  }
  const take = (_: number, { path, body }: Recorded): Reply => {
    const params = JSON.parse(body) as { table?: string }
    const nth = asked.get(params.table) ?? 0
    asked.set(params.table, nth + 1)
    const answer = reply(params.table, nth)
    if (answer[0] === 202) void run(path.includes('/goldsync/sync?') ? 'sync' : 'scan', params)
    return answer
  }
  api = await openRecorder(take)
  const tables = () => activations.flatMap(({ table }) => table ?? [])
  const ended = async () => {
    await eventually(() => expect(tables().length).toBeGreaterThanOrEqual(TOPICS.length))
    return Promise.all(activations.map(async ({ name, outcome }) => `${name} ${(await outcome).status}`))
  }
  return { run, tables, ended }
}

function slowed(lake: Lake, wait: Setting['sync']): Lake {
  if (!wait) return lake
  const list: Lake['storage']['list'] = async (location, call) => {
    if (location !== lake.location) await wait()
    return lake.storage.list(location, call)
  }
  return { ...lake, storage: { ...lake.storage, list } }
}

const each = TOPICS.map(topic => `golden.${topic}`).toSorted()

it('is accepted before its syncs have ended, and each table is synced once', async () => {
  const slow = gate()
  const { run, tables, ended } = await namespace({ sync: () => slow.opened })
  expect(await run('scan', {})).toMatchObject({ status: 'accepted', report: { handedOn: each } })
  slow.open()
  expect((await ended()).toSorted()).toEqual(['scan accepted', ...TOPICS.map(() => 'sync ok')])
  expect(tables().toSorted()).toEqual(each)
})

it('whose catalog is away ends with one activation a table that says so: OpenWhisk repeats none', async () => {
  const away = () => Promise.reject(new GoldsyncError('UNAVAILABLE', 'the metastore is away'))
  const { run, tables, ended } = await namespace({ sync: away })
  expect(await run('scan', {})).toMatchObject({ status: 'accepted' })
  expect((await ended()).toSorted()).toEqual(['scan accepted', ...TOPICS.map(() => 'sync unavailable')])
  expect(tables().toSorted()).toEqual(each)
})

it('asks again where the limit of a minute is reached, and goes on in another scan where that does not help', async () => {
  const reply = (table: string | undefined, nth: number): Reply => {
    if (table === 'golden.topic_3') return [nth < 2 ? 429 : 202]
    return [table === 'golden.topic_5' && nth < 3 ? 429 : 202]
  }
  const { run, tables, ended } = await namespace({ reply })
  // So that topic_5 is not the first, of which nothing could be told but that OpenWhisk is away.
  await eventually(async () => {
    const outcome = await run('scan', {})
    expect(outcome).toMatchObject({ status: 'accepted' })
  })
  await eventually(() => expect(new Set(tables()).size).toBe(TOPICS.length))
  await ended()
  expect(tables().toSorted()).toEqual(each)
})
