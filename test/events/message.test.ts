import { CloudEvent, HTTP } from 'cloudevents'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { RequestProblem } from '../../shared/base/problem.ts'
import { openMessage } from '../../shared/events/message.ts'

type Headers = Record<string, string>

const open = (headers: Headers, body: string | Buffer = '') => openMessage(headers, Buffer.from(body))
const sent = ({ headers, body }: ReturnType<typeof HTTP.binary>) =>
  open(headers as Headers, String(body ?? ''))

const BINARY = { 'ce-specversion': '1.0', 'ce-id': 'e-1', 'ce-source': '/test', 'ce-type': 'test' }
const STRUCTURED = { 'content-type': 'application/cloudevents+json' }
const envelope = { specversion: '1.0', id: 'e-1', source: '/test', type: 'test' }

describe('a CloudEvent of the SDK', () => {
  test('says the same in binary and in structured mode', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.dictionary(fc.string(), fc.jsonValue()), (text, data) => {
        const event = new CloudEvent({ id: text, source: '/test', type: 'test', data })
        const said = [{ id: text, type: 'test', data: JSON.parse(JSON.stringify(data)) }]
        expect(sent(HTTP.structured(event))).toEqual(said)
        const { headers, body } = HTTP.binary(event)
        expect(sent({ headers: { ...headers, 'ce-id': encodeURIComponent(text) }, body })).toEqual(said)
      }),
    )
  })

  it('carries bytes in base64', () => {
    const data = new TextEncoder().encode('{"path":"/golden/é.parquet"}')
    const event = new CloudEvent({ ...envelope, datacontenttype: 'application/octet-stream', data })
    expect(sent(HTTP.structured(event))).toEqual([
      { id: 'e-1', type: 'test', data: { path: '/golden/é.parquet' } },
    ])
  })
})

describe('a CloudEvent', () => {
  it('may come with a charset, and with spaces around its JSON', () => {
    const body = `\n ${JSON.stringify({ ...envelope, data: { a: 1 } }, null, 2)}\n`
    expect(open({ 'content-type': 'Application/CloudEvents+JSON;charset="UTF-8"' }, body)).toEqual([
      { id: 'e-1', type: 'test', data: { a: 1 } },
    ])
    expect(open({ ...BINARY, 'content-type': 'application/json' }, '\n{"a":1}')).toMatchObject([
      { data: { a: 1 } },
    ])
  })

  it.each([
    ['golden%2F%C3%A9t%C3%A9', 'golden/été'],
    ['"Euro \\"%E2%82%AC\\""', 'Euro "€"'],
    ['100%', '100%'],
    ['%FF', '%FF'],
  ])('has its header values decoded once: %s', (header, id) => {
    expect(open({ ...BINARY, 'ce-id': header })).toMatchObject([{ id }])
  })

  it('needs no data', () => {
    expect(open(BINARY)).toEqual([{ id: 'e-1', type: 'test', data: undefined }])
    expect(open(STRUCTURED, JSON.stringify(envelope))).toEqual([{ id: 'e-1', type: 'test', data: undefined }])
  })

  it('comes alone or in a batch', () => {
    const batch = { 'content-type': 'application/cloudevents-batch+json' }
    expect(open(batch, JSON.stringify([envelope, { ...envelope, id: 'e-2' }]))).toMatchObject([
      { id: 'e-1' },
      { id: 'e-2' },
    ])
    expect(open(batch, '[]')).toEqual([])
  })

  it('is also told by its headers where it has no specversion, to say what is missing', () => {
    expect(() => open({ 'ce-id': '1' })).toThrow(/specversion.*source.*type/s)
  })
})

describe('a request is refused', () => {
  const MALFORMED: readonly (readonly [string, Headers, string | Buffer])[] = [
    ['no JSON', { 'content-type': 'application/json' }, '{'],
    ['empty', {}, ''],
    ['not UTF-8', {}, Buffer.from([0x22, 0xff, 0x22])],
    ['of another version of CloudEvents', { ...BINARY, 'ce-specversion': '0.3' }, ''],
    ['an event without a source', STRUCTURED, JSON.stringify({ ...envelope, source: undefined })],
    ['an event with an empty id', STRUCTURED, JSON.stringify({ ...envelope, id: '' })],
    ['an event with text for data that is no JSON', STRUCTURED, JSON.stringify({ ...envelope, data: '{a' })],
    ['a list in structured mode', STRUCTURED, '[]'],
    ['one event in batch mode', { 'content-type': 'application/cloudevents-batch+json' }, '{}'],
  ]
  it.each(MALFORMED)('with 400 when it is %s', (_, headers, body) => {
    expect(() => open(headers, body)).toThrow(expect.objectContaining({ status: 400 }))
  })

  const FOREIGN: readonly Headers[] = [
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'application/cloudevents+avro' },
    { 'content-type': 'application/json; charset=utf-16' },
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    { 'content-type': '' },
  ]
  it.each(FOREIGN)('with 415 for %o', headers => {
    expect(() => open(headers, '{}')).toThrow(expect.objectContaining({ status: 415 }))
  })

  test('and never fails otherwise, whatever is sent', () => {
    const name = fc.constantFrom(
      'content-type',
      'content-encoding',
      'ce-id',
      'ce-type',
      'ce-source',
      'ce-specversion',
    )
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('application/json', 'application/cloudevents+json', '1.0', '"', '%'),
    )
    const body = fc.oneof(
      fc.uint8Array(),
      fc.json().map(text => Buffer.from(text)),
    )
    fc.assert(
      fc.property(fc.dictionary(name, value), body, (headers, bytes) => {
        try {
          open(headers, Buffer.from(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(RequestProblem)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
