import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { type Check, reportOf } from '../../shared/check/check.ts'
import { sayClocks } from '../../shared/check/clocks.ts'
import { runChecks } from '../../shared/check/run-checks.ts'
import { sayServers } from '../../shared/check/servers.ts'
import { type Secrets, sayWebhook } from '../../shared/check/webhook.ts'
import type { Engine } from '../../shared/engines/engine.ts'
import type { Lake } from '../../shared/run/run.ts'
import type { Parameters } from '../../shared/schema/table.ts'
import { printRuns, ranParameter } from '../../shared/state/ran.ts'
import type { Storage } from '../../shared/storages/storage.ts'
import { openDouble } from '../support/engine-double.ts'
import { ROOT, testLake } from '../support/lake.ts'

const NOW = Date.UTC(2019, 8, 1, 12)

const denied = (about: string) =>
  new GoldsyncError('PERMISSION_DENIED', `${about}: not for you`, { hint: 'grant r-x' })

/** A lake of two hours with all that a run needs, but for what a test takes away. */
async function checked(more: Partial<Lake> = {}, storage: Partial<Storage> = {}, patience = 60_000) {
  const {
    lake,
    put,
    storage: memory,
    catalog,
  } = testLake({ more: { engines: [openDouble().engine], ...more } })
  put('orders/2019/09/01/11/a.parquet', 'v1')
  put('clicks/2019/09/01/10/b.parquet', 'v1')
  const configured = { webhook: undefined, needsClock: [] }
  const all: Check[] = []
  const asked = { ...lake, storage: { ...memory, ...storage } }
  for await (const check of runChecks([asked], configured, { now: NOW, patience })) all.push(check)
  const of = (state: Check['state']) => all.filter(check => check.state === state)
  return { ...reportOf(all), of, steps: catalog.calls.steps }
}

async function checksOf(lake: Lake, now = NOW): Promise<readonly Check[]> {
  const all: Check[] = []
  for await (const check of runChecks(
    [lake],
    { webhook: undefined, needsClock: [] },
    { now, patience: 60_000 },
  ))
    all.push(check)
  return all
}

/** Of two topics, clicks and orders, each with a file that is held back. */
async function twoTables() {
  const lake = testLake({ more: { createDatabase: true } })
  for (const topic of ['clicks', 'orders']) {
    lake.put(`${topic}/2019/09/01/10/a.parquet`, 'v1')
    lake.put(`${topic}/2019/09/01/11/a.parquet`, 'text')
  }
  await lake.scan({ tables: ['clicks'] })
  await lake.scan({ tables: ['orders'] })
  return lake
}

async function setParameters(catalog: Catalog, name: string, parameters: Parameters): Promise<void> {
  const table = { database: 'golden', name }
  await catalog.apply(catalog.plan(table, [{ kind: 'setParameters', table, parameters }]))
}

/** What is said to wait where the table `orders` says so. */
async function waitingOf(parameters: Parameters): Promise<readonly Check[]> {
  const lake = await twoTables()
  await setParameters(lake.catalog, 'orders', parameters)
  return (await checksOf(lake.lake)).filter(({ said }) => said.includes('held back'))
}

