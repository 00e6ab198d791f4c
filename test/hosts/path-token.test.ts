import { createHmac } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withoutSecrets } from '../../shared/base/without-secrets.ts'
import { configOf } from '../../shared/config/config.ts'
import { withExposure } from '../../shared/hosts/exposure.ts'
import { startServer } from '../../shared/hosts/http/server.ts'
import { fileClosed } from '../../shared/hosts/openwhisk.ts'
import { openTracing } from '../../shared/hosts/telemetry/tracer.ts'
import { makeLake } from '../support/hosts.ts'
import { openReceiver } from '../support/otlp.ts'

const OLD = 'old-token-of-a-sender_that_sets_no_header'
const NEW = 'new-token-of-a-sender_that_sets_no_header'
const BEARER = 'a-token-of-some-length'

let lake: string
beforeEach(async () => {
  lake = await makeLake()
})
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  await rm(lake, { recursive: true, force: true })
})

const settings = (webhook: object | undefined) => ({
  lakes: [{ location: lake, createDatabase: true }],
  catalogs: { memory: { kind: 'memory' } },
  ...(webhook ? { webhook } : {}),
})

const body = (name = 'part-0.parquet') => JSON.stringify({ path: `${lake}/orders/2026/11/20/06/${name}` })

/** With all that it logs, at any level. */
async function serve(webhook: object, exposure: 'public' | 'cluster-local' = 'public') {
  const receiver = await openReceiver()
  closing.push(receiver.close)
  const tracing = await openTracing({ otlp: { url: receiver.url, headers: {}, tls: {} } }, () => undefined)
  const config = withExposure(configOf(settings(webhook), 'a config', {}), { GOLDSYNC_EXPOSURE: exposure })
  const told: unknown[] = []
  const tell = (...all: unknown[]) => void told.push(...all)
  const log = { debug: tell, info: tell, warn: tell, error: tell, audit: tell }
  const server = await startServer({ config, log, tracing }, { port: 0 })
  closing.push(server.drain)
  const url = `http://127.0.0.1:${server.port}`
  const send = async (path: string, headers: Record<string, string> = {}, text = body()) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: text,
    })
    return { status: response.status, text: await response.text() }
  }
  const said = async () => {
    await tracing.flush(10_000)
    return JSON.stringify([told, receiver.requests.map(request => request.body)])
  }
  return { url, send, said }
}

