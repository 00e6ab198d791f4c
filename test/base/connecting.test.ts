import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  CONNECT_FAILED,
  CONNECT_TIMEOUT,
  connectLimit,
  limitConnecting,
  withConnectLimit,
  withRetryLimit,
} from '../../shared/base/connecting.ts'
import { closedPort, serve } from '../support/net.ts'
import { gate, stopTimers, turns } from '../support/waiting.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A name whose address never comes: a connection that is not made. */
const nowhere = { host: 'nowhere.example', port: 1, lookup: () => {} }
const silent = async (onConnection: () => void = () => {}) => {
  const server = await serve(onConnection)
  closing.push(() => server.close())
  return server.port
}

it('a connection that is not made ends in time', async () => {
  stopTimers()
  const socket = connect(nowhere)
  const failed = new Promise<Error>(resolve => socket.once('error', resolve))
  limitConnecting(socket, 5_000, false)
  vi.advanceTimersByTime(5_000)
  expect(await failed).toMatchObject({ code: CONNECT_TIMEOUT, message: 'no connection within 5000 ms' })
})

it('one that is made in time stays', async () => {
  stopTimers()
  const socket = connect({ host: '127.0.0.1', port: await silent() })
  closing.push(() => socket.destroy())
  limitConnecting(socket, 5_000, false)
  await new Promise(resolve => socket.once('connect', resolve))
  vi.advanceTimersByTime(60_000)
  await turns()
  expect(socket.destroyed).toBe(false)
})

it('a server that does not agree on TLS is told from one that is not there', async () => {
  stopTimers()
  const connected = gate()
  const socket = connectTls({ host: '127.0.0.1', port: await silent(), servername: 'localhost' })
  socket.once('connect', connected.open)
  const failed = new Promise<Error>(resolve => socket.once('error', resolve))
  limitConnecting(socket, 5_000, true)
  await connected.opened
  vi.advanceTimersByTime(5_000)
  expect(await failed).toMatchObject({
    message: expect.stringContaining('does not answer in TLS within 5000 ms'),
  })
})

it('an agent limits each of its connections', async () => {
  stopTimers()
  const agent = withConnectLimit(new Agent(), 5_000, false)
  const request = get({ ...nowhere, agent })
  const failed = new Promise<Error>(resolve => request.once('error', resolve))
  while (vi.getTimerCount() === 0) await new Promise(setImmediate)
  vi.advanceTimersByTime(5_000)
  expect(await failed).toMatchObject({ code: CONNECT_TIMEOUT })
})

it.each([1, 2, 3, 4])('%i servers that are not there are told within 8 s', servers => {
  expect(servers * connectLimit(servers, 60_000)).toBeLessThanOrEqual(8_000)
})

it('a shorter limit of the config counts', () => {
  expect(connectLimit(1, 400)).toBe(400)
})

describe('a connection that fails at once', () => {
  let now = 0
  const agent = () => withRetryLimit(new Agent(), 3_000, () => now)
  const failing = (agent: Agent, port: number, at: number) =>
    new Promise<unknown>(resolve => {
      now = at
      get({ host: '127.0.0.1', port, agent }).once('error', error => resolve('code' in error && error.code))
    })

  it('may be tried again for so long, and then no more', async () => {
    const [one, port] = [agent(), await closedPort()]
    const codes = []
    for (const at of [0, 2_999, 3_000, 9_000]) codes.push(await failing(one, port, at))
    expect(codes).toEqual(['ECONNREFUSED', 'ECONNREFUSED', CONNECT_FAILED, CONNECT_FAILED])
  })

  it('is another story long after the last one', async () => {
    const [one, port] = [agent(), await closedPort()]
    expect(await failing(one, port, 0)).toBe('ECONNREFUSED')
    expect(await failing(one, port, 60_000)).toBe('ECONNREFUSED')
  })

  it('and after one that was made: what breaks that is no failure to connect', async () => {
    const [one, port] = [agent(), await closedPort()]
    const server = await serve(socket => void socket.once('data', () => socket.resetAndDestroy()))
    closing.push(() => server.close())
    expect(await failing(one, port, 0)).toBe('ECONNREFUSED')
    expect(await failing(one, server.port, 4_000)).toBe('ECONNRESET')
    expect(await failing(one, port, 5_000)).toBe('ECONNREFUSED')
  })
})
