import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { digestMd5 } from '../../../shared/credentials/sasl/digest-md5.ts'
import { encodeFrame, STATUS } from '../../../shared/credentials/sasl/frames.ts'
import type { Mechanism } from '../../../shared/credentials/sasl/mechanism.ts'
import { plain } from '../../../shared/credentials/sasl/plain.ts'
import { secured } from '../../../shared/credentials/sasl/secured.ts'
import { serve } from '../../support/net.ts'
import { digestServer, plainServer, type SaslServer, serveSasl } from '../../support/sasl-server.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A server that answers each message with it, byte by byte in small pieces if asked. */
async function echo(mechanisms: Readonly<Record<string, SaslServer>>, wire: string[] = []): Promise<Socket> {
  const { port, close } = await serve(socket => {
    socket.on('data', chunk => wire.push(chunk.toString('latin1')))
    serveSasl(
      socket,
      name => mechanisms[name],
      (message, reply) => reply(message),
    )
  })
  closing.push(close)
  return connect(port, '127.0.0.1')
}

const digest = (password = 'secret'): Mechanism => digestMd5({ user: 'token', password, uri: 'null/default' })
const users = { token: 'secret' }

async function echoed(socket: Socket, mechanism: Mechanism, messages: readonly Buffer[]): Promise<Buffer> {
  const stream = await secured(socket, mechanism)
  closing.unshift(() => stream.destroy())
  const got: Buffer[] = []
  for (const message of messages) {
    stream.write(message)
    let here = 0
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      got.push(chunk)
      here += chunk.length
      if (here >= message.length) break
    }
  }
  return Buffer.concat(got)
}

const MESSAGES = [
  Buffer.from('first'),
  Buffer.alloc(200_000, 'second '),
  Buffer.from('x'),
  Buffer.alloc(6, 'y'),
]

describe('a connection secured by SASL', () => {
  it('by PLAIN carries messages as they are', async () => {
    const socket = await echo({ PLAIN: plainServer({ ann: 'secret' }) })
    expect(Buffer.concat(MESSAGES).equals(await echoed(socket, plain('ann', 'secret'), MESSAGES))).toBe(true)
  })

  it.each([
    ['auth', true],
    ['auth,auth-int', true],
    ['auth,auth-int,auth-conf', false],
  ])('by DIGEST-MD5 with %s carries messages; their text is on the wire: %s', async (qop, visible) => {
    const wire: string[] = []
    const socket = await echo({ 'DIGEST-MD5': digestServer({ users, qop }) }, wire)
    expect(Buffer.concat(MESSAGES).equals(await echoed(socket, digest(), MESSAGES))).toBe(true)
    expect(wire.join('').includes('second ')).toBe(visible)
  })

  it('is not made where the server does not know the password', async () => {
    const rspauth = '0'.repeat(32)
    const socket = await echo({ 'DIGEST-MD5': digestServer({ users, rspauth }) })
    await expect(secured(socket, digest())).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' })
  })

  it.each([
    [
      'a wrong password',
      { PLAIN: plainServer({}) },
      plain('ann', 'wrong-pw'),
      /Error validating.*/,
      /user and password/,
    ],
    [
      'a wrong token',
      { 'DIGEST-MD5': digestServer({ users }) },
      digest('other-pw'),
      /Mismatched/,
      /fetch a new one/,
    ],
    ['another mechanism', {}, digest(), /Unsupported mechanism type DIGEST-MD5/, /another kind of auth/],
  ])(
    'is refused for %s, with the reason of the server and no secret',
    async (_, mechanisms, mechanism, message, hint) => {
      const socket = await echo(mechanisms as Record<string, SaslServer>)
      const error = await secured(socket, mechanism).catch(error => error)
      expect(error).toMatchObject({
        code: 'AUTHENTICATION_FAILED',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      })
      expect(`${error.message} ${error.hint}`).not.toMatch(/wrong-pw|other-pw/)
    },
  )

  it('that the server closes in the handshake, or answers in another language, is an error', async () => {
    for (const [answer, message] of [
      ['', 'closed'],
      ['HTTP/1.1 400 Bad Request\r\n\r\n', 'HTTP'],
    ] as const) {
      const { port, close } = await serve(socket => socket.once('data', () => socket.end(answer)))
      closing.push(close)
      await expect(secured(connect(port, '127.0.0.1'), digest())).rejects.toThrow(message)
    }
  })

  it('ends where a message was changed on the way', async () => {
    const honest = digestServer({ users, qop: 'auth-int' })
    const forger: SaslServer = {
      ...honest,
      wrap: data => (honest.wrap as (data: Buffer) => Buffer)(Buffer.from(`forged ${data}`)).subarray(7),
    }
    const socket = await echo({ 'DIGEST-MD5': forger })
    await expect(echoed(socket, digest(), MESSAGES)).rejects.toMatchObject({ code: 'DATA_INVALID' })
    expect(socket.destroyed).toBe(true)
  })

  it.each([
    ['that is too long', Buffer.alloc(4, 0xff), undefined],
    ['that was forged', Buffer.concat([encodeFrame(Buffer.alloc(20, 1)), Buffer.alloc(9)]), 'auth-int'],
  ])(
    'ends with an error for a message %s, right behind the last word of the handshake',
    async (_, more, qop) => {
      const { port, close } = await serve(socket => {
        const write = socket.write.bind(socket)
        const answer = (bytes: Uint8Array) =>
          write(bytes[0] === STATUS.COMPLETE ? Buffer.concat([bytes, more]) : bytes)
        Object.assign(socket, { write: answer })
        serveSasl(
          socket,
          () => digestServer({ users, ...(qop && { qop }) }),
          () => undefined,
        )
      })
      closing.push(close)
      const stream = await secured(
        connect(port, '127.0.0.1'),
        digestMd5({ user: 'token', password: 'secret', uri: 'null/default' }),
      )
      const error = await new Promise(resolve => stream.on('error', resolve))
      expect(error).toMatchObject({ code: 'DATA_INVALID' })
    },
  )

  it('gives what came last, when the server closes while it is unwrapped', async () => {
    const { port, close } = await serve(socket => {
      serveSasl(
        socket,
        () => plainServer({ ann: 'secret' }),
        () => undefined,
      )
      socket.on('data', chunk => chunk.includes('bye') && socket.end(encodeFrame(Buffer.from('last'))))
    })
    closing.push(close)
    let unwrap: () => void = () => undefined
    const unwrapping = new Promise<void>(resolve => {
      unwrap = resolve
    })
    const layer = {
      maxLength: 1000,
      wrap: async (data: Buffer) => data,
      unwrap: (data: Buffer) => unwrapping.then(() => data),
    }
    const slow: Mechanism = Object.assign(plain('ann', 'secret'), { layer })
    const socket = connect(port, '127.0.0.1')
    const stream = await secured(socket, slow)
    const got: Buffer[] = []
    stream.on('data', chunk => got.push(chunk))
    const ended = new Promise(resolve => stream.on('close', resolve))
    stream.write('bye')
    await new Promise(resolve => socket.on('close', resolve))
    unwrap()
    await ended
    expect(Buffer.concat(got).toString()).toBe('last')
  })
})