describe('a token in the address', () => {
  it('is proof enough, the old and the new one while one is replaced', async () => {
    const { send } = await serve({ pathToken: [NEW, OLD] })
    for (const token of [OLD, NEW]) {
      const { status, text } = await send(`/webhook/${token}`)
      expect([status, text]).toEqual([200, expect.stringContaining('"registered"')])
    }
  })

  it.each([
    ['another token', '/webhook/another-token-of-a-sender_that_sets_none', 401],
    ['half of it', `/webhook/${OLD.slice(0, 20)}`, 401],
    ['more than it', `/webhook/${OLD}/`, 401],
    ['none', '/webhook/', 422],
    ['one in the query', `/webhook?token=${OLD}`, 422],
    ['one for another function', `/invoke/file-closed/${OLD}`, 422],
    ['one for scans', `/invoke/scan/${OLD}`, 422],
    ['one at the root', `/${OLD}`, 422],
  ])('is refused: %s', async (_, path, expected) => {
    const { send, said } = await serve({ pathToken: [OLD] })
    const { status, text } = await send(path)
    expect([status, text]).toEqual([expected, expect.not.stringContaining(OLD)])
    expect(await said()).not.toContain(OLD)
  })

  it('opens nothing where none is configured, and nothing else where it is the only secret', async () => {
    const bearer = await serve({ bearer: [BEARER] })
    expect((await bearer.send(`/webhook/${OLD}`)).status).toBe(422)
    const { send } = await serve({ pathToken: [OLD] })
    expect((await send('/webhook', { authorization: `Bearer ${OLD}` })).status).toBe(422)
  })

  it('does not make up for a wrong signature, and is not spoiled by a header of a proxy', async () => {
    const { send } = await serve({ pathToken: [OLD], github: [BEARER], bearer: [BEARER] })
    const wrong = createHmac('sha256', 'another').update(body()).digest('hex')
    expect((await send(`/webhook/${OLD}`, { 'x-hub-signature-256': `sha256=${wrong}` })).status).toBe(401)
    expect((await send(`/webhook/${OLD}`, { authorization: 'Basic dXNlcjpwYXNz' })).status).toBe(200)
    expect((await send('/webhook', { authorization: `Bearer ${BEARER}` })).status).toBe(200)
  })

  it('is in no log, answer, metric or span, whatever becomes of the request', async () => {
    const { url, send, said } = await serve({ pathToken: [OLD] }, 'cluster-local')
    const answers = [
      await send(`/webhook/${OLD}`),
      await send(`/webhook/${OLD}`, {}, '{'),
      await send(`/webhook/${OLD}`, { 'content-type': 'text/xml' }),
      await send(`/webhook/${OLD}`, {}, '{"path": "s3://elsewhere/a.parquet"}'),
      await send(`/webhook/${OLD}?x=1`),
      await send(`/webhooks/${OLD}`),
      await send(`/webhook/${OLD}${OLD}`),
      { text: await (await fetch(`${url}/webhook/${OLD}`)).text() },
      { text: await (await fetch(`${url}/webhook/${OLD}`, { method: 'DELETE' })).text() },
      { text: await (await fetch(`${url}/webhook/${OLD}`, { method: 'OPTIONS' })).text() },
      { text: await (await fetch(`${url}/metrics`)).text() },
      { text: await (await fetch(`${url}/`)).text() },
    ]
    expect(answers.slice(0, 7).map(answer => 'status' in answer && answer.status)).toEqual([
      200, 400, 415, 422, 200, 422, 401,
    ])
    expect(JSON.stringify(answers)).not.toContain(OLD)
    const all = await said()
    expect(all).toContain('/webhook/TOKEN')
    expect(all).toContain('faas.invocation_id')
    expect(all).not.toContain(OLD)
  })

  it('is taken out of what others say of the address', () => {
    expect(withoutSecrets(`connect ECONNREFUSED https://goldsync.example.com/webhook/${OLD}?x`)).toBe(
      'connect ECONNREFUSED https://goldsync.example.com/webhook/[Redacted]?x',
    )
  })

  it.each(['short', `${OLD}/x`, `${OLD}%20`, 'with a blank that no address has in it'])(
    'is such that nobody guesses it, and nothing changes it on its way: %s',
    token => {
      const read = () => configOf(settings({ pathToken: [token] }), 'a config', {})
      expect(read).toThrow(/webhook.pathToken\[0\]: must have at least 32 letters/)
      expect(read).toThrow(expect.objectContaining({ message: expect.not.stringContaining(token) }))
    },
  )
})

describe('a raw web action', () => {
  const web = (path: string, webhook: object) =>
    fileClosed({
      GOLDSYNC_CONFIG: { ...settings(webhook), log: { level: 'silent' } },
      __ow_method: 'post',
      __ow_path: path,
      __ow_headers: { 'content-type': 'application/json' },
      __ow_body: Buffer.from(body()).toString('base64'),
    })

  it('takes a token that follows its name', async () => {
    expect(await web(`/${OLD}`, { pathToken: [NEW, OLD] })).toMatchObject({ statusCode: 200 })
  })

  it.each([
    ['', { pathToken: [OLD] }],
    ['/', { pathToken: [OLD] }],
    [`/${NEW}`, { pathToken: [OLD] }],
    [`/x/${OLD}`, { pathToken: [OLD] }],
    [`/${OLD}`, { bearer: [OLD] }],
  ])('refuses %s', async (path, webhook) => {
    const answer = await web(path, webhook)
    expect(answer).toMatchObject({ statusCode: 401 })
    expect(JSON.stringify(answer)).not.toContain(OLD)
  })
})
