import { mkdir, mkdtemp } from 'node:fs/promises'
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
