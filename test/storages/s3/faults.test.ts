/** What moto cannot be made to do: refuse, throttle, hang, cut an answer off, or be no S3 at all. */
import type { ServerResponse } from 'node:http'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { GoldsyncError } from '../../../shared/base/errors.ts'
import type { S3Options } from '../../../shared/storages/s3/options.ts'
import { openS3 } from '../../../shared/storages/s3/storage.ts'
import type { Storage, WritableStorage } from '../../../shared/storages/storage.ts'
import {
  type FakeServer,
  fakeServer,
  type Handler,
  hasOpenssl,
  selfSigned,
} from '../../support/fake-server.ts'
import { ENDLESS, gate, stopTimers } from '../../support/waiting.ts'

const ROOT = 's3://lake/golden'
const KEYS = {
  accessKeyId: 'AKIATHISISTHEKEY',
  secretAccessKey: 'thisIsTheSecret',
  sessionToken: 'thisIsTheToken',
}

interface Opened {
  readonly storage: WritableStorage
  readonly server: FakeServer
}

/** Where nothing else is said, no limit of time ends a request. */
async function over(handler: Handler, options: S3Options = {}): Promise<Opened> {
  const server = await fakeServer(handler)
  const storage = await openS3(ROOT, { endpoint: server.origin, ...KEYS, timeout: ENDLESS, ...options })
  onTestFinished(async () => {
    await storage.close()
    await server.close()
  })
  return { storage, server }
}

async function failureOf(work: Promise<unknown>): Promise<GoldsyncError> {
  const result = await work.catch((thrown: GoldsyncError) => thrown)
  if (result instanceof Error) return result as GoldsyncError
  throw new Error(`expected a failure, got ${JSON.stringify(result)}`)
}

