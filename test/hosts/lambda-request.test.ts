import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseEvent } from '../../shared/events/parse.ts'
import { callOf, requestOf } from '../../shared/hosts/lambda/request.ts'

/** An event as AWS documents it. */
const event = (name: string): unknown =>
  JSON.parse(readFileSync(`test/fixtures/lambda/${name}.json`, 'utf8')) as unknown

const FILE = 's3://golden/orders/2026/11/20/06/part+0.parquet'

function filesOf(value: unknown): readonly string[] {
  const call = callOf(value)
  expect(call.function).toBe('file-closed')
  return parseEvent(call.params).files.map(({ location }) => location)
}

describe('an event of Lambda', () => {
  it.each(['s3', 'event-bridge', 'sns'])('of %s names the file', name => {
    const request = requestOf(event(name))
    expect('messages' in request).toBe(false)
    if ('messages' in request) return
    expect(request.function).toBe('file-closed')
    expect(parseEvent(request.params).files.map(({ location }) => location)).toEqual([FILE])
  })

  it('of S3 that is its test needs no work', () => {
    const request = requestOf(event('s3-test-event'))
    if ('messages' in request) throw new Error('no message')
    expect(parseEvent(request.params)).toMatchObject({ files: [], ignored: [{}], refused: [] })
  })

  it.each(['rule', 'scheduler'])('of a %s without an input is a recent scan', name => {
    expect(requestOf(event(name))).toEqual({ function: 'scan', params: {} })
  })

  it.each([
    [{ function: 'scan', mode: 'full' }, 'scan', { mode: 'full' }],
    [
      { function: 'sync', table: 'orders', partitions: ['2026/11/20/06'] },
      'sync',
      { table: 'orders', partitions: ['2026/11/20/06'] },
    ],
    [{ function: 'status' }, 'status', {}],
    [{ function: 'file-closed', path: FILE }, 'file-closed', { path: FILE }],
  ] as const)('%j calls that function with the rest', (value, name, params) => {
    expect(requestOf(value)).toEqual({ function: name, params })
  })

  it('as a CloudEvent of ours calls its function by its own id', () => {
    const value = {
      specversion: '1.0',
      id: 'a-1',
      source: '/x',
      type: 'io.goldsync.sync',
      data: { table: 'orders' },
    }
    expect(requestOf(value)).toEqual({ id: 'a-1', function: 'sync', params: { table: 'orders' } })
  })

  it('of SQS is its messages', () => {
    const request = requestOf(event('sqs'))
    if (!('messages' in request)) throw new Error('expected messages')
    expect(request.messages).toHaveLength(6)
    expect(request.messages[0]).toMatchObject({
      messageId: '059f36b4-87a3-44ab-83d2-661975040000',
      receives: 1,
    })
    const bodies = request.messages.map(({ body }) => JSON.parse(body) as unknown)
    for (const body of bodies.slice(0, 5)) expect(filesOf(body)).toEqual([FILE])
    expect(callOf(bodies[5])).toEqual({ function: 'sync', params: { table: 'orders' } })
  })

  it.each([
    [event('kinesis'), 'events of aws:kinesis are not read'],
    // API Gateway version 1 and load balancers; version 2 and function URLs; one whose path is a lake's.
    [
      { httpMethod: 'POST', path: '/golden/a.parquet', requestContext: { elb: {} }, body: '{}' },
      'requests of HTTP',
    ],
    [{ version: '2.0', rawPath: '/', requestContext: { http: { method: 'POST' } } }, 'requests of HTTP'],
    [{ httpMethod: 'POST', path: FILE, function: 'scan' }, 'are not read; expected those of S3'],
    [{ function: 'scna' }, 'there is no function "scna"; there are: scan, sync, file-closed, plan, status'],
    [{ Records: [{ eventSource: 'aws:sqs', body: '{}' }] }, 'an event of SQS: Records.0.messageId'],
    [{ Records: [{ EventSource: 'aws:sns', Sns: {} }] }, 'an event of SNS: Records.0.Sns.Type'],
    [{ specversion: '1.0', type: 'io.goldsync.sync' }, 'not a CloudEvent 1.0: id'],
  ])('that cannot be read says what it is: %j', (value, message) => {
    expect(() => requestOf(value)).toThrow(message)
  })
})
