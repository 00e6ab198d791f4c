/** The server's side of SASL, computed by its own code: for tests of the client's. */
import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto'
import type { Duplex } from 'node:stream'
import type { Qop } from '../../shared/credentials/sasl/mechanism.ts'

export interface SaslServer {
  /** The answer, and whether the client is taken in. @throws where it is not */
  step(response: Buffer): { readonly challenge: Buffer; readonly done: boolean }
  wrap?(data: Buffer): Buffer
  unwrap?(data: Buffer): Buffer
}

export const plainServer = (users: Readonly<Record<string, string>>): SaslServer => ({
  step(response) {
    const [, user = '', password] = response.toString().split('\0')
    if (users[user] !== password) throw new Error('Error validating the login')
    return { challenge: Buffer.alloc(0), done: true }
  },
})

const md5 = (...parts: (string | Buffer)[]) =>
  createHash('md5')
    .update(Buffer.concat(parts.map(part => Buffer.from(part))))
    .digest()
const hex = (text: string) => md5(text).toString('hex')

export interface DigestServerOptions {
  readonly users: Readonly<Record<string, string>>
  readonly qop?: string
  readonly cipher?: string
  /** What it proves itself with, instead of the truth. */
  readonly rspauth?: string
}

/** RFC 2831, read from the side of the server. */
export function digestServer(options: DigestServerOptions): SaslServer {
  const { users, qop: offered = 'auth', cipher = '3des,rc4' } = options
  const nonce = 'a nonce, "quoted"'
  let layer: ReturnType<typeof protectionOf> | undefined
  let asked = false
  return {
    step(response) {
      if (!asked) {
        asked = true
        const quotedNonce = nonce.replaceAll('"', '\\"')
        const text = `realm="default",nonce="${quotedNonce}",qop="${offered}",charset=utf-8,cipher="${cipher}",algorithm=md5-sess`
        return { challenge: Buffer.from(text), done: false }
      }
      const said = (name: string) => {
        const found = new RegExp(`(?:^|,)${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^,]*))`).exec(
          response.toString(),
        )
        return (found?.[1] ?? found?.[2] ?? '').replace(/\\(.)/g, '$1')
      }
      const user = said('username')
      const ha1 = md5(md5(`${user}:default:${users[user]}`), `:${nonce}:${said('cnonce')}`)
      const qop = said('qop') as Qop
      const proof = (verb: string) => {
        const a2 = `${verb}:${said('digest-uri')}${qop === 'auth' ? '' : `:${'0'.repeat(32)}`}`
        return hex([ha1.toString('hex'), nonce, said('nc'), said('cnonce'), qop, hex(a2)].join(':'))
      }
      if (said('nonce') !== nonce || said('response') !== proof('AUTHENTICATE'))
        throw new Error('DIGEST-MD5: digest response format violation. Mismatched response.')
      if (qop !== 'auth') layer = protectionOf(ha1, qop === 'auth-conf')
      return { challenge: Buffer.from(`rspauth=${options.rspauth ?? proof('')}`), done: true }
    },
    wrap: data => layer?.wrap(data) ?? data,
    unwrap: data => layer?.unwrap(data) ?? data,
  }
}

const SIGN = (from: string, to: string) => `Digest session key to ${from}-to-${to} signing key magic constant`
const SEAL = (from: string, to: string) => `Digest H(A1) to ${from}-to-${to} sealing key magic constant`

