/** What other servers than AWS's answer: Adobe's S3Mock, gofakes3 and s3rver. */
import type { ServerResponse } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openS3 } from '../../../shared/storages/s3/storage.ts'
import type { FileStatus, Storage } from '../../../shared/storages/storage.ts'
import { fakeServer, type Handler } from '../../support/fake-server.ts'
import { ENDLESS } from '../../support/waiting.ts'

const ROOT = 's3://lake/golden'

async function over(handler: Handler): Promise<Storage> {
  const server = await fakeServer(handler)
  const storage = await openS3(ROOT, {
    endpoint: server.origin,
    accessKeyId: 'k',
    secretAccessKey: 's',
    timeout: ENDLESS,
  })
  onTestFinished(async () => {
    await storage.close()
    await server.close()
  })
  return storage
}

interface Shown {
  readonly keys?: readonly string[]
  readonly prefixes?: readonly string[]
  readonly next?: string
  readonly etag?: string
}

const page = ({ keys = [], prefixes = [], next, etag = '&quot;e&quot;' }: Shown) =>
  [
    '<ListBucketResult><Name>lake</Name>',
    `<IsTruncated>${next !== undefined}</IsTruncated>`,
    next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`,
    ...keys.map(
      key =>
        `<Contents><Key>${key}</Key><LastModified>2026-11-20T06:00:00.000Z</LastModified><ETag>${etag}</ETag><Size>8</Size></Contents>`,
    ),
    ...prefixes.map(prefix => `<CommonPrefixes><Prefix>${prefix}</Prefix></CommonPrefixes>`),
    '</ListBucketResult>',
  ].join('')

const listing =
  (...pages: readonly Shown[]): Handler =>
  (url, response) => {
    const nth = Number(url.searchParams.get('continuation-token') ?? 0)
    response.writeHead(200, { 'content-type': 'application/xml' })
    response.end(page(pages[nth] ?? {}))
  }

const shown = (entries: readonly FileStatus[]) => entries.map(({ name, kind }) => `${kind} ${name}`)

describe('a listing', () => {
  it('has each folder once where a server repeats it on each page', async () => {
    const storage = await over(
      listing(
        { keys: ['golden/a'], prefixes: ['golden/clicks/', 'golden/orders/'], next: '1' },
        { keys: ['golden/z'], prefixes: ['golden/clicks/', 'golden/orders/'] },
      ),
    )
    expect(shown(await storage.list(ROOT))).toEqual([
      'file a',
      'directory clicks',
      'directory orders',
      'file z',
    ])
  })

  it('takes a marker that is listed as an object for its folder', async () => {
    const storage = await over(listing({ keys: ['golden/', 'golden/a', 'golden/empty/'] }))
    expect(shown(await storage.list(ROOT))).toEqual(['file a', 'directory empty'])
  })

  it('has a folder once that has a marker and a prefix', async () => {
    const storage = await over(listing({ keys: ['golden/orders/'], prefixes: ['golden/orders/'] }))
    expect(shown(await storage.list(ROOT))).toEqual(['directory orders'])
  })

  it('has no names of nothing', async () => {
    const storage = await over(
      listing({ keys: ['golden//', 'golden//x', 'golden/a'], prefixes: ['golden//'] }),
    )
    const entries = await storage.list(ROOT)
    expect(shown(entries)).toEqual(['file a'])
  })

  it('has no etag where the server has none', async () => {
    const storage = await over(listing({ keys: ['golden/a'], etag: '&quot;&quot;' }))
    expect((await storage.list(ROOT))[0]).not.toHaveProperty('etag')
  })
})

describe('a read from a server that ignores If-Match', () => {
  const answer =
    (etag: string | undefined, body = 'PAR1PAR1'): Handler =>
    (_: URL, response: ServerResponse) => {
      response.writeHead(206, { 'content-length': body.length, ...(etag === undefined ? {} : { etag }) })
      response.end(body)
    }
  const read = (storage: Storage, etag?: string) =>
    storage.read(`${ROOT}/a`, 0, 8, etag === undefined ? {} : { etag })

  it('is CONFLICT where the answer is of another object', async () => {
    const storage = await over(answer('"now"'))
    await expect(read(storage, '"then"')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `${ROOT}/a was replaced since it was listed`,
    })
  })

  it('is CONFLICT before the body is looked at', async () => {
    const storage = await over(answer('"now"', 'shorter'))
    await expect(read(storage, '"then"')).rejects.toMatchObject({
      message: expect.stringContaining('replaced'),
    })
  })

  it.each([
    ['"e"', '"e"'],
    ['e', '"e"'],
    ['W/"e"', '"e"'],
    ['"e-2"', 'e-2'],
    [undefined, '"e"'],
    ['""', '"e"'],
    ['"e"', undefined],
  ])('gives the bytes where the answer has %s and the listing %s', async (answered, listed) => {
    expect(await read(await over(answer(answered)), listed)).toHaveLength(8)
  })
})
