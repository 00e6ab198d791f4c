import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { openAccount } from '../../shared/hosts/http/held.ts'
import { type ServerOptions, startServer } from '../../shared/hosts/http/server.ts'
import { type HalfSent, halfSend } from '../support/half-sent.ts'
import { WEBHOOK_SECRET } from '../support/sign.ts'
import { eventually } from '../support/waiting.ts'

const TOKEN = 'a-token-of-32-letters-and-digits'
const JSON_TYPE = { 'content-type': 'application/json' }
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function serve(options: Partial<ServerOptions> = {}, log = openLog('silent')): Promise<string> {
  const config = configOf(
    {
      lakes: [{ location: '/golden' }],
      catalogs: { memory: { kind: 'memory' } },
      webhook: { standard: [WEBHOOK_SECRET], github: [TOKEN], bearer: [TOKEN] },
    },
    'a config',
    {},
  )
  const server = await startServer({ config, log }, { port: 0, ...options })
  closing.push(server.drain)
  return `http://127.0.0.1:${server.port}`
}

async function begin(url: string, path: string, headers: Record<string, string>): Promise<HalfSent> {
  const sent = await halfSend(url, path, headers)
  closing.push(sent.destroy)
  return sent
}

const now = () => String(Math.floor(Date.now() / 1000))
const standard = (time: string) => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': time,
  'webhook-signature': 'v1,AAAA',
})

describe('a request is refused by its headers, before its body is there', () => {
  it.each<[string, string, Record<string, string>, number]>([
    ['without a signature', '/webhook', JSON_TYPE, 401],
    ['with another token', '/webhook', { ...JSON_TYPE, authorization: 'Bearer another' }, 401],
    ['with an old time', '/webhook', { ...JSON_TYPE, ...standard('1700000000') }, 401],
    ['with no time', '/webhook', { ...JSON_TYPE, 'webhook-signature': 'v1,AAAA' }, 401],
    ['with half a signature', '/webhook', { ...JSON_TYPE, 'x-hub-signature-256': 'sha256=ab' }, 401],
    ['of another format', '/webhook', { 'content-type': 'text/xml', authorization: `Bearer ${TOKEN}` }, 415],
    ['in another encoding', '/', { ...JSON_TYPE, 'content-encoding': 'gzip' }, 415],
    ['of a form', '/invoke/scan', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['of text', '/invoke/scan', { 'content-type': 'text/plain' }, 415],
    ['of no type', '/invoke/scan', {}, 415],
    ['of a page elsewhere', '/invoke/scan', { ...JSON_TYPE, origin: 'https://pages.example' }, 403],
    ['of a page that says not which', '/', { ...JSON_TYPE, origin: 'null' }, 403],
    ['that is too large', '/invoke/scan', { ...JSON_TYPE, 'content-length': '1048577' }, 413],
  ])('%s at %s', async (_, path, headers, status) => {
    const sent = await begin(await serve(), path, headers)
    await eventually(() => expect(sent.answer()).toMatch(new RegExp(`^HTTP/1.1 ${status} `)))
  })

  it('and not before what may be good', async () => {
    const url = await serve({ arrival: 3_000 })
    const hub = createHmac('sha256', TOKEN).update('another body').digest('hex')
    const headers = [
      standard(now()),
      { 'x-hub-signature-256': `sha256=${hub}` },
      { authorization: `Bearer ${TOKEN}` },
    ]
    const sent = await Promise.all(headers.map(one => begin(url, '/webhook', { ...JSON_TYPE, ...one })))
    // They are waited for until their time is up.
    await eventually(() =>
      expect(sent.map(({ answer }) => answer().slice(0, 12))).toEqual(Array(3).fill('HTTP/1.1 408')),
    )
  })
})

it('a request that has no body needs no type', async () => {
  const url = await serve()
  const response = await fetch(`${url}/invoke/plan`, { method: 'POST' })
  expect(await response.json()).toMatchObject({ status: expect.not.stringMatching('invalid') })
})

it.each([
  ['no head', 'POST /webh'],
  [
    'no end',
    `POST /invoke/scan HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{`,
  ],
])('a request with %s is not waited for', async (_, text) => {
  const { connect } = await import('node:net')
  const url = await serve({ arrival: 300 })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  closing.push(() => socket.destroy())
  let isClosed = false
  socket.on('error', () => undefined)
  socket.on('close', () => {
    isClosed = true
  })
  socket.resume().write(text)
  await eventually(() => expect(isClosed).toBe(true))
})

describe('what is held of bodies', () => {
  it('is bounded over all requests, and free again with the end of each', () => {
    const hold = openAccount(10)
    const [first, second] = [hold(), hold()]
    first.add(6)
    expect(() => second.expect(5)).toThrow(expect.objectContaining({ status: 503, retryable: true }))
    second.expect(4)
    second.add(4)
    expect(() => second.add(1)).toThrow(expect.objectContaining({ status: 503 }))
    first.release()
    first.release()
    second.add(6)
    expect(() => first.add(1)).toThrow()
  })
})

it.each<[number, string, Record<string, string>, string]>([
  [400, '/invoke/scan', JSON_TYPE, '{'],
  [401, '/webhook', JSON_TYPE, '{}'],
  [403, '/invoke/scan', { ...JSON_TYPE, origin: 'https://pages.example' }, '{}'],
  [413, '/invoke/scan', JSON_TYPE, 'x'.repeat(1_048_577)],
  [415, '/invoke/scan', {}, '{}'],
  [422, '/invoke/scan', JSON_TYPE, '42'],
  [422, '/invoke/file-closed', JSON_TYPE, '42'],
  [422, '/webhook', { ...JSON_TYPE, authorization: `Bearer ${TOKEN}` }, '42'],
  [422, '/webhook', { ...JSON_TYPE, authorization: `Bearer ${TOKEN}` }, '{"files": []}'],
])(
  'what is answered %i at %s is one warning in the log, without a stack',
  async (status, path, headers, body) => {
    const records: [string, Record<string, unknown>][] = []
    const at = (level: string) => (record: object) => void records.push([level, { ...record }])
    const log = { debug: () => {}, info: () => {}, audit: () => {}, warn: at('warn'), error: at('error') }
    const url = await serve({}, log)
    expect((await fetch(url + path, { method: 'POST', headers, body })).status).toBe(status)
    expect(records).toEqual([['warn', expect.not.objectContaining({ err: expect.anything() })]])
    expect(JSON.stringify(records)).not.toContain(TOKEN)
  },
)
