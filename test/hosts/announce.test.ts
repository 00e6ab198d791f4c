import { CloudEvent, HTTP } from 'cloudevents'
import { afterEach, describe, expect, it } from 'vitest'
import { scan } from '../../functions/scan.ts'
import { openLog } from '../../shared/base/log.ts'
import { isRun, reportOf } from '../../shared/function/outcome.ts'
import { sinkAnnounce } from '../../shared/hosts/announce.ts'
import { testLake } from '../support/lake.ts'
import { closedPort } from '../support/net.ts'
import { openRecorder, type Recorder, type Reply } from '../support/recorder.ts'
import { ENDLESS } from '../support/waiting.ts'

let recorder: Recorder | undefined
afterEach(async () => {
  await recorder?.close()
  recorder = undefined
})

const QUICK = { pauses: [1, 1], limit: ENDLESS }
const toConfig = (url: string) => ({ events: { sink: url } })

/** A lake whose runs are told to a sink that answers so. */
async function toldLake(reply?: (nth: number) => Reply) {
  const opened = await openRecorder(reply)
  recorder = opened
  const lake = testLake()
  const context = {
    lakes: async () => [lake.lake],
    log: openLog('silent'),
    announce: sinkAnnounce(toConfig(`${opened.url}/broker`), {}, QUICK),
  }
  const run = async (params: object = {}, id = 'tick-1') => {
    const outcome = await scan.invoke({ id, params }, context)
    const report = reportOf(outcome)
    if (!isRun(report)) throw new Error(JSON.stringify(outcome))
    return { status: outcome.status, report }
  }
  /** What the SDK makes of it; it throws what is no CloudEvent. */
  const events = () =>
    opened.requests.map(({ headers, body }) => {
      const event = HTTP.toEvent<Record<string, unknown>>({ headers, body })
      if (!(event instanceof CloudEvent)) throw new Error('a batch')
      expect(event.validate()).toBe(true)
      return event
    })
  return { lake, run, events, recorder: opened }
}

