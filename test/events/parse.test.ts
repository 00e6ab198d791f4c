import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { RequestProblem } from '../../shared/base/problem.ts'
import { closedFile } from '../../shared/events/closed-file.ts'
import { parseEvent } from '../../shared/events/parse.ts'

const files = (count: number): unknown => ({
  files: Array.from({ length: count }, (_, at) => `/golden/orders/${at}.parquet`),
})

const nested = (depth: number): unknown => (depth === 0 ? { path: '/golden/a.parquet' } : [nested(depth - 1)])

describe('a message', () => {
  it.each([
    null,
    'text',
    42,
    {},
    { table: 'orders' },
    { eventType: 'SNAPSHOT' },
    [],
    [[]],
    { files: [] },
    { messages: [] },
    { Records: [] },
  ])('that names no file is refused with 422: %j', value => {
    expect(() => parseEvent(value)).toThrow(expect.objectContaining({ status: 422 }))
  })

  it.each([
    [{ path: 7 }, 'path'],
    [{ path: '/a.parquet', size: -1 }, 'size'],
    [{ files: [{}] }, 'files.0'],
    [{ Records: [{ eventName: 'ObjectCreated:Put', s3: {} }] }, 'Records.0.s3.bucket'],
    [{ eventType: 'RENAME' }, 'dstPath'],
    [{ source: 'aws.s3', detail: {} }, 'detail-type'],
  ])('of a known source that is malformed is refused with 422 and the place: %j', (value, place) => {
    expect(() => parseEvent(value)).toThrow(
      expect.objectContaining({ status: 422, message: expect.stringContaining(`${place}: `) }),
    )
  })

  it('may name ten thousand files, not more', () => {
    expect(parseEvent(files(10_000)).files).toHaveLength(10_000)
    expect(() => parseEvent(files(10_001))).toThrow(expect.objectContaining({ status: 413 }))
  })

  it.each([
    { path: '/golden/a.parquet', wait: true },
    { files: ['/golden/a.parquet'], wait: true },
    [{ path: '/golden/b.parquet' }, { path: '/golden/a.parquet', wait: true }],
    { messages: [{ value: '{"path": "/golden/a.parquet", "wait": true}' }] },
    { specversion: '1.0', id: '1', type: 't', source: '/s', data: { path: '/golden/a.parquet', wait: true } },
  ])('may say that its sender waits for the engines, in any envelope: %j', value => {
    expect(parseEvent(value)).toMatchObject({ wait: true, refused: [] })
  })

  it('says otherwise that it does not', () => {
    expect(parseEvent({ path: '/golden/a.parquet' })).not.toHaveProperty('wait')
    expect(parseEvent({ path: '/golden/a.parquet', wait: false })).not.toHaveProperty('wait')
    expect(() => parseEvent({ path: '/golden/a.parquet', wait: 'true' })).toThrow(
      expect.objectContaining({ status: 422, message: expect.stringContaining('wait: ') }),
    )
  })

  it('may be in a few envelopes; an entry that is in more is refused, not the others', () => {
    expect(parseEvent(nested(4)).files).toHaveLength(1)
    expect(parseEvent([nested(50), nested(1)])).toMatchObject({
      files: [{ location: '/golden/a.parquet' }],
      refused: [{ reason: expect.stringContaining('envelopes') }],
    })
  })

  it('that is no JSON inside a Kafka message is refused for itself', () => {
    const messages = [
      { value: '{oops' },
      { value: 'eyJwYXRo' },
      null,
      {},
      { value: '{"path":"/golden/a.parquet"}' },
    ]
    const { files, refused } = parseEvent({ messages })
    expect(files).toHaveLength(1)
    expect(refused.map(each => each.location)).toEqual([0, 1, 2, 3].map(at => `messages[${at}]`))
  })

  test('of any shape either parses or is refused, and no file leaves its root', () => {
    const path = fc.oneof(
      fc.string(),
      fc.webPath(),
      fc.constantFrom('/a.parquet', 's3://b/k', '/../x', 'é\0'),
    )
    const entry = fc.record(
      {
        path,
        files: fc.array(fc.oneof(path, fc.jsonValue())),
        size: fc.oneof(fc.nat(), fc.double(), fc.constant(null)),
        eventType: fc.constantFrom('CLOSE', 'RENAME', 'APPEND', 'X'),
        dstPath: path,
        eventName: fc.constantFrom('ObjectCreated:Put', 's3:ObjectRemoved:Delete'),
        s3: fc.oneof(
          fc.record({ bucket: fc.record({ name: path }), object: fc.record({ key: path }) }),
          fc.jsonValue(),
        ),
        messages: fc.array(fc.record({ value: fc.oneof(fc.json(), fc.base64String(), fc.jsonValue()) })),
        Records: fc.jsonValue(),
        specversion: fc.constantFrom('1.0', '2'),
        data: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(entry, fc.array(entry), fc.jsonValue()), value => {
        try {
          for (const { location } of parseEvent(value).files) {
            expect(location).not.toMatch(/\0|(^|\/)\.\.?(\/|$)/)
            expect(closedFile(location)).toMatchObject({ kind: 'closed', file: { location } })
          }
        } catch (error) {
          expect(error).toBeInstanceOf(RequestProblem)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('the key of an S3 event', () => {
  const keyOf = (key: string, eventSource?: string, eventName = 'ObjectCreated:Put') => {
    const { files } = parseEvent({ eventSource, eventName, s3: { bucket: { name: 'b' }, object: { key } } })
    return files.map(({ location, alternative }) =>
      [location, alternative].map(at => at?.slice('s3://b/'.length)),
    )
  }

  it.each([
    ['aws:s3', 'ObjectCreated:Put', 'a b', 'a+b'],
    ['minio:s3', 's3:ObjectCreated:Put', 'a b', 'a+b'],
    ['sgws:s3', 'ObjectCreated:Put', 'a b', 'a+b'],
    [undefined, 'ObjectCreated:Put', 'a b', 'a+b'],
    ['ceph:s3', 'ObjectCreated:Put', 'a+b', 'a b'],
    ['aws:s3', 's3:ObjectCreated:Put', 'a+b', 'a b'],
  ])('is spelled as its sender does: %s, %s', (source, name, first, other) => {
    expect(keyOf('a+b', source, name)).toEqual([[first, other]])
  })

  it.each([
    ['dt=2026-11-20/a+b', 'dt=2026-11-20/a b'],
    ['ü%20', 'ü '],
    ['a b%2Bc', 'a b+c'],
  ])('is taken as it stands where no encoder would have left it so: %s', (key, other) => {
    expect(keyOf(key, 'aws:s3')).toEqual([[key, other]])
  })

  it.each(['plain.parquet', '100%', '%FF', '50%+x'])('has one spelling: %s', key => {
    expect(keyOf(key, 'aws:s3')).toEqual([[key, undefined]])
  })

  it('is not looked for where no file may lie', () => {
    expect(keyOf('a/%2E%2E/b', 'ceph:s3')).toEqual([['a/%2E%2E/b', undefined]])
    expect(keyOf('a/%2E%2E/b', 'aws:s3')).toEqual([])
  })
})

describe('a location', () => {
  it.each([
    ['/golden//a/./b.parquet', '. or ..'],
    ['hdfs://nn/golden/../../etc/x', '. or ..'],
    ['s3://bucket', 'absolute'],
    ['file:a.parquet', 'absolute'],
    ['HTTPS://example.com/x', 'no lake is at HTTPS:'],
    ['gs://bucket/x', 'no lake is at gs:'],
    [`/${'x'.repeat(8_192)}`, 'longer than'],
    ['', 'absolute'],
  ])('is refused: %s', (location, reason) => {
    expect(closedFile(location)).toMatchObject({ kind: 'refused', reason: expect.stringContaining(reason) })
  })

  it.each([
    ['hdfs://nn:8020//golden///a.parquet', 'hdfs://nn:8020/golden/a.parquet'],
    ['file:///golden/a.parquet', 'file:///golden/a.parquet'],
    ['//golden/a.parquet', '/golden/a.parquet'],
    ['/golden/dt=2026-11-20 10:00:00/a%2F.parquet', '/golden/dt=2026-11-20 10:00:00/a%2F.parquet'],
    ['/golden/..parquet/x...', '/golden/..parquet/x...'],
  ])('keeps its text but for extra slashes: %s', (location, kept) => {
    expect(closedFile(location)).toMatchObject({ kind: 'closed', file: { location: kept } })
  })
})
