import { CloudEvent, HTTP } from 'cloudevents'
import { describe, expect, it } from 'vitest'
import { readEvent } from '../../shared/hosts/http/event.ts'

const read = (message: ReturnType<typeof HTTP.binary>): ReturnType<typeof readEvent> =>
  readEvent(message.headers as Record<string, string>, Buffer.from(String(message.body ?? '')))

const base = { id: 'e-1', source: '/test', type: 'dev.goldsync.sync.v1', datacontenttype: 'application/json' }

describe('a CloudEvent', () => {
  it.each([
    ['binary', HTTP.binary],
    ['structured', HTTP.structured],
  ] as const)('means the same in %s mode', (_, encode) => {
    const event = new CloudEvent({ ...base, data: { table: 'orders' } })
    expect(read(encode(event))).toEqual({ id: 'e-1', function: 'sync', params: { table: 'orders' } })
  })

  it('has its header values percent-decoded, and a stray percent sign left', () => {
    const headers = { 'ce-specversion': '1.0', 'ce-type': base.type, 'ce-source': '/t' }
    expect(readEvent({ ...headers, 'ce-id': 'golden%2F%C3%A9t%C3%A9' }, Buffer.alloc(0)).id).toBe(
      'golden/été',
    )
    expect(readEvent({ ...headers, 'ce-id': '100%' }, Buffer.alloc(0)).id).toBe('100%')
  })

  it('without data has no parameters', () => {
    const { params } = read(HTTP.binary(new CloudEvent({ ...base, type: 'dev.knative.sources.ping' })))
    expect(params).toEqual({})
  })

  it('of a type that no function takes is refused with the types that are known', () => {
    expect(() => read(HTTP.binary(new CloudEvent({ ...base, type: 'com.example' })))).toThrow(
      /com\.example; known: .*dev\.goldsync\.scan\.v1/,
    )
  })

  it.each([
    ['not an event at all', {}, ''],
    ['structured, but no JSON', { 'content-type': 'application/cloudevents+json' }, '{'],
    [
      'structured, without a source',
      { 'content-type': 'application/cloudevents+json' },
      '{"specversion":"1.0","id":"1","type":"t"}',
    ],
    [
      'binary, with broken JSON data',
      {
        'ce-specversion': '1.0',
        'ce-id': '1',
        'ce-source': '/',
        'ce-type': 'dev.goldsync.scan.v1',
        'content-type': 'application/json',
      },
      '{"a":',
    ],
  ])('is refused with 400 when it is %s', (_, headers, body) => {
    expect(() => readEvent(headers, Buffer.from(body))).toThrow(expect.objectContaining({ status: 400 }))
  })
})
