import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { scan } from '../../functions/scan.ts'
import { openLog } from '../../shared/base/log.ts'
import type { Check } from '../../shared/check/check.ts'
import { runChecks } from '../../shared/check/run-checks.ts'
import { configOf } from '../../shared/config/config.ts'
import { connect } from '../../shared/function/connect.ts'
import { isRun, reportOf } from '../../shared/function/outcome.ts'
import { schedulersTo } from '../../shared/hosts/schedulers.ts'
import { openAirflow } from '../../shared/schedulers/airflow/airflow.ts'
import { airflowOptions } from '../../shared/schedulers/airflow/options.ts'
import { ask } from '../../shared/schedulers/ask.ts'
import type { NewPartition } from '../../shared/schedulers/scheduler.ts'
import { type TestLakeOptions, testLake } from '../support/lake.ts'
import { closedPort, testAuthority, testCertificate } from '../support/net.ts'
import { openRecorder, type Recorded, type Recorder, type Reply } from '../support/recorder.ts'
import { ENDLESS } from '../support/waiting.ts'

let recorder: Recorder | undefined
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'goldsync-schedulers-'))
})
afterEach(async () => {
  rmSync(folder, { recursive: true })
  await recorder?.close()
  recorder = undefined
})

const LAKE = {
  lakes: [{ location: '/golden' }],
  catalogs: { memory: { kind: 'memory' }, other: { kind: 'memory' } },
}

const PARTITION: NewPartition = {
  runId: 'r',
  catalog: 'memory',
  first: true,
  database: 'golden',
  table: 'orders',
  topic: 'orders',
  partition: 'x',
  time: {},
  texts: ['x'],
}

const QUICK = { pauses: [1, 1], limit: ENDLESS }

type Answering = (request: Recorded, nth: number) => Reply | Promise<Reply>

interface Options extends TestLakeOptions {
  readonly limits?: { readonly pauses?: readonly number[]; readonly limit?: number }
}

/** A lake whose runs are told to one scheduler that answers so. */
async function toldLake(scheduler: object, answering: Answering, { limits = QUICK, ...more }: Options = {}) {
  const opened = await openRecorder((nth, request) => answering(request, nth))
  recorder = opened
  const lake = testLake(more)
  const config = configOf(
    { ...LAKE, schedulers: { mine: { url: opened.url, ...scheduler } } },
    'the test',
    {},
  )
  const tellSchedulers = schedulersTo(config, connect(config), limits)
  const run = async (params: object = {}) => {
    const context = { lakes: async () => [lake.lake], log: openLog('silent'), tellSchedulers }
    const report = reportOf(await scan.invoke({ id: 'tick-1', params }, context))
    if (!isRun(report)) throw new Error('no report')
    return report
  }
  const posted = () => opened.requests.filter(({ path }) => path !== '/auth/token' && !path.includes('?'))
  return { lake, run, requests: opened.requests, bodies: () => posted().map(({ body }) => JSON.parse(body)) }
}

const ORDERS = { id: 7, name: 'golden.orders', uri: 'golden.orders' }
const OTHERS = { id: 8, name: 'golden.orders_2', uri: 'golden.orders_2' }
const assets = (...found: readonly object[]): Reply => [
  200,
  {},
  JSON.stringify({ assets: found, total_entries: found.length }),
]
const token = (text: string): Reply => [201, {}, JSON.stringify({ access_token: text })]

/** As Airflow 3.3 answers. */
const airflow: Answering = ({ path }) =>
  path === '/auth/token' ? token('t0ken') : path.includes('?') ? assets(OTHERS, ORDERS) : [200]

const AIRFLOW = { kind: 'airflow', auth: { kind: 'basic', user: 'goldsync', password: 's3cret' } }

