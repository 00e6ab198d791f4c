import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { beforeAll, describe, expect, it } from 'vitest'
import { fileClosed } from '../../shared/hosts/openwhisk.ts'
import { makeLake } from '../support/hosts.ts'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const TOKEN = 'a-token-of-some-length'

let lake: string
let config: Record<string, unknown>
beforeAll(async () => {
  lake = await makeLake()
  config = {
    lakes: [{ location: lake, createDatabase: true }],
    catalogs: { memory: { kind: 'memory' } },
    webhook: { standard: [SECRET], github: [TOKEN], bearer: [TOKEN] },
    log: { level: 'silent' },
  }
})

/** As the controller hands on a raw request: JSON in base64, other text as it is (WebActions.scala). */
function web(body: string, headers: Record<string, string>, settings: object = {}) {
  const type = headers['content-type'] ?? ''
  return fileClosed({
    GOLDSYNC_CONFIG: { ...config, ...settings },
    __ow_method: 'post',
    __ow_path: '',
    __ow_headers: headers,
    __ow_body: type === 'application/json' ? Buffer.from(body).toString('base64') : body,
  })
}

function signed(body: string, time = new Date()): Record<string, string> {
  return {
    'content-type': 'application/json',
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
    'webhook-signature': new Webhook(SECRET).sign('msg_1', time, body),
  }
}

const body = () => JSON.stringify({ path: `${lake}/orders/2026/11/20/06/part-0.parquet` })
const registered = { status: 'ok', report: { runId: 'msg_1', files: [{ outcome: 'registered' }] } }

describe('file-closed as a raw web action', () => {
  it('takes a signed request, and the same again', async () => {
    const headers = signed(body())
    expect(await web(body(), headers)).toMatchObject({ statusCode: 200, body: registered })
    expect(await web(body(), headers)).toMatchObject({ statusCode: 200, body: registered })
  })

  it('checks the bytes that were signed, in base64 or not', async () => {
    const event = ` ${JSON.stringify({ specversion: '1.0', id: 'é', source: '/t', type: 't', data: { path: `${lake}/é` } })}`
    const headers = {
      'content-type': 'application/cloudevents+json; charset=UTF-8',
      'x-hub-signature-256': `sha256=${createHmac('sha256', TOKEN).update(event).digest('hex')}`,
    }
    const result = await web(event, headers)
    expect(result).toMatchObject({ statusCode: 200, body: { report: { runId: 'é' } } })
    expect(await web(event.trim(), headers)).toMatchObject({ statusCode: 401 })
  })

  it.each([
    ['without a signature', () => web(body(), { 'content-type': 'application/json' }), 401],
    ['that was tampered with', () => web(body().replace('06', '07'), signed(body())), 401],
    ['that is old', () => web(body(), signed(body(), new Date(Date.now() - 600_000))), 401],
    ['that is no JSON', () => web('{', signed('{')), 400],
    ['that names nothing', () => web('{}', signed('{}')), 422],
    ['of another method', () => fileClosed({ GOLDSYNC_CONFIG: config, __ow_method: 'get' }), 405],
  ])('refuses a request %s', async (_, send, statusCode) => {
    const result = await send()
    expect(result).toMatchObject({ statusCode, body: { status: 'invalid' } })
    expect(JSON.stringify(result)).not.toContain(SECRET)
  })

  it('answers the handshake of CloudEvents', async () => {
    const asked = {
      __ow_method: 'options',
      __ow_headers: { 'webhook-request-origin': 'sinks.example.com' },
    }
    expect(await fileClosed({ GOLDSYNC_CONFIG: config, ...asked })).toMatchObject({
      statusCode: 200,
      headers: { 'webhook-allowed-origin': 'sinks.example.com' },
    })
  })

  it('takes nothing without a secret, and lets senders keep what they have', async () => {
    const result = await web(body(), signed(body()), { webhook: undefined })
    expect(result).toMatchObject({ statusCode: 503, headers: { 'retry-after': '30' } })
  })

  it('tells strangers nothing of a config that is wrong', async () => {
    const result = await web(body(), {}, { lakes: [{ location: '/a', passwd: 'x' }] })
    expect(result).toMatchObject({ statusCode: 503 })
    expect(JSON.stringify(result)).not.toMatch(/passwd|lakes/)
  })
})

describe('file-closed as an action of a trigger', () => {
  it('takes the messages of a Kafka feed', async () => {
    const messages = [{ topic: 'closed', partition: 0, offset: 1, value: body() }]
    expect(await fileClosed({ GOLDSYNC_CONFIG: config, messages })).toMatchObject({
      status: 'ok',
      report: { files: [{ outcome: 'registered' }] },
    })
  })

  it('fails the activation for what names nothing', async () => {
    expect(await fileClosed({ GOLDSYNC_CONFIG: config, table: 'orders' })).toMatchObject({
      status: 'invalid',
      error: { code: 'REQUEST_INVALID', message: expect.stringContaining('names no file') },
    })
  })
})
