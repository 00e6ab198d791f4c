/** Callers that have tokens of an OpenID provider: what goldsync's server asks for, and where. */
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { withExposure } from '../../shared/hosts/exposure.ts'
import { startServer } from '../../shared/hosts/http/server.ts'
import { fileClosed } from '../../shared/hosts/openwhisk.ts'
import { oidcProvider, type SigningKey, signingKey } from '../support/oidc-provider.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const EVENT = {
  ...JSON_TYPE,
  'ce-specversion': '1.0',
  'ce-id': '1',
  'ce-source': '/me',
  'ce-type': 'io.goldsync.scan',
}
const SECRET = 'a-secret-of-32-letters-and-digits'
const LAKE = mkdtempSync(join(tmpdir(), 'goldsync-oidc-'))
const BASE = { lakes: [{ location: LAKE }], catalogs: { memory: { kind: 'memory' } } }

describe('a server that asks callers for tokens', () => {
  const closing: (() => unknown)[] = []
  let key: SigningKey
  let provider: Awaited<ReturnType<typeof oidcProvider>>
  beforeAll(async () => {
    key = await signingKey('one')
  })
  afterAll(() => rmSync(LAKE, { recursive: true }))
  beforeEach(async () => {
    provider = await oidcProvider(key)
    closing.push(provider.close)
  })
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  const trusted = (...subjects: string[]) => [
    { issuer: provider.issuer, audience: 'goldsync', subjects, tls: provider.tls },
  ]
  const token = async (sub: string, more: object = {}) => {
    const exp = Math.floor(Date.now() / 1000) + 600
    const signed = await key.sign({ iss: provider.issuer, aud: 'goldsync', sub, exp, ...more })
    return { authorization: `Bearer ${signed}` }
  }

  async function serve(config: object, env: NodeJS.ProcessEnv = {}) {
    const read = withExposure(configOf({ ...BASE, ...config }, 'a config', {}), env)
    const server = await startServer({ config: read, log: openLog('silent') }, { port: 0 })
    closing.push(server.drain)
    return async (path: string, headers: Record<string, string>, body = '{}') => {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
        method: 'POST',
        headers,
        body,
      })
      const text = await response.text()
      return { status: response.status, text, headers: response.headers }
    }
  }

  it('has events and calls of those on its list alone', async () => {
    const send = await serve({ server: { oidc: trusted('broker') } })
    for (const [path, headers] of [
      ['/', EVENT],
      ['/invoke/status', JSON_TYPE],
      ['/invoke/scan', JSON_TYPE],
    ] as const) {
      expect(await send(path, headers)).toMatchObject({
        status: 401,
        text: expect.stringContaining('expected Bearer'),
      })
      expect(await send(path, { ...headers, ...(await token('me')) })).toMatchObject({
        status: 403,
        text: expect.stringContaining('\\"me\\" is not among the subjects of server.oidc'),
      })
      const { status } = await send(path, { ...headers, ...(await token('broker', { aud: 'another' })) })
      expect(status).toBe(401)
    }
    expect((await send('/', { ...EVENT, ...(await token('broker')) })).status).toBe(200)
    expect((await send('/invoke/status', { ...JSON_TYPE, ...(await token('broker')) })).status).toBe(200)
  })

  it('keeps asking where the platform says who reaches it', async () => {
    const config = { server: { oidc: trusted('broker') } }
    const send = await serve(config, { GOLDSYNC_EXPOSURE: 'cluster-local' })
    expect((await send('/', EVENT)).status).toBe(401)
  })

  it('tells senders to repeat while the keys cannot be read', async () => {
    const send = await serve({ server: { oidc: trusted('broker') } })
    provider.answer(() => ({ status: 500 }))
    const { status, headers, text } = await send('/', { ...EVENT, ...(await token('broker')) })
    expect([status, headers.get('retry-after')]).toEqual([503, '5'])
    expect(text).toContain(`the keys of ${provider.issuer} cannot be read`)
  })

  it('takes them at the webhook beside secrets, where its own list is', async () => {
    const webhook = { github: [SECRET], bearer: [SECRET], oidc: trusted('sender') }
    const send = await serve({ webhook, server: { oidc: trusted('broker'), exposure: 'public' } })
    const body = '{"path": "/elsewhere/part-0.parquet"}'
    // Files outside of the lakes: 422 says that they were looked at.
    const sender = await token('sender')
    expect((await send('/webhook', { ...JSON_TYPE, ...sender }, body)).status).toBe(422)
    expect((await send('/webhook', { ...JSON_TYPE, authorization: `Bearer ${SECRET}` }, body)).status).toBe(
      422,
    )
    expect((await send('/webhook', { ...JSON_TYPE, ...(await token('broker')) }, body)).status).toBe(403)
    expect(await send('/webhook', JSON_TYPE, body)).toMatchObject({
      status: 401,
      text: expect.stringContaining('expected the header x-hub-signature-256 or authorization'),
    })
    const signature = `sha256=${createHmac('sha256', 'another').update(body).digest('hex')}`
    const both = { ...JSON_TYPE, ...sender, 'x-hub-signature-256': signature }
    expect((await send('/webhook', both, body)).status).toBe(401)
    expect((await send('/', { ...EVENT, ...(await token('broker')) })).status).toBe(422)
  })

  it('is public with nothing but them, and OpenWhisk, which checks none, says that it has no secret', async () => {
    const webhook = { oidc: trusted('sender') }
    const send = await serve({ webhook }, { GOLDSYNC_EXPOSURE: 'public' })
    const sender = await token('sender')
    expect((await send('/webhook', { ...JSON_TYPE, ...sender }, '{"path": "/x"}')).status).toBe(422)
    const params = {
      GOLDSYNC_CONFIG: { ...BASE, webhook },
      __ow_method: 'post',
      __ow_headers: sender,
      __ow_body: '',
    }
    expect(await fileClosed(params)).toMatchObject({
      statusCode: 503,
      body: { error: { code: 'CONFIG_INVALID', message: expect.stringContaining('no secret') } },
    })
  })
})