describe('airflow', () => {
  it('has an event of the table’s asset for each new partition, with its hour as the key', async () => {
    const { lake, run, requests, bodies } = await toldLake(AIRFLOW, airflow)
    for (const hour of ['10', '09']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    expect((await run()).diagnostics).toEqual([])
    expect(bodies()).toEqual(
      ['09', '10'].map(hour => ({
        asset_id: 7,
        partition_key: `2019-09-01T${hour}:00:00`,
        extra: {
          table: 'golden.orders',
          catalog: 'memory',
          topic: 'orders',
          partition: `2019/09/01/${hour}`,
          partition_key: `2019-09-01T${hour}:00:00`,
          goldsync_run: 'tick-1',
        },
      })),
    )
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /auth/token',
      'GET /api/v2/assets?name_pattern=golden.orders&limit=100&offset=0',
      'POST /api/v2/assets/events',
      'POST /api/v2/assets/events',
    ])
    expect(JSON.parse(requests[0]!.body)).toEqual({ username: 'goldsync', password: 's3cret' })
    expect(requests.slice(1).map(({ headers }) => headers.authorization)).toEqual(
      Array(3).fill('Bearer t0ken'),
    )
  })

  it('is told nothing by runs that add nothing, and by plans', async () => {
    const { lake, run, requests } = await toldLake(AIRFLOW, airflow)
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    await run({ dryRun: true })
    expect(requests).toEqual([])
    await run()
    const before = requests.length
    lake.put('orders/2019/09/01/11/a.parquet', 'truncated')
    await run({ mode: 'full' })
    expect(requests.length - before).toBe(0)
  })

  it('is asked for token and asset once, whatever comes after', async () => {
    const { lake, run, requests } = await toldLake(AIRFLOW, airflow)
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    await run()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await run({ mode: 'full' })
    expect(requests.map(({ path }) => path.replace(/\?.*/, ''))).toEqual([
      '/auth/token',
      '/api/v2/assets',
      '/api/v2/assets/events',
      '/api/v2/assets/events',
    ])
  })

  it('knows no asset of a table that no DAG waits for, which is no fault, and is asked for it once', async () => {
    const { lake, run, bodies, requests } = await toldLake(AIRFLOW, ({ path }) =>
      path === '/auth/token' ? token('t') : assets(OTHERS),
    )
    for (const hour of ['09', '10', '11']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    expect((await run()).diagnostics).toEqual([])
    expect(bodies()).toEqual([])
    expect(requests.filter(({ path }) => path.includes('?')).length).toBe(1)
  })

  it('is asked again after half a minute for an asset that it did not know, and once by all who ask at once', async () => {
    let found: readonly object[] = []
    recorder = await openRecorder((_, { path }) =>
      path === '/auth/token' ? token('t') : path.includes('?') ? assets(...found) : [200],
    )
    const options = airflowOptions.parse({ url: recorder.url, ...AIRFLOW })
    let now = 0
    const { tell } = openAirflow('mine', options, () => now)
    const { signal } = new AbortController()
    const tellAll = async () => {
      const before = recorder!.requests.length
      await Promise.all([1, 2, 3].map(() => tell(PARTITION, signal)))
      return recorder!.requests.slice(before).map(({ path }) => path.replace(/\?.*/, ''))
    }
    expect(await tellAll()).toEqual(['/auth/token', '/api/v2/assets'])
    found = [ORDERS]
    now = 29_999
    expect(await tellAll()).toEqual([])
    now = 30_000
    expect(await tellAll()).toEqual(['/api/v2/assets', ...Array(3).fill('/api/v2/assets/events')])
  })

  it('names assets page by page, and by their URIs', async () => {
    const full = Array.from({ length: 100 }, (_, at) => ({ ...OTHERS, id: at + 100 }))
    const page = (found: readonly object[]): Reply => [
      200,
      {},
      JSON.stringify({ assets: found, total_entries: 101 }),
    ]
    const asset = 'hdfs://lake/golden/{topic}'
    const { lake, run, bodies, requests } = await toldLake({ ...AIRFLOW, asset }, ({ path }) => {
      if (path === '/auth/token') return token('t')
      if (path.endsWith('offset=0')) return page(full)
      return path.includes('?') ? page([{ id: 9, name: 'x', uri: 'hdfs://lake/golden/orders' }]) : [200]
    })
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    expect((await run()).diagnostics).toEqual([])
    expect(bodies()).toMatchObject([{ asset_id: 9 }])
    expect(requests[2]!.path).toContain(
      'uri_pattern=hdfs%3A%2F%2Flake%2Fgolden%2Forders&limit=100&offset=100',
    )
  })

  it('of a version that knows no partition keys gets them beside the event alone', async () => {
    const detail = [
      { type: 'extra_forbidden', loc: ['body', 'partition_key'], msg: 'Extra inputs are not permitted' },
    ]
    const { lake, run, bodies } = await toldLake(AIRFLOW, (request, nth) => {
      const keyed = request.path.endsWith('/events') && 'partition_key' in JSON.parse(request.body)
      return keyed ? [422, {}, JSON.stringify({ detail })] : airflow(request, nth)
    })
    for (const hour of ['09', '10']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    expect((await run()).diagnostics).toEqual([])
    expect(bodies().map(body => [body.partition_key, body.extra.partition_key])).toEqual([
      ['2019-09-01T09:00:00', '2019-09-01T09:00:00'],
      [undefined, '2019-09-01T09:00:00'],
      [undefined, '2019-09-01T10:00:00'],
    ])
  })

  it('gets no key where the config says so: what is scheduled by the asset alone starts', async () => {
    const { lake, run, bodies } = await toldLake({ ...AIRFLOW, partitionKey: false }, airflow)
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    await run()
    expect(bodies()).toMatchObject([{ asset_id: 7, extra: { partition: '2019/09/01/10' } }])
    expect(bodies()[0]).not.toHaveProperty('partition_key')
  })

  it.each([401, 403])(
    'is asked for another token where it refuses the one that there is with %s',
    async status => {
      const tokens = ['t1', 't2', 't3']
      const { lake, run, bodies } = await toldLake(AIRFLOW, (request, nth) => {
        if (request.path === '/auth/token') return token(tokens.shift()!)
        return request.headers.authorization === 'Bearer t1' ? [status] : airflow(request, nth)
      })
      lake.put('orders/2019/09/01/10/a.parquet', 'v1')
      expect((await run()).diagnostics).toEqual([])
      expect([tokens, bodies().length]).toEqual([['t3'], 1])
    },
  )

  it('takes a token of a file, and the one that was put in its place', async () => {
    const file = join(folder, 'token')
    writeFileSync(file, 'first')
    const auth = { kind: 'bearer', token: { file } }
    const { lake, run, requests } = await toldLake({ ...AIRFLOW, auth }, (request, nth) => {
      if (request.headers.authorization !== 'Bearer first') return airflow(request, nth)
      writeFileSync(file, 'second-one\n')
      return [401]
    })
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    expect((await run()).diagnostics).toEqual([])
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second-one',
      'Bearer second-one',
    ])
  })

  it('finds the asset again where its id is another', async () => {
    let lost = false
    const { lake, run, requests } = await toldLake(AIRFLOW, (request, nth) => {
      if (!request.path.endsWith('/events') || lost) return airflow(request, nth)
      lost = true
      return [404, {}, '{"detail":"Asset with ID: `7` was not found"}']
    })
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    expect((await run()).diagnostics).toEqual([])
    expect(requests.filter(({ path }) => path.includes('?')).length).toBe(2)
  })
})