const xml = (response: ServerResponse, status: number, body: string) => {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`)
}

/** As S3 refuses: its answers on signatures repeat the key and what was signed. */
const refuse =
  (status: number, code: string): Handler =>
  (_, response) =>
    xml(
      response,
      status,
      `<Error><Code>${code}</Code><Message>no, ${KEYS.accessKeyId}</Message><AWSAccessKeyId>${KEYS.accessKeyId}</AWSAccessKeyId></Error>`,
    )

const listing = (content: string) =>
  `<ListBucketResult><Name>lake</Name><IsTruncated>false</IsTruncated>${content}</ListBucketResult>`

const file = (key: string) =>
  `<Contents><Key>${key}</Key><LastModified>2026-11-20T06:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>8</Size></Contents>`

const answerWith =
  (body: string): Handler =>
  (_, response) =>
    xml(response, 200, body)

const operations: readonly (readonly [string, (storage: Storage) => Promise<unknown>])[] = [
  ['list', storage => storage.list(ROOT)],
  ['stat', storage => storage.stat(`${ROOT}/a`)],
  ['read', storage => storage.read(`${ROOT}/a`, 0, 8, { etag: '"e"' })],
]

describe.each(operations)('%s', (_, work) => {
  it.each([
    [403, 'AccessDenied', 'PERMISSION_DENIED', /s3:ListBucket.*s3:GetObject/],
    [403, 'AllAccessDisabled', 'PERMISSION_DENIED', /s3:ListBucket/],
    [403, 'InvalidAccessKeyId', 'AUTHENTICATION_FAILED', /renew the access key/],
    [403, 'SignatureDoesNotMatch', 'AUTHENTICATION_FAILED', /renew the access key/],
    [400, 'ExpiredToken', 'AUTHENTICATION_FAILED', /renew the access key/],
    [404, 'XAdminUserNotFound', 'AUTHENTICATION_FAILED', /renew the access key/],
    [403, 'RequestTimeTooSkewed', 'AUTHENTICATION_FAILED', /clock/],
    [404, 'NoSuchBucket', 'NOT_FOUND', /storage\.endpoint/],
    [400, 'AuthorizationHeaderMalformed', 'CONFIG_INVALID', /storage\.region/],
  ])('takes %i %s for %s, and tells no key', async (status, code, expected, hint) => {
    const { storage, server } = await over(refuse(status, code))
    const error = await failureOf(work(storage))
    expect(error).toMatchObject({ code: expected, retryable: false, hint: expect.stringMatching(hint) })
    expect(error.message).toMatch(new RegExp(`^${ROOT}.*${server.origin}`))
    for (const key of Object.values(KEYS)) expect(error.message).not.toContain(key)
  })

  it('ends with TIMEOUT where the server hangs, at twice the time of a request', async () => {
    stopTimers()
    const asked = gate()
    const { storage } = await over(asked.open, { timeout: 300 })
    const failure = failureOf(work(storage))
    await asked.opened
    vi.advanceTimersByTime(2 * 300)
    expect(await failure).toMatchObject({ code: 'TIMEOUT', retryable: true })
  })

  it('ends with ABORTED as soon as the signal fires, or the storage is closed', async () => {
    const asked = gate()
    const { storage } = await over(asked.open)
    const waiting = failureOf(work(storage))
    await asked.opened
    void storage.close()
    expect(await waiting).toMatchObject({ code: 'ABORTED' })
    expect(await failureOf(work(storage))).toMatchObject({ code: 'ABORTED' })
  })

  it('does not take another server for an empty lake', async () => {
    for (const status of [200, 404]) {
      const { storage } = await over((_, response) => {
        response.writeHead(status, { 'content-type': 'text/html' })
        response.end('<!doctype html><title>console</title><p>hello</p>')
      })
      const error = await failureOf(work(storage))
      expect(error).toMatchObject({ code: 'DATA_INVALID', retryable: false })
      expect(error.hint).toContain('storage.endpoint')
    }
  })
})

describe.skipIf(!hasOpenssl)('https', () => {
  const { cert, key } = hasOpenssl ? selfSigned() : { cert: '', key: '' }
  const secure = async (options: S3Options) => {
    const server = await fakeServer(answerWith(listing(file('golden/a'))), { cert, key })
    const storage = await openS3(ROOT, { endpoint: server.origin, ...KEYS, timeout: ENDLESS, ...options })
    onTestFinished(async () => {
      await storage.close()
      await server.close()
    })
    return storage
  }

  it('trusts the authorities of storage.tls.ca', async () => {
    expect(await (await secure({ tls: { ca: cert } })).list(ROOT)).toHaveLength(1)
  })

  it('trusts no others, whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    expect(await failureOf((await secure({})).list(ROOT))).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('not trusted'),
      hint: expect.stringContaining('storage.tls.ca'),
    })
  })
})

describe('credentials', () => {
  it('are asked for where there are none', async () => {
    for (const name of [
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_PROFILE',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
    ])
      vi.stubEnv(name, undefined)
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere')
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere')
    const storage = await openS3(ROOT, { endpoint: 'http://127.0.0.1:1' })
    expect(await failureOf(storage.list(ROOT))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      hint: expect.stringContaining('storage.accessKeyId'),
    })
  })

  it('of the environment are used where none are set, and the region is asked for', async () => {
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined)
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere')
    const storage = await openS3(ROOT, KEYS)
    expect(await failureOf(storage.list(ROOT))).toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('AWS_REGION'),
    })
  })
})

describe('a listing', () => {
  it('is asked for five times where S3 is too busy or fails', async () => {
    // No pauses: they are a random part of up to 20 s.
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const answers = [
      [503, 'SlowDown'],
      [429, 'TooManyRequests'],
      [500, 'InternalError'],
    ] as const
    const ask = async ([status, code]: (typeof answers)[number]) => {
      const { storage, server } = await over(refuse(status, code))
      expect(await failureOf(storage.list(ROOT))).toMatchObject({
        code: 'UNAVAILABLE',
        retryable: true,
        message: expect.stringContaining(`${status} (${code})`),
      })
      expect(server.requests).toHaveLength(5)
    }
    await Promise.all(answers.map(ask))
  })

  it('goes on when S3 has stopped asking to slow down', async () => {
    const { storage } = await over((url, response, nth) =>
      nth < 3 ? refuse(503, 'SlowDown')(url, response, nth) : xml(response, 200, listing(file('golden/a'))),
    )
    let retries = 0
    const onRetry = (times: number) => {
      retries += times
    }
    expect(await storage.list(ROOT, { onRetry })).toEqual([
      {
        location: `${ROOT}/a`,
        name: 'a',
        kind: 'file',
        size: 8,
        modified: Date.UTC(2026, 10, 20, 6),
        etag: '"e"',
      },
    ])
    expect(retries).toBe(2)
  })

  it('is taken as it is from servers that do not know encoding-type', async () => {
    const { storage } = await over(answerWith(listing(file('golden/a+b%20c'))))
    expect((await storage.list(ROOT)).map(({ name }) => name)).toEqual(['a+b%20c'])
  })

  it('is taken as it is from servers that only claim to encode', async () => {
    const { storage } = await over(
      answerWith(listing(`<EncodingType>url</EncodingType>${file('golden/100%')}`)),
    )
    expect((await storage.list(ROOT)).map(({ name }) => name)).toEqual(['100%'])
  })

  it.each([
    ['says nothing of an end', ''],
    ['has more to come and does not say how', '<IsTruncated>true</IsTruncated>'],
    [
      'gives the same page again',
      '<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>',
    ],
  ])('that %s is refused', async (_, content) => {
    const { storage } = await over(
      answerWith(`<ListBucketResult><Name>lake</Name>${content}</ListBucketResult>`),
    )
    expect(await failureOf(storage.list(ROOT))).toMatchObject({ code: 'DATA_INVALID' })
  })

  it('that fails at its second page fails as a whole', async () => {
    const first = `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>${file('golden/a')}</ListBucketResult>`
    const { storage } = await over((url, response, nth) =>
      url.searchParams.has('continuation-token')
        ? refuse(403, 'AccessDenied')(url, response, nth)
        : xml(response, 200, first),
    )
    expect(await failureOf(storage.list(ROOT))).toMatchObject({ code: 'PERMISSION_DENIED' })
  })
})

describe('a read', () => {
  const send = (response: ServerResponse, body: string, length = body.length) => {
    response.writeHead(206, { 'content-length': length, etag: '"e"' })
    response.write(body)
  }
  const read = (storage: Storage) => storage.read(`${ROOT}/a`, 0, 8)

  it('is asked for again where the answer breaks off', async () => {
    const { storage, server } = await over((_, response, nth) => {
      send(response, nth < 3 ? 'PAR1' : 'PAR1PAR1', 8)
      if (nth < 3) setImmediate(() => response.destroy())
      else response.end()
    })
    expect(new TextDecoder().decode(await read(storage))).toBe('PAR1PAR1')
    expect(server.requests).toHaveLength(3)
  })

  it('is UNAVAILABLE where it breaks off each time', async () => {
    const { storage, server } = await over((_, response) => {
      send(response, 'PAR1', 8)
      setImmediate(() => response.destroy())
    })
    expect(await failureOf(read(storage))).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
    expect(server.requests).toHaveLength(3)
  })

  it('ends with TIMEOUT where the answer stops in the middle, or drips', async () => {
    for (const drip of [false, true]) {
      const { storage } = await over(
        (_, response) => {
          send(response, 'P', 8)
          const timer = setInterval(() => drip && response.write('A'), 120)
          response.once('close', () => clearInterval(timer))
        },
        { timeout: 200 },
      )
      expect(await failureOf(read(storage))).toMatchObject({ code: 'TIMEOUT' })
    }
  })

  it('is refused where the server sends the whole file instead of a range', async () => {
    const { storage } = await over((_, response) => {
      send(response, 'PAR1'.repeat(100_000))
      response.end()
    })
    expect(await failureOf(read(storage))).toMatchObject({ code: 'DATA_INVALID' })
  })

  it('says of a file in an archive that it must be restored', async () => {
    const { storage } = await over(refuse(403, 'InvalidObjectState'))
    expect(await failureOf(read(storage))).toMatchObject({
      code: 'UNSUPPORTED',
      hint: expect.stringContaining('restore'),
    })
  })

  it('keeps to the number of connections, and uses them again', async () => {
    const { storage, server } = await over(
      (_, response) =>
        setImmediate(() => {
          send(response, 'PAR1PAR1')
          response.end()
        }),
      { connections: 4 },
    )
    await Promise.all(Array.from({ length: 40 }, () => read(storage)))
    expect(server.mostOpen()).toBe(4)
    expect(server.connections()).toBe(4)
  })
})

describe('create', () => {
  const file = `${ROOT}/meta/1.json`
  const content = new TextEncoder().encode('{}')
  /** Has the object by the first request, whose answer is lost, and refuses the second. */
  const takenBy =
    (theirs: string): Handler =>
    (url, response, nth) => {
      if (url.searchParams.get('x-id') === 'GetObject') response.writeHead(206).end(theirs)
      else if (nth === 1) response.destroy()
      else refuse(412, 'PreconditionFailed')(url, response, nth)
    }

  it('has made what is there with its bytes, where its answer was lost', async () => {
    const { storage, server } = await over(takenBy('{}'))
    await storage.create(file, content)
    expect(server.requests).toHaveLength(3)
  })

  it('is CONFLICT where another was quicker while its answer was lost', async () => {
    const { storage } = await over(takenBy('{"a":1}'.slice(0, 2)))
    expect(await failureOf(storage.create(file, content))).toMatchObject({ code: 'CONFLICT' })
  })

  it('is CONFLICT at once where there is one, whatever it holds', async () => {
    const { storage, server } = await over(refuse(412, 'PreconditionFailed'))
    expect(await failureOf(storage.create(file, content))).toMatchObject({ code: 'CONFLICT' })
    expect(server.requests).toHaveLength(1)
  })

  it.each([
    ['create', (storage: WritableStorage) => storage.create(file, content)],
    ['remove', (storage: WritableStorage) => storage.remove(file)],
  ])('tells which rights %s needs', async (_, work) => {
    const { storage } = await over(refuse(403, 'AccessDenied'))
    expect(await failureOf(work(storage))).toMatchObject({
      code: 'PERMISSION_DENIED',
      hint: expect.stringContaining('s3:PutObject'),
    })
  })
})