/** Each block by itself, to depend on nothing that a cipher object remembers. */
function protectionOf(ha1: Buffer, confidential: boolean) {
  const keyOf = (from: string, to: string) => {
    const sealing = md5(ha1, SEAL(from, to))
    const key = Buffer.concat([expand(sealing.subarray(0, 7)), expand(sealing.subarray(7, 14))])
    return { signing: md5(ha1, SIGN(from, to)), key, iv: Buffer.from(sealing.subarray(8)), number: 0 }
  }
  const ours = keyOf('server', 'client')
  const theirs = keyOf('client', 'server')
  const macOf = (side: typeof ours, data: Buffer) => {
    const number = Buffer.from([0, 0, 0, side.number])
    side.number += 1
    const mac = createHmac('md5', side.signing)
      .update(Buffer.concat([number, data]))
      .digest()
    return { mac: mac.subarray(0, 10), trailer: Buffer.concat([Buffer.from([0, 1]), number]) }
  }
  return {
    wrap(data: Buffer): Buffer {
      const { mac, trailer } = macOf(ours, data)
      if (!confidential) return Buffer.concat([data, mac, trailer])
      const pad = 8 - ((data.length + 10) % 8)
      const cipher = createCipheriv('des-ede-cbc', ours.key, ours.iv).setAutoPadding(false)
      const sealed = cipher.update(Buffer.concat([data, Buffer.alloc(pad, pad), mac]))
      ours.iv = sealed.subarray(-8)
      return Buffer.concat([sealed, trailer])
    },
    unwrap(wrapped: Buffer): Buffer {
      let body = wrapped.subarray(0, -6)
      if (confidential) {
        const decipher = createDecipheriv('des-ede-cbc', theirs.key, theirs.iv).setAutoPadding(false)
        theirs.iv = Buffer.from(body.subarray(-8))
        body = decipher.update(body)
      }
      const padded = body.subarray(0, -10)
      const data = confidential ? padded.subarray(0, -(padded.at(-1) as number)) : padded
      const { mac } = macOf(theirs, data)
      if (!mac.equals(body.subarray(-10))) throw new Error('a message was changed')
      return data
    },
  }
}

/** Seven bytes as eight, whose lowest bit is no key. */
const expand = (seven: Buffer): Buffer => {
  const bits = [...seven].map(byte => byte.toString(2).padStart(8, '0')).join('')
  return Buffer.from((bits.match(/.{7}/g) as string[]).map(part => Number.parseInt(`${part}0`, 2)))
}

/**
 * Serves Thrift's frames of SASL on a connection: the handshake, then `onMessage` with each message.
 * @param pick the mechanism by the name that the client says
 */
export function serveSasl(
  connection: Duplex,
  pick: (mechanism: string) => SaslServer | undefined,
  onMessage: (message: Buffer, reply: (bytes: Buffer) => void) => void,
): void {
  let held = Buffer.alloc(0)
  let server: SaslServer | undefined
  let done = false
  const say = (status: number, payload: Buffer) =>
    connection.write(Buffer.concat([Buffer.from([status]), sized(payload)]))
  const hear = (status: number, payload: Buffer) => {
    if (status === 1) {
      server = pick(payload.toString())
      if (!server) throw new Error(`Unsupported mechanism type ${payload}`)
      return
    }
    if (!server || (status !== 2 && status !== 5)) throw new Error(`Invalid status ${status}`)
    const answer = server.step(payload)
    done = answer.done
    say(done ? 5 : 2, answer.challenge)
  }
  const take = (): boolean => {
    const header = done ? 4 : 5
    if (held.length < header) return false
    const length = held.readUInt32BE(header - 4)
    if (!done && ((held[0] as number) < 1 || (held[0] as number) > 5))
      throw new Error(`Invalid status ${held.readInt8()}`)
    if (held.length < header + length) return false
    const [status = 0] = held
    const payload = held.subarray(header, header + length)
    held = held.subarray(header + length)
    if (!done) hear(status, payload)
    else
      onMessage(server?.unwrap?.(payload) ?? payload, bytes => {
        connection.write(sized(server?.wrap?.(bytes) ?? bytes))
      })
    return true
  }
  connection.on('data', chunk => {
    held = Buffer.concat([held, chunk])
    try {
      while (take());
    } catch (error) {
      say(4, Buffer.from((error as Error).message))
      connection.end()
    }
  })
}

const sized = (payload: Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(payload.length)
  return Buffer.concat([length, payload])
}