describe('dagster', () => {
  const DAGSTER = { kind: 'dagster' }

  it('is told of a materialization for each new partition, as its hourly partitions are spelled', async () => {
    const headers = { 'Dagster-Cloud-Api-Token': 't0ken' }
    const { lake, run, requests, bodies } = await toldLake({ ...DAGSTER, headers }, () => [200])
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    expect((await run()).diagnostics).toEqual([])
    expect(bodies()).toEqual([
      {
        asset_key: ['golden', 'orders'],
        partition: '2019-09-01-10:00',
        metadata: {
          'dagster/table_name': 'golden.orders',
          catalog: 'memory',
          topic: 'orders',
          partition: '2019/09/01/10',
          runId: 'tick-1',
        },
        description: 'registered by goldsync: golden.orders, partition 2019/09/01/10',
      },
    ])
    const [request] = requests
    expect([request!.path, request!.headers['dagster-cloud-api-token']]).toEqual([
      '/report_asset_materialization/',
      't0ken',
    ])
  })

  it.each([
    ['{topic}/{yyyy}/{MM}/{dd}', 'orders/2019/09/01', '2019-09-01'],
    ['{topic}/{yyyy}/{MM}', 'orders/2019/09', '2019-09-01'],
    ['{topic}/{region}/{yyyy}/{MM}/{dd}', 'orders/eu/2019/09/01', 'eu|2019-09-01'],
  ])('has keys of its own spelling for %s', async (layout, path, key) => {
    const { lake, run, bodies } = await toldLake(DAGSTER, () => [200], { layout })
    lake.put(`${path}/a.parquet`, 'v1')
    await run()
    expect(bodies()).toMatchObject([{ partition: key }])
  })

  it('is told of one catalog: the lake’s first, or the one that the config names', async () => {
    for (const [catalog, count] of [
      [undefined, 1],
      ['memory', 1],
      ['other', 0],
    ] as const) {
      const { lake, run, requests } = await toldLake({ ...DAGSTER, ...(catalog ? { catalog } : {}) }, () => [
        200,
      ])
      lake.put('orders/2019/09/01/10/a.parquet', 'v1')
      await run()
      expect([catalog, requests.length]).toEqual([catalog, count])
      await recorder!.close()
    }
  })
})

