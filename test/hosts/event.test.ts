import { CloudEvent, HTTP } from 'cloudevents'
import { describe, expect, it } from 'vitest'
import { readEvent } from '../../shared/hosts/http/event.ts'

const read = ({ headers, body }: ReturnType<typeof HTTP.binary>): ReturnType<typeof readEvent> =>
  readEvent(headers as Record<string, string>, Buffer.from(String(body ?? '')))

const base = { id: 'e-1', source: '/test', type: 'io.goldsync.sync', datacontenttype: 'application/json' }

describe('a CloudEvent', () => {
  it.each([
    ['binary', HTTP.binary],
    ['structured', HTTP.structured],
  ] as const)('calls the function of its type, in %s mode', (_, encode) => {
    const event = new CloudEvent({ ...base, data: { table: 'orders' } })
    expect(read(encode(event))).toEqual({ id: 'e-1', function: 'sync', params: { table: 'orders' } })
  })

  it('of a timer calls scan, with its data or without', () => {
    const { function: name, params } = read(
      HTTP.binary(new CloudEvent({ ...base, type: 'dev.knative.sources.ping' })),
    )
    expect([name, params]).toEqual(['scan', {}])
  })

  it('of any other type is a sink’s, which names closed files', () => {
    const data = { path: '/golden/a.parquet' }
    const event = new CloudEvent({ ...base, type: 'com.example.sink.done', data })
    expect(read(HTTP.binary(event))).toEqual({ id: 'e-1', function: 'file-closed', params: data })
  })

  it('may come in a batch, which names closed files too', () => {
    const events = ['a', 'b'].map(id => ({ specversion: '1.0', ...base, id, data: { path: `/${id}` } }))
    expect(
      readEvent(
        { 'content-type': 'application/cloudevents-batch+json' },
        Buffer.from(JSON.stringify(events)),
      ),
    ).toEqual({ id: 'a', function: 'file-closed', params: [{ path: '/a' }, { path: '/b' }] })
  })

  it('is what is posted, or it is refused with 400', () => {
    expect(() => readEvent({ 'content-type': 'application/json' }, Buffer.from('{}'))).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringContaining('/invoke/') }),
    )
  })
})