describe('what a run changed', () => {
  it('is told as CloudEvents in this order: the table, its new partitions, those that are held back', async () => {
    const { lake, run, events } = await toldLake()
    for (const hour of ['09', '10']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    lake.put('orders/2019/09/01/11/a.parquet', 'truncated')
    await run()
    const about = { runId: 'tick-1', table: 'golden.orders', catalog: 'memory', topic: 'orders' }
    const told = events()
    expect(told).toMatchObject([
      {
        type: 'io.goldsync.table.changed',
        data: { ...about, changes: [{ kind: 'createTable', summary: 'create table golden.orders' }] },
      },
      {
        type: 'io.goldsync.partitions.added',
        data: { ...about, count: 2, partitions: ['2019/09/01/09', '2019/09/01/10'] },
      },
      {
        type: 'io.goldsync.partition.held',
        data: { ...about, partition: '2019/09/01/11', code: 'INCOMPLETE_FILE', message: expect.any(String) },
      },
    ])
    for (const event of told)
      expect(event).toMatchObject({
        specversion: '1.0',
        source: '/goldsync/memory',
        subject: 'golden.orders',
        partitionkey: 'golden.orders',
        datacontenttype: 'application/json',
        time: expect.stringMatching(/^\d{4}-.*Z$/),
      })
    expect(new Set(told.map(({ id }) => id)).size).toBe(3)
  })

  it('is told once: not again by a run that changes nothing, though a partition is still held back', async () => {
    const { lake, run, recorder } = await toldLake()
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    lake.put('orders/2019/09/01/11/a.parquet', 'truncated')
    await run()
    const before = recorder.requests.length
    const { report } = await run({ mode: 'full' })
    expect(report.tables).toMatchObject([{ held: ['2019/09/01/11'], newlyHeld: [], addedPartitions: [] }])
    expect(recorder.requests.length - before).toBe(0)
  })

  it('of a table that stands is a change of its columns', async () => {
    const { lake, run, events } = await toldLake()
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    await run()
    lake.put('orders/2019/09/01/11/a.parquet', 'v2')
    await run({ mode: 'full' })
    const changed = events().filter(({ type }) => type === 'io.goldsync.table.changed')
    expect(changed.at(-1)!.data!.changes).toEqual([
      { kind: 'changeColumnTypes', summary: 'change id from int to bigint' },
      { kind: 'addColumns', summary: 'add 1 column: note' },
    ])
  })

  it('has a bounded size, with the true count', async () => {
    const { lake, run, events } = await toldLake()
    for (let at = 0; at < 1100; at += 1) {
      const date = new Date(Date.UTC(2019, 0, 1, at)).toISOString()
      lake.put(`orders/${date.slice(0, 10).replaceAll('-', '/')}/${date.slice(11, 13)}/a.parquet`, 'v1')
    }
    await run()
    const added = events().find(({ type }) => type === 'io.goldsync.partitions.added')!
    expect(added.data).toMatchObject({ count: 1100, partitions: { length: 1000 } })
  })

  it('is not told by a plan', async () => {
    const { lake, run, recorder } = await toldLake()
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    await run({ dryRun: true })
    expect(recorder.requests).toEqual([])
  })
})

describe('a sink that fails', () => {
  it('for a moment is sent the same event again', async () => {
    const { lake, run, recorder } = await toldLake(nth => [nth < 2 ? 503 : 202])
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    const { report } = await run()
    expect(report.diagnostics).toEqual([])
    const ids = recorder.requests.map(({ headers }) => headers['ce-id'])
    expect([ids.length, new Set(ids).size]).toEqual([4, 2])
  })

  it('fails no run: the report says what was not told', async () => {
    const { lake, run } = await toldLake(() => [500])
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    const { status, report } = await run()
    expect(status).toBe('ok')
    expect(report.tables).toMatchObject([{ outcome: 'changed', partitions: { added: 1 } }])
    expect(report.diagnostics).toMatchObject([
      {
        code: 'EVENTS_NOT_TAKEN',
        severity: 'warning',
        table: 'golden.orders',
        message: expect.stringContaining('2 of 2: 127.0.0.1'),
      },
    ])
  })

  it('or hangs holds no run for long', async () => {
    const never = new Promise<Reply>(() => undefined)
    recorder = await openRecorder(() => never)
    const announce = sinkAnnounce(toConfig(recorder.url), {}, { pauses: [], limit: 50 })!
    const news = { kind: 'partitions.added', runId: 'r', table: 't', catalog: 'c', topic: 'o' } as const
    expect(await announce([{ ...news, count: 0, partitions: [] }])).toContain('no answer within 50 ms')
  })

  it('or is not there is named', async () => {
    const port = await closedPort()
    const announce = sinkAnnounce({ events: undefined }, { K_SINK: `http://127.0.0.1:${port}` }, QUICK)!
    const news = { kind: 'partition.held', runId: 'r', table: 't', catalog: 'c', topic: 'o' } as const
    expect(await announce([{ ...news, partition: 'x' }])).toContain(`1 of 1: 127.0.0.1:${port}`)
  })
})

describe('who is told', () => {
  it('is nobody where neither the config nor the platform names a sink', () => {
    expect(sinkAnnounce({ events: undefined }, {})).toBeUndefined()
  })

  it('is the sink of the config before the platform’s, with the attributes that the platform wants', async () => {
    recorder = await openRecorder()
    const env = {
      K_SINK: 'http://127.0.0.1:1/',
      K_CE_OVERRIDES: '{"extensions": {"team": "lake", "subject": "x"}}',
    }
    const announce = sinkAnnounce(toConfig(recorder.url), env, QUICK)!
    const news = { kind: 'partition.held', runId: 'r', table: 'golden.t', catalog: 'c', topic: 'o' } as const
    expect(await announce([{ ...news, partition: 'x' }])).toBeUndefined()
    expect(recorder.requests[0]!.headers).toMatchObject({ 'ce-team': 'lake', 'ce-subject': 'golden.t' })
  })
})