describe('a scheduler that fails', () => {
  const DAGSTER = { kind: 'dagster', headers: { authorization: 'Bearer t0p-s3cret' } }
  const put = (lake: { put(path: string, kind: 'v1'): void }) => {
    for (const hour of ['09', '10', '11']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
  }

  it('for a moment is told again', async () => {
    const { lake, run, requests } = await toldLake(DAGSTER, (_, nth) => [nth < 2 ? 503 : 200])
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    expect((await run()).diagnostics).toEqual([])
    expect(requests.length).toBe(3)
  })

  it.each([
    [401, '{"error":"Not authorized to report runless asset events."}', 1],
    [500, 'broken', 1],
    [502, 'the gateway knows of nothing', 1],
    [504, 'the gateway has waited', 1],
    [503, 'busy', 3],
    [429, 'too many', 3],
    [302, '', 1],
  ])(
    'with %s fails no run, and is told no more: the report says how many it does not know',
    async (status, said, requested) => {
      const { lake, run, requests } = await toldLake(DAGSTER, () => [status, {}, said])
      put(lake)
      const { diagnostics, tables } = await run()
      expect(tables).toMatchObject([{ outcome: 'changed', partitions: { added: 3 } }])
      expect(diagnostics).toMatchObject([
        {
          code: 'SCHEDULER_NOT_TOLD',
          severity: 'warning',
          table: 'golden.orders',
          message: expect.stringMatching(
            new RegExp(`: mine: 3 of 3: 127\\.0\\.0\\.1:\\d+ answered ${status}`),
          ),
        },
      ])
      expect(requests.length).toBe(requested)
      expect(JSON.stringify(diagnostics)).not.toContain('s3cret')
    },
  )

  it.each([
    ['Dagster', DAGSTER, 1],
    ['Airflow', AIRFLOW, 3],
  ])(
    '%s: what it may have taken is not told again, though its answer is lost',
    async (_, scheduler, requested) => {
      const { lake, run, requests } = await toldLake(scheduler, (request, nth) => {
        if (request.method === 'GET' || request.path === '/auth/token') return airflow(request, nth)
        recorder!.cut()
        return new Promise<Reply>(() => {})
      })
      lake.put('orders/2019/09/01/10/a.parquet', 'v1')
      expect((await run()).diagnostics).toMatchObject([
        { code: 'SCHEDULER_NOT_TOLD', message: expect.stringContaining('mine: 1 of 1: ') },
      ])
      expect(requests.length).toBe(requested)
    },
  )

  it('while it is asked for what there is, is asked again: that starts nothing', async () => {
    let cuts = 0
    const { lake, run, bodies } = await toldLake(AIRFLOW, (request, nth) => {
      if (request.method !== 'GET' || cuts > 0) return airflow(request, nth)
      cuts += 1
      recorder!.cut()
      return new Promise<Reply>(() => {})
    })
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    expect((await run()).diagnostics).toEqual([])
    expect([cuts, bodies().length]).toEqual([1, 1])
  })

  it('to be connected to is tried again', async () => {
    const port = await closedPort()
    const server = { name: 'mine', url: `http://127.0.0.1:${port}`, tls: {} }
    const request = { path: 'events', headers: {}, body: {}, starts: true }
    await expect(ask(server, request, new AbortController().signal)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
    })
  })

  it('after some of them is told of those that are left', async () => {
    const { lake, run } = await toldLake(DAGSTER, (_, nth) => [nth === 0 ? 200 : 400])
    put(lake)
    expect((await run()).diagnostics).toMatchObject([{ message: expect.stringContaining('mine: 2 of 3: ') }])
  })

  it('or hangs holds no run for long', async () => {
    const limits = { pauses: [], limit: 50 }
    const { lake, run } = await toldLake(DAGSTER, () => new Promise<Reply>(() => {}), { limits })
    put(lake)
    expect((await run()).diagnostics).toMatchObject([
      { message: expect.stringContaining('mine: 3 of 3: no answer within 50 ms') },
    ])
  })

  it('or is not there is named', async () => {
    const port = await closedPort()
    const { lake, run } = await toldLake({ ...DAGSTER, url: `http://127.0.0.1:${port}` }, () => [200])
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    expect((await run()).diagnostics).toMatchObject([
      { message: expect.stringContaining(`mine: 1 of 1: 127.0.0.1:${port}: `) },
    ])
  })

  it('to know the user is asked for a token once, and its refusal, which may repeat the password, is not shown', async () => {
    const { lake, run, requests } = await toldLake(AIRFLOW, ({ body }) => [422, {}, `{"input": ${body}}`])
    put(lake)
    const first = await run()
    lake.put('orders/2019/09/01/12/a.parquet', 'v1')
    const second = await run({ mode: 'full' })
    for (const { diagnostics } of [first, second]) {
      expect(diagnostics).toMatchObject([
        { message: expect.stringContaining('gives goldsync no token: auth/token answered 422') },
      ])
      expect(JSON.stringify(diagnostics)).not.toContain('s3cret')
    }
    expect(requests.length).toBe(1)
  })

  it('since the token’s file is gone fails no run', async () => {
    const auth = { kind: 'bearer', token: { file: join(folder, 'none') } }
    const { lake, run } = await toldLake({ ...AIRFLOW, auth }, airflow)
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    expect((await run()).diagnostics).toMatchObject([
      { code: 'SCHEDULER_NOT_TOLD', message: expect.stringContaining('schedulers.mine.auth.token') },
    ])
  })

  it('and answers with something else than assets is named', async () => {
    const { lake, run } = await toldLake(AIRFLOW, ({ path }) =>
      path === '/auth/token' ? token('t') : [200, {}, '<html>'],
    )
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    expect((await run()).diagnostics).toMatchObject([
      { message: expect.stringContaining('the answer to api/v2/assets is no list of assets') },
    ])
  })

  it('does not keep the others from being told', async () => {
    recorder = await openRecorder()
    const schedulers = {
      gone: { kind: 'dagster', url: `http://127.0.0.1:${await closedPort()}` },
      there: { kind: 'dagster', url: recorder.url },
    }
    const config = configOf({ ...LAKE, schedulers }, 'the test', {})
    const tell = schedulersTo(config, connect(config), { pauses: [], limit: ENDLESS })!
    expect(await tell([PARTITION])).toMatch(/^gone: 1 of 1: [^;]*$/)
    expect(recorder.requests.length).toBe(1)
  })
})

