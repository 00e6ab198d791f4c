import { afterEach, describe, expect, test } from 'vitest'
import type { Check } from '../../shared/check/check.ts'
import { runChecks } from '../../shared/check/run-checks.ts'
import { openWebhdfs } from '../../shared/storages/webhdfs/storage.ts'
import { type FakeServer, fakeServer, type Handler } from '../support/fake-server.ts'
import { found, page, redirectTo, standby } from '../support/fake-webhdfs.ts'
import { testLake } from '../support/lake.ts'

const ROOT = 'hdfs://nn/golden'
const NOW = Date.UTC(2026, 10, 20, 8)

const opened: FakeServer[] = []
const serve = async (handler: Handler): Promise<FakeServer> => {
  const server = await fakeServer(handler)
  opened.push(server)
  return server
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map(server => server.close()))
})

/** One hour of one topic; reads go to the DataNode. */
const nameNode = (dataNode: () => string): Handler => {
  const names = ['orders', '2026', '11', '20', '07']
  return (url, response, nth) => {
    if (url.searchParams.get('op') === 'GETFILESTATUS') return found(url, response, nth)
    if (url.searchParams.get('op') === 'OPEN') return redirectTo(dataNode)(url, response, nth)
    const depth = url.pathname.replace('/webhdfs/v1/golden', '').split('/').filter(Boolean).length
    const name = names[depth]
    const entry = name
      ? ({ pathSuffix: name, type: 'DIRECTORY' } as const)
      : ({ pathSuffix: 'a.parquet', length: 100 } as const)
    return page([entry])(url, response, nth)
  }
}

async function checksOf(namenodes: readonly string[]): Promise<readonly Check[]> {
  const storage = await openWebhdfs(ROOT, { namenodes: [...namenodes] }, [0, 0])
  const { lake } = testLake({ more: { createDatabase: true, location: ROOT, storage } })
  const all: Check[] = []
  const configured = { webhook: undefined, needsClock: ['Kerberos'] }
  for await (const check of runChecks([lake], configured, { now: NOW, patience: 240_000 })) all.push(check)
  await storage.close()
  return all.filter(({ area }) => area === 'storage' || area === 'clock')
}

describe('goldsync check on HDFS', () => {
  test('names a DataNode that is dead', async () => {
    const gone = await fakeServer(() => {})
    await gone.close()
    const server = await serve(nameNode(() => gone.origin))
    const checks = await checksOf([server.origin])
    expect(checks.filter(({ state }) => state === 'failed')).toMatchObject([
      { said: expect.stringContaining(gone.origin), fix: expect.any(String) },
    ])
    expect(checks[0]).toMatchObject({ state: 'ok', said: `${server.origin} answers` })
  })

  test('tells the NameNode in standby from the active one', async () => {
    const active = await serve(nameNode(() => active.origin))
    const other = await serve(standby)
    const checks = await checksOf([other.origin, active.origin])
    expect(checks.slice(0, 2)).toMatchObject([
      { state: 'ok', said: `${other.origin} answers, and is in standby` },
      { state: 'ok', said: `${active.origin} answers` },
    ])
  })

  test('fails where all are in standby, and where the clock of one is an hour off', async () => {
    const idle = await serve(standby)
    const checks = await checksOf([idle.origin])
    expect(checks.filter(({ state }) => state === 'failed')).toMatchObject([
      { said: 'all are in standby: none is active' },
    ])
    const late = await serve((url, response, nth) => {
      response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString())
      nameNode(() => late.origin)(url, response, nth)
    })
    expect((await checksOf([late.origin])).at(-1)).toMatchObject({
      area: 'clock',
      state: 'failed',
      said: expect.stringContaining('60 min behind'),
    })
  })
})
