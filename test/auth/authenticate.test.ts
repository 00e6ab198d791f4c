import { createHmac, randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { admit, type WebhookSecrets } from '../../shared/auth/authenticate.ts'

const BODY = Buffer.from('{"path":"/golden/été.parquet"}')
const secretOf = () => `whsec_${randomBytes(32).toString('base64')}`
const [first, second] = [secretOf(), secretOf()]
const NONE = { standard: [], github: [], bearer: [], pathToken: [] }

type Headers = Record<string, string>

/** @param age seconds */
function standard(secret: string, { id = 'msg_1', age = 0, body = BODY } = {}): Headers {
  const time = new Date(Date.now() - age * 1000)
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, time, body),
  }
}

const github = (secret: string, body = BODY): Headers => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
})

const check = async (headers: Headers, secrets: Partial<WebhookSecrets>, body: Buffer = BODY) =>
  (await admit({ headers }, { ...NONE, ...secrets }))(body)

const refused = expect.objectContaining({ status: 401, code: 'AUTHENTICATION_FAILED' })

describe('a request signed by Standard Webhooks', () => {
  it('passes, and passes again: senders repeat with the same id', async () => {
    const headers = standard(first)
    await check(headers, { standard: [first] })
    await check(headers, { standard: [first] })
  })

  it('passes by the old and by the new secret while one is replaced', async () => {
    await check(standard(first), { standard: [second, first] })
    await check(standard(second), { standard: [second, first] })
    const both = [standard(first), standard(second)].map(headers => headers['webhook-signature']).join(' ')
    await check({ ...standard(first), 'webhook-signature': both }, { standard: [second] })
  })

  it('passes with five minutes of difference, not with more', async () => {
    await check(standard(first, { age: 290 }), { standard: [first] })
    await check(standard(first, { age: -290 }), { standard: [first] })
    for (const age of [310, -310])
      await expect(check(standard(first, { age }), { standard: [first] })).rejects.toThrow(
        'not within 300 s of now',
      )
  })

  it('is refused when anything of it was changed', async () => {
    const headers = standard(first)
    const changed: [Headers, Buffer][] = [
      [headers, Buffer.from('{"path":"/golden/ete.parquet"}')],
      [headers, Buffer.concat([BODY, Buffer.from(' ')])],
      [{ ...headers, 'webhook-id': 'msg_2' }, BODY],
      [{ ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) }, BODY],
      [{ ...headers, 'webhook-signature': 'v1,' }, BODY],
      [{ ...headers, 'webhook-signature': 'v1' }, BODY],
      [{ ...headers, 'webhook-signature': headers['webhook-signature']!.replace('v1,', 'v1a,') }, BODY],
      [{ 'webhook-signature': headers['webhook-signature']! }, BODY],
    ]
    for (const [sent, body] of changed)
      await expect(check(sent, { standard: [first] }, body)).rejects.toThrow(refused)
  })

  it('is not saved by a token: a wrong signature decides', async () => {
    const token = 'a-token-of-some-length'
    const headers = { ...standard(second), authorization: `Bearer ${token}` }
    await expect(check(headers, { standard: [first], bearer: [token] })).rejects.toThrow(refused)
    await check(headers, { bearer: [token] })
  })
})

describe('a request signed as GitHub does', () => {
  it('passes by any of the secrets', async () => {
    await check(github('one-of-the-secrets'), { github: ['another-secret-here', 'one-of-the-secrets'] })
  })

  it.each([
    ['by another secret', github('a-secret-of-somebody')],
    ['over another body', github('one-of-the-secrets', Buffer.from('{}'))],
    ['with too little', { 'x-hub-signature-256': 'sha256=' }],
    ['with SHA-1', { 'x-hub-signature-256': 'sha1=0000' }],
  ])('is refused %s', async (_, headers) => {
    await expect(check(headers, { github: ['one-of-the-secrets'] })).rejects.toThrow(refused)
  })

  // docs.github.com "Validating webhook deliveries", the values to test with.
  it('has the signature of GitHub’s own example', async () => {
    const headers = {
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    }
    await check(headers, { github: ["It's a Secret to Everybody"] }, Buffer.from('Hello, World!'))
  })
})

describe('a request with a token', () => {
  it.each(['Bearer a-token-of-some-length', 'bearer  a-token-of-some-length'])(
    'passes: %s',
    async authorization => {
      await check({ authorization }, { bearer: ['a-token-of-some-length'] })
    },
  )

  it.each([
    'Bearer another-token-of-somebody',
    'Bearer ',
    'Bearer a-token-of-some-length x',
    'Basic a-token-of-some-length',
    'a-token-of-some-length',
  ])('is refused: %s', async authorization => {
    await expect(check({ authorization }, { bearer: ['a-token-of-some-length'] })).rejects.toThrow(refused)
  })
})

describe('a request without any of it', () => {
  it('is told which headers would do, and nothing of the secrets', async () => {
    await expect(check({}, { standard: [first], bearer: ['a-token-of-some-length'] })).rejects.toThrow(
      'the request is not signed; expected the header webhook-signature or authorization',
    )
  })

  it('is refused in a kind that has no secret', async () => {
    await expect(check({ authorization: 'Bearer ' }, { github: ['one-of-the-secrets'] })).rejects.toThrow(
      refused,
    )
  })
})