describe('goldsync check', () => {
  test('tells in order what a run has, and writes nothing', async () => {
    const { ok, checks, of, steps } = await checked({ createDatabase: true })
    expect([ok, of('failed'), of('warning'), steps]).toEqual([true, [], [], 0])
    expect([...new Set(checks.map(({ area }) => area))]).toEqual([
      'storage',
      'catalog',
      'engine',
      'webhook',
      'clock',
    ])
    const said = checks.map(one => one.said).join('\n')
    expect(said).toContain('can be listed: 2 topics (clicks, orders)')
    expect(said).toContain('files can be read: the end of 2 files')
    expect(said).toContain('database golden is not there; a scan makes it')
  })

  test('names a database that is missing and may not be made', async () => {
    const { ok, of } = await checked({ createDatabase: false })
    expect(ok).toBe(false)
    expect(of('failed')).toMatchObject([
      {
        area: 'catalog',
        said: 'database golden does not exist in memory',
        fix: expect.stringContaining('createDatabase'),
      },
    ])
  })

  test('names a folder that cannot be listed, and goes on', async () => {
    const { lake, storage, put } = testLake({ more: { createDatabase: true } })
    put('orders/2019/09/01/11/a.parquet', 'v1')
    put('clicks/2019/09/01/10/b.parquet', 'v1')
    const list: Storage['list'] = async (directory, call) => {
      if (directory.endsWith('clicks/2019')) throw denied(directory)
      return storage.list(directory, call)
    }
    const configured = { webhook: undefined, needsClock: [] }
    const all: Check[] = []
    const limits = { now: NOW, patience: 60_000 }
    for await (const check of runChecks([{ ...lake, storage: { ...storage, list } }], configured, limits))
      all.push(check)
    const failed = all.filter(({ state }) => state === 'failed')
    expect(failed).toMatchObject([
      { area: 'storage', said: expect.stringContaining('clicks/2019'), fix: 'grant r-x' },
    ])
    expect(all.some(({ said }) => said.includes('the layout'))).toBe(true)
  })

  test('names files that cannot be read, and a DataNode that another one stood in for', async () => {
    const read: Storage['read'] = async location => {
      throw denied(location)
    }
    const refused = await checked({ createDatabase: true }, { read })
    expect(refused.of('failed')).toMatchObject([{ code: 'PERMISSION_DENIED' }, { code: 'PERMISSION_DENIED' }])
    const late: Storage['read'] = async (_location, _offset, length, call) => {
      call?.onRetry?.(1)
      return new Uint8Array(length)
    }
    const again = await checked({ createDatabase: true }, { read: late })
    expect(again.ok).toBe(true)
    expect(again.of('warning')).toMatchObject([
      { said: expect.stringContaining('2 requests had to be sent again') },
    ])
  })

  test('asks nothing of what cannot be asked', async () => {
    const list: Storage['list'] = async directory => {
      throw denied(directory)
    }
    const servers: Storage['servers'] = async () => [
      { server: 'http://nn1', error: { code: 'UNAVAILABLE', message: 'nn1 is down', retryable: true } },
    ]
    const unlisted = await checked({ createDatabase: true }, { list })
    expect(unlisted.of('failed')).toMatchObject([{ code: 'PERMISSION_DENIED' }])
    expect(unlisted.of('notAsked')[0]?.said).toContain('the lake cannot be listed')
    const down = await checked({ createDatabase: true }, { servers })
    expect(down.of('failed')).toMatchObject([{ said: 'nn1 is down' }])
    expect(down.checks.some(({ said }) => said.includes('can be listed'))).toBe(false)
  })

  test('ends a question that is not answered', async () => {
    const list: Storage['list'] = () => new Promise(() => {})
    const { of } = await checked({ createDatabase: true }, { list }, 50)
    expect(of('failed')[0]).toMatchObject({
      code: 'TIMEOUT',
      said: expect.stringContaining('no answer within'),
    })
  })

  test('tells a layout that fits nothing, and the one that the folders suggest', async () => {
    const { lake, put } = testLake({ layout: '{topic}/dt={yyyy}-{MM}-{dd}', more: { createDatabase: true } })
    put('orders/2019/09/01/11/a.parquet', 'v1')
    const all: Check[] = []
    for await (const check of runChecks(
      [lake],
      { webhook: undefined, needsClock: [] },
      { now: NOW, patience: 60_000 },
    ))
      all.push(check)
    expect(all.filter(({ state }) => state === 'failed')).toMatchObject([
      { said: expect.stringContaining('{topic}/{yyyy}/{MM}/{dd}/{HH}') },
    ])
  })

  test('warns where scans have stopped, and of what is held back', async () => {
    const lake = testLake({ more: { createDatabase: true } })
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    lake.put('orders/2019/09/01/11/a.parquet', 'text')
    await lake.scan()
    const ran = { [ranParameter(ROOT)]: printRuns({ scan: { at: NOW, handedOn: false } }) }
    const table = { database: 'golden', name: 'orders' }
    await lake.catalog.apply(lake.catalog.plan(table, [{ kind: 'setParameters', table, parameters: ran }]))
    const told = async (now: number) => {
      const all: Check[] = []
      const configured = { webhook: undefined, needsClock: [] }
      for await (const check of runChecks([lake.lake], configured, { now, patience: 60_000 }))
        if (check.area === 'catalog') all.push(check)
      return all.slice(-2).map(({ state, said }) => [state, said])
    }
    const waits = [
      'warning',
      '1 partition held back or incomplete: golden.orders 2019/09/01/11 (NOT_PARQUET)',
    ]
    const scan = `the last scan of all of ${ROOT} began at 2019-09-01T12:00:00.000Z, or up to an hour later`
    expect(await told(NOW + 2 * 3_600_000)).toEqual([['ok', scan], waits])
    expect(await told(NOW + 2 * 3_600_000 + 1)).toEqual([['warning', scan], waits])
  })

  test.each([
    [
      'some are remembered',
      '[["NOT_PARQUET","2019-09-01T12:00Z","2019/09/01/10",""]]',
      ' (2019/09/01/10 (NOT_PARQUET), …)',
    ],
    ['none is remembered', '', ''],
  ])('warns of more held back than can be named, without a number: %s', async (_case, waits, examples) => {
    const told = await waitingOf({ 'goldsync.pending': '*', 'goldsync.waits': waits })
    const said = `more partitions than can be named are held back or incomplete: golden.orders${examples}`
    expect(told).toMatchObject([
      { said: '1 partition held back or incomplete: golden.clicks 2019/09/01/11 (NOT_PARQUET)' },
      { said, fix: expect.stringContaining('every run scans all') },
    ])
  })

  describe('does not say that scans have stopped', () => {
    const DAYS = 48 * 3_600_000
    const stopped = { [ranParameter(ROOT)]: printRuns({ scan: { at: NOW, handedOn: false } }) }
    const warned = async (more: Partial<Lake>, lake: ReturnType<typeof testLake>) => {
      const checks = await checksOf({ ...lake.lake, ...more }, NOW + DAYS)
      return checks.filter(({ said }) => said.includes('last scan of all')).map(({ state }) => state)
    }

    test('by a catalog that is not the first, where scans do not note it', async () => {
      const lake = await twoTables()
      await setParameters(lake.catalog, 'clicks', stopped)
      expect(await warned({}, lake)).toEqual(['warning'])
      expect(await warned({ catalogs: [openMemoryCatalog('first'), lake.catalog] }, lake)).toEqual([])
    })

    test('by a later table, where one that may keep it was not told of', async () => {
      const lake = await twoTables()
      await setParameters(lake.catalog, 'orders', stopped)
      const inspectAll: Catalog['inspectAll'] = async (database, names, call) => {
        const others = names.filter(name => name !== 'clicks')
        return (await lake.catalog.inspectAll?.(database, others, call)) ?? new Map()
      }
      expect(await warned({ catalogs: [{ ...lake.catalog, inspectAll }] }, lake)).toEqual([])
      // Where it is known not to be there, the later one keeps it.
      expect(await warned({ includes: topic => topic !== 'clicks' }, lake)).toEqual(['warning'])
    })
  })

  test('warns of folders of hours to come', async () => {
    const { lake, put } = testLake({ more: { createDatabase: true } })
    put('orders/2019/09/01/20/a.parquet', 'v1')
    const all: Check[] = []
    for await (const check of runChecks(
      [lake],
      { webhook: undefined, needsClock: [] },
      { now: NOW, patience: 60_000 },
    ))
      all.push(check)
    expect(all.filter(({ state }) => state === 'warning')).toMatchObject([
      { said: expect.stringContaining('begins in 8 hours'), fix: expect.stringContaining('timeZone') },
    ])
  })
})

