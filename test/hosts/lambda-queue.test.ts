import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it, vi } from 'vitest'
import { queueDelivery } from '../../shared/hosts/lambda/queue.ts'

const REQUEST = {
  id: 'r/golden.orders',
  function: 'sync',
  params: { table: 'golden.orders' },
  key: 'k',
} as const

it.each([{}, { GOLDSYNC_QUEUE_URL: '' }])('without a queue there is nobody to hand on to: %j', env => {
  expect(queueDelivery(env)).toBeUndefined()
})

it.each(['goldsync-syncs', 'arn:aws:sqs:eu-central-1:123456789012:goldsync', 'https://u:hunter2@sqs/q'])(
  'what is no address of a queue is told, and not repeated: %s',
  url => {
    const open = () => queueDelivery({ GOLDSYNC_QUEUE_URL: url })
    expect(open).toThrow('GOLDSYNC_QUEUE_URL: expected the address of a queue of SQS')
    expect(open).not.toThrow(url)
  },
)

it('a queue that refuses is unavailable, by its name and the reason’s, without what AWS says of it', async () => {
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    bodies.push(await text(request))
    response.writeHead(403, { 'content-type': 'application/x-amz-json-1.0' })
    response.end(JSON.stringify({ __type: 'com.amazonaws.sqs#AccessDeniedException', message: 'hunter2' }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const delivery = queueDelivery({ GOLDSYNC_QUEUE_URL: `${url}/123456789012/syncs` })
    const error: unknown = await delivery?.send(REQUEST, {}).catch((error: unknown) => error)
    expect(error).toMatchObject({
      code: 'UNAVAILABLE',
      message: '/123456789012/syncs: the queue did not take a request: AccessDeniedException',
    })
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
      MessageBody: '{"function":"sync","table":"golden.orders"}',
    })
    await expect(delivery?.send(REQUEST, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    })
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

it('a client that could not be opened is opened anew by the next message', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  const server = createServer(async (request, response) => {
    const { MessageBody } = JSON.parse(await text(request)) as { MessageBody: string }
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
    response.end(
      JSON.stringify({
        MessageId: 'm',
        MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
      }),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/123456789012/later`
  vi.stubEnv('AWS_REGION', 'us-east-1')
  const settings = await import('../../shared/base/aws-client.ts')
  const made = vi.spyOn(settings, 'awsClientSettings').mockImplementationOnce(() => {
    throw new Error('no certificate')
  })
  try {
    const delivery = queueDelivery({ GOLDSYNC_QUEUE_URL: url })
    await expect(delivery?.send(REQUEST, {})).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(made).toHaveBeenCalledOnce()
    expect(await delivery?.send(REQUEST, {})).toBe('taken')
  } finally {
    made.mockRestore()
    server.closeAllConnections()
    server.close()
  }
})