describe('over https', () => {
  it.each([
    ['the authority of the config', { ca: testAuthority }, undefined],
    ['no other', {}, /^mine: 1 of 1: localhost:\d+: .*(certificate|self.signed)/],
  ])('%s is trusted', async (_, tls, said) => {
    const server = createServer(testCertificate(), (_request, response) => response.end('{}'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `https://localhost:${(server.address() as AddressInfo).port}`
    const config = configOf({ ...LAKE, schedulers: { mine: { kind: 'dagster', url, tls } } }, 'the test', {})
    const told = await schedulersTo(config, connect(config), { pauses: [], limit: ENDLESS })!([PARTITION])
    server.close()
    if (said === undefined) expect(told).toBeUndefined()
    else expect(told).toMatch(said)
  })
})

describe('goldsync check', () => {
  /** What it says of one scheduler. */
  async function checked(scheduler: object, answering: Answering): Promise<readonly Check[]> {
    recorder = await openRecorder((nth, request) => answering(request, nth))
    const config = configOf(
      { ...LAKE, schedulers: { mine: { url: recorder.url, ...scheduler } } },
      'the test',
      {},
    )
    const schedulers = await connect(config).schedulers()
    const found: Check[] = []
    const configured = { webhook: undefined, schedulers, needsClock: [] }
    const limits = { now: Date.now(), patience: ENDLESS }
    for await (const check of runChecks([], configured, limits)) found.push(check)
    return found.filter(({ area }) => area === 'scheduler')
  }

  it.each([
    ['Airflow', AIRFLOW, airflow, 'mine answers: Airflow with 2 assets'],
    [
      'Dagster',
      { kind: 'dagster' },
      (): Reply => [200, {}, '{"dagster_webserver_version":"1.13.28","dagster_version":"1.13.28"}'],
      'mine answers: Dagster 1.13.28',
    ],
  ])('says of %s that it answers, and tells it nothing', async (_, scheduler, answering, said) => {
    expect(await checked(scheduler, answering)).toEqual([
      { area: 'scheduler', subject: 'mine', state: 'ok', said },
      { area: 'scheduler', subject: 'mine', state: 'notAsked', said: expect.any(String) },
    ])
    expect(recorder!.requests.map(({ path }) => path)).not.toContain('/api/v2/assets/events')
  })

  it('says of one that does not take who goldsync is what to look at', async () => {
    expect(await checked(AIRFLOW, () => [401])).toMatchObject([
      { state: 'failed', code: 'AUTHENTICATION_FAILED', fix: 'check schedulers.mine.auth' },
    ])
    expect(await checked({ kind: 'dagster' }, () => [403])).toMatchObject([{ code: 'PERMISSION_DENIED' }])
  })
})

describe('the config', () => {
  const problem = (scheduler: object): string => {
    try {
      configOf({ ...LAKE, schedulers: { mine: scheduler } }, 'the test', {})
      return ''
    } catch (error) {
      return (error as Error).message
    }
  }
  const url = 'http://dagster:3000'

  it.each([
    [
      'a catalog that is not there',
      { kind: 'dagster', url, catalog: 'hive' },
      'schedulers.mine.catalog: hive is not defined',
    ],
    [
      'an asset that is the same for all tables',
      { kind: 'dagster', url, asset: 'golden' },
      'expected {database}',
    ],
    ['a variable that is none', { kind: 'dagster', url, asset: '{tabel}' }, 'expected {database}'],
    ['a user in the address', { kind: 'dagster', url: 'http://me:s3cret@dagster' }, 'no user, password'],
    ['Airflow without a user', { kind: 'airflow', url }, 'schedulers.mine.auth'],
  ])('refuses %s', (_, scheduler, said) => {
    expect(problem(scheduler)).toContain(said)
    expect(problem(scheduler)).not.toContain('s3cret')
  })
})
