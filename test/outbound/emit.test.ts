import { HTTP } from 'cloudevents'
import { describe, expect, it } from 'vitest'
import type { HttpRequest } from '../../shared/base/http-request.ts'
import { readEvent } from '../../shared/hosts/http/event.ts'
import { activation, handOverEvent, namespaceOf, sinkOf } from '../../shared/outbound/emit.ts'
import { newsEvent } from '../../shared/outbound/news-event.ts'

const request = {
  id: 'tick 1/é "100%"',
  function: 'sync',
  params: { table: 'golden.orders', mode: 'full' },
  key: 'golden.orders',
} as const
const SINK = { url: 'http://broker.test/golden/goldsync', extensions: {} }

const read = ({ headers, body }: HttpRequest) => readEvent(headers, Buffer.from(body ?? ''))

describe('the event that hands a table on', () => {
  it('is what the server takes for a call of sync, in the mode of the scan', () => {
    expect(read(handOverEvent(request, SINK))).toEqual({
      id: request.id,
      function: 'sync',
      params: { table: 'golden.orders', mode: 'full' },
    })
  })

  it('is a CloudEvent to others too, with the table for brokers that keep an order', () => {
    const { url, headers, body } = handOverEvent({ ...request, id: 'tick-1' }, SINK)
    expect(url).toBe(SINK.url)
    expect(HTTP.toEvent({ headers, body })).toMatchObject({
      specversion: '1.0',
      id: 'tick-1',
      source: '/goldsync/scan',
      type: 'io.goldsync.sync',
      partitionkey: 'golden.orders',
      data: { table: 'golden.orders', mode: 'full' },
    })
  })

  it('is one for scan, where a scan goes on with what another could not hand on', () => {
    const rest = { scan: 'tick', lakes: ['hdfs://a/golden'], tables: ['golden.orders'] }
    const back = {
      id: 'tick/rest-1',
      function: 'scan',
      params: { mode: 'full', rest },
      key: 'tick',
    } as const
    expect(read(handOverEvent(back, SINK))).toEqual({
      id: 'tick/rest-1',
      function: 'scan',
      params: { mode: 'full', rest },
    })
    const namespace = { apiHost: 'whisk.test', apiKey: 'u:k', action: '/guest/goldsync/scan' }
    expect(activation(back, namespace)).toMatchObject({
      url: 'https://whisk.test/api/v1/namespaces/guest/actions/goldsync/scan?blocking=false',
      body: JSON.stringify({ mode: 'full', rest }),
    })
  })

  it('has headers of printable ASCII, whatever the id', () => {
    for (const value of Object.values(handOverEvent(request, SINK).headers))
      expect(value).toMatch(/^[\x20-\x7e]+$/)
  })

  it('has the attributes that the platform wants, but none that would make another event of it', () => {
    const overrides = { extensions: { team: 'é', type: 'other', partitionkey: 'x', retries: 3 } }
    const sink = sinkOf({ K_SINK: SINK.url, K_CE_OVERRIDES: JSON.stringify(overrides) })!
    expect(handOverEvent(request, sink).headers).toMatchObject({
      'ce-team': '%C3%A9',
      'ce-retries': '3',
      'ce-type': 'io.goldsync.sync',
      'ce-partitionkey': 'golden.orders',
    })
  })
})

describe('the event that tells what a run changed', () => {
  it('trusts the authorities that the sink names, as every event does', () => {
    const sink = sinkOf({ K_SINK: SINK.url, K_CA_CERTS: 'PEM' })!
    const about = { runId: 'r', table: 'golden.orders', catalog: 'hive', topic: 'orders' }
    const news = { kind: 'partitions.added', ...about, count: 1, partitions: ['2019/09/01/01'] } as const
    expect(newsEvent(news, 'id', '2026-11-21T00:00:00Z', sink).ca).toBe('PEM')
    expect(handOverEvent(request, sink).ca).toBe('PEM')
  })
})

describe('the environment', () => {
  it('names a sink, with or without overrides, or none', () => {
    expect(sinkOf({})).toBeUndefined()
    for (const K_CE_OVERRIDES of [undefined, '', '{}', '{"extensions":{}}'])
      expect(sinkOf({ K_SINK: SINK.url, K_CE_OVERRIDES })).toEqual(SINK)
  })

  it.each(['{', '[]', '{"extensions":"x"}'])('is refused with the overrides %s', K_CE_OVERRIDES => {
    expect(() => sinkOf({ K_SINK: SINK.url, K_CE_OVERRIDES })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('K_CE_OVERRIDES') }),
    )
  })

  it('names a namespace of OpenWhisk only where the action has its key', () => {
    const env = { __OW_API_HOST: 'https://whisk.test', __OW_ACTION_NAME: '/guest/goldsync/scan' }
    expect(namespaceOf(env)).toBeUndefined()
    expect(namespaceOf({ ...env, __OW_API_KEY: 'user:key' })).toEqual({
      apiHost: 'https://whisk.test',
      apiKey: 'user:key',
      action: '/guest/goldsync/scan',
    })
  })
})

describe('the activation that hands a table on', () => {
  const namespace = { apiHost: 'https://whisk.test', apiKey: 'user:key', action: '/guest/goldsync/scan' }

  it('is of the action sync beside scan, and nobody waits for it', () => {
    expect(activation(request, namespace)).toEqual({
      url: 'https://whisk.test/api/v1/namespaces/guest/actions/goldsync/sync?blocking=false',
      headers: { 'content-type': 'application/json', authorization: 'Basic dXNlcjprZXk=' },
      body: '{"table":"golden.orders","mode":"full"}',
    })
  })

  it.each([
    ['whisk.test', 'https://whisk.test/'],
    ['http://10.0.0.1:3233/', 'http://10.0.0.1:3233/'],
  ])('finds the API of %s', (apiHost, origin) => {
    expect(new URL(activation(request, { ...namespace, apiHost }).url).origin).toBe(new URL(origin).origin)
  })

  it('works without a package, and with names that need quoting', () => {
    const { url } = activation(request, { ...namespace, action: '/a@b c/scan' })
    expect(url).toBe('https://whisk.test/api/v1/namespaces/a%40b%20c/actions/sync?blocking=false')
  })
})

describe('the sink of the platform', () => {
  it.each([
    ['http://u:hush-hush@broker.test/golden', /holds a user/],
    ['https://u@broker.test', /holds a user/],
    ['broker.test/golden', /expected http/],
    ['ftp://broker.test', /expected http/],
  ])('is refused where it is %s, without saying what it is', (K_SINK, message) => {
    const told = () => sinkOf({ K_SINK })
    expect(told).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
    )
    expect(told).not.toThrow(/hush/)
  })

  it('may have an @ in its path', () => {
    expect(sinkOf({ K_SINK: 'http://broker.test/a@b' })).toMatchObject({ url: 'http://broker.test/a@b' })
  })
})
