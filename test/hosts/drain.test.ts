import { once } from 'node:events'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { startServer } from '../../shared/hosts/http/server.ts'
import { lay } from '../support/hosts.ts'
import { eventually, gate, turns } from '../support/waiting.ts'

it('a server that stops finishes work whose caller has hung up before it closes what the work needs', async () => {
  const lake = await mkdtemp(`${tmpdir()}/goldsync-drain-`)
  await mkdir(`${lake}/orders/2026/11/20/07`, { recursive: true })
  await lay(lake, 'orders/v1.parquet', 'orders/2026/11/20/07/part-0.parquet')
  const config = configOf(
    { lakes: [{ location: lake, createDatabase: true }], catalogs: { memory: { kind: 'memory' } } },
    'a config',
    {},
  )
  const telling = gate()
  const told = gate()
  let began = false
  const announce = async () => {
    began = true
    telling.open()
    await told.opened
    return undefined
  }
  const server = await startServer({ config, log: openLog('silent'), announce }, { port: 0 })
  const stop = new AbortController()
  const url = `http://127.0.0.1:${server.port}/invoke/scan`
  const asked = fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
    signal: stop.signal,
  }).catch(() => undefined)
  await telling.opened
  stop.abort()
  await asked
  let isDrained = false
  const drained = server.drain().then(() => {
    isDrained = true
  })
  await eventually(() => expect(fetch(url)).rejects.toThrow())
  await turns()
  expect([began, isDrained]).toEqual([true, false])
  told.open()
  await drained
})

/** A server over a lake with one closed file, with this in its config too, and with this way to tell others. */
async function withClosedFile(
  more: object,
  options: object,
  announce?: () => Promise<undefined>,
  log = openLog('silent'),
) {
  const lake = await mkdtemp(`${tmpdir()}/goldsync-drain-`)
  const path = 'orders/2026/11/20/07/part-0.parquet'
  await mkdir(`${lake}/orders/2026/11/20/07`, { recursive: true })
  await lay(lake, 'orders/v1.parquet', path)
  const config = configOf(
    { lakes: [{ location: lake, createDatabase: true }], catalogs: { memory: { kind: 'memory' } }, ...more },
    'a config',
    {},
  )
  const server = await startServer({ config, log, announce }, { port: 0, ...options })
  const close = async (size = 0) => {
    const response = await fetch(`http://127.0.0.1:${server.port}/invoke/file-closed`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ path: `${lake}/${path}` }).padEnd(size),
    })
    return (await response.json()) as object
  }
  return { server, close }
}

it('a server that stops waits for what goes on behind its answers', async () => {
  const told = gate()
  const { server, close } = await withClosedFile({}, {}, async () => {
    await told.opened
    return undefined
  })
  expect(await close()).toMatchObject({ status: 'ok', report: { files: [{ outcome: 'registered' }] } })
  let isDrained = false
  const drained = server.drain().then(() => {
    isDrained = true
  })
  await eventually(() => expect(close()).rejects.toThrow())
  await turns()
  expect(isDrained).toBe(false)
  told.open()
  await drained
})

it('and leaves an engine that does not answer to the next run, after a while', async () => {
  const silent = createServer(() => undefined)
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  const trino = { kind: 'trino', url: `http://127.0.0.1:${port}`, verify: 'metadata' }
  const { server, close } = await withClosedFile({ engines: { trino } }, { behind: 0 })
  expect(await close()).toMatchObject({ report: { engines: 'later', files: [{ outcome: 'registered' }] } })
  await server.drain()
  silent.closeAllConnections()
  silent.close()
})

it('and a scheduler that does not answer', async () => {
  const silent = createServer(() => undefined)
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  const schedulers = { mine: { kind: 'dagster', url: `http://127.0.0.1:${port}` } }
  const asked = once(silent, 'request')
  const said: unknown[] = []
  const warn = (_: object, message: string) => said.push(message)
  const log = Object.create(openLog('silent'), { warn: { value: warn } }) as ReturnType<typeof openLog>
  const { server, close } = await withClosedFile({ schedulers }, { behind: 0 }, undefined, log)
  expect(await close()).toMatchObject({ report: { files: [{ outcome: 'registered' }] } })
  await asked
  await server.drain()
  expect(said).toContainEqual(expect.stringContaining('mine: 1 of 1: the run was ended'))
  silent.closeAllConnections()
  silent.close()
})

it('and lets answers go that wait for others because of it', async () => {
  const silent = createServer(() => undefined)
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  const trino = { kind: 'trino', url: `http://127.0.0.1:${port}`, verify: 'metadata' }
  const waiting = gate()
  const log = Object.create(openLog('silent'), { warn: { value: waiting.open } }) as ReturnType<
    typeof openLog
  >
  const { server, close } = await withClosedFile({ engines: { trino } }, { behind: 0 }, undefined, log)
  await close(600_000)
  const second = close(600_000)
  await waiting.opened
  const drained = server.drain()
  expect(await second).toMatchObject({ report: { engines: 'later' } })
  await drained
  silent.closeAllConnections()
  silent.close()
})

it('a server whose config says so answers when nothing is left to be done', async () => {
  const [telling, told] = [gate(), gate()]
  const webhook = { bearer: ['a-token-of-32-letters-and-digits'], wait: 'engines' }
  const { server, close } = await withClosedFile({ webhook }, {}, async () => {
    telling.open()
    await told.opened
    return undefined
  })
  let isAnswered = false
  const answer = close().finally(() => {
    isAnswered = true
  })
  await telling.opened
  await turns()
  expect(isAnswered).toBe(false)
  told.open()
  expect(await answer).toMatchObject({ status: 'ok', report: { files: [{ outcome: 'registered' }] } })
  await server.drain()
})