describe('an engine', () => {
  const withEngine = async (engine: Partial<Engine>) => {
    const { lake, put, scan } = testLake({ more: { createDatabase: true } })
    put('orders/2019/09/01/11/a.parquet', 'v1')
    await scan()
    const all: Check[] = []
    const lakes = [{ ...lake, engines: [openDouble(engine).engine] }]
    for await (const check of runChecks(
      lakes,
      { webhook: undefined, needsClock: [] },
      { now: NOW, patience: 60_000 },
    ))
      all.push(check)
    return all.filter(({ area }) => area === 'engine')
  }

  test('that shows the database and forgets when it is told is well', async () => {
    const refresh = async () => {
      throw new GoldsyncError('NOT_FOUND', 'no table golden.goldsync_check')
    }
    const said = await withEngine({ caching: true, refresh })
    expect(said.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok'])
  })

  test('that may not forget fails, though it was told to cache', async () => {
    const refresh = async () => {
      throw denied('flush_metadata_cache')
    }
    const said = await withEngine({ caching: true, refresh })
    expect(said.at(-1)).toMatchObject({
      state: 'failed',
      said: expect.stringContaining('cannot be made to forget'),
    })
    expect((await withEngine({ caching: false })).at(-1)).toMatchObject({ state: 'notAsked' })
  })

  test('over another metastore fails, and one without its catalog', async () => {
    expect(await withEngine({ databases: async () => ['other'] })).toMatchObject([
      { state: 'ok' },
      { state: 'failed', said: 'it shows no database golden, which memory has' },
      {},
    ])
    const databases = async () => {
      throw new GoldsyncError('NOT_FOUND', "Catalog 'nope' not found", { hint: 'SHOW CATALOGS' })
    }
    expect(await withEngine({ databases })).toMatchObject([
      { state: 'ok' },
      { state: 'failed', fix: 'SHOW CATALOGS' },
      { state: 'notAsked' },
    ])
  })
})

describe('servers of a list', () => {
  const down = {
    server: 'nn2',
    error: { code: 'UNAVAILABLE', message: 'nn2 is down', retryable: true },
  } as const

  test('that are down are a warning where another one serves, and a failure where none does', () => {
    expect(sayServers([{ server: 'nn1' }, down]).map(({ state }) => state)).toEqual(['ok', 'warning'])
    expect(sayServers([{ server: 'nn1', standby: true }, down]).map(({ state }) => state)).toEqual([
      'ok',
      'failed',
    ])
  })

  test('that are all in standby fail', () => {
    const idle = [
      { server: 'nn1', standby: true },
      { server: 'nn2', standby: true },
    ] as const
    expect(sayServers(idle).at(-1)).toMatchObject({ state: 'failed' })
    expect(sayServers([{ server: 'nn1', version: '4.0.1' }])).toMatchObject([
      { state: 'ok', said: 'nn1 answers: version 4.0.1' },
    ])
    expect(sayServers([])).toEqual([])
  })
})

describe('clocks', () => {
  const clock = (minutes: number) => ({
    name: 'nn1',
    clock: { theirs: NOW + minutes * 60_000, from: NOW, to: NOW + 500 },
  })

  test.each([
    [0, ['Kerberos'], 'ok'],
    [-0.5, ['Kerberos'], 'ok'],
    [3, ['Kerberos'], 'warning'],
    [-6, ['Kerberos'], 'failed'],
    [6, [], 'warning'],
  ] as const)('%s minutes apart, with %j', (minutes, needed, state) => {
    expect(sayClocks([clock(minutes)], needed)[0]?.state).toBe(state)
  })

  test('that nobody tells are not judged', () => {
    expect(sayClocks([], ['Kerberos'])[0]?.state).toBe('notAsked')
    expect(sayClocks([clock(-6)], ['Kerberos'])[0]?.said).toContain('6 min behind')
  })
})

describe('secrets of the webhook', () => {
  const good = 'a0b1c2d3e4f5061728394a5b6c7d8e9f'
  test.each([
    [undefined, ['ok']],
    [{ bearer: [good] }, ['ok']],
    [{ bearer: ['0123456789abcdef'] }, ['ok', 'warning']],
    [{ github: ['a'.repeat(40)] }, ['ok', 'warning']],
    [{ bearer: [good, good] }, ['ok', 'warning']],
    [{ bearer: [good], oidc: [{}] }, ['ok', 'ok']],
  ])('%#', (secrets, states) => {
    const said = sayWebhook(secrets)
    expect(said.map(({ state }) => state)).toEqual(states)
    const { bearer = [], github = [] }: Secrets = secrets ?? {}
    for (const secret of [...bearer, ...github]) expect(JSON.stringify(said)).not.toContain(secret)
  })

  test('are not told of where there are none but issuers of tokens', () => {
    const none = { standard: [], github: [], bearer: [], pathToken: [] }
    const said = (secrets: object) => sayWebhook({ ...none, ...secrets }).map(one => one.said)
    expect(said({ oidc: [{}, {}] })).toEqual(["tokens of 2 issuers are taken (goldsync's server only)"])
    expect(said({ bearer: [good], oidc: [{}] })).toEqual([
      'secrets are configured (bearer: 1 secret)',
      "tokens of 1 issuer are taken (goldsync's server only)",
    ])
  })
})
