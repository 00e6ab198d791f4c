/** What DIGEST-MD5 protects messages with (RFC 2831, 2.3 and 2.4), as Java does it: 3DES goes on from message to message. */
import {
  type Cipher,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  type Decipher,
} from 'node:crypto'
import { GoldsyncError } from '../../base/errors.ts'
import type { Layer } from './mechanism.ts'

const md5 = (...parts: (Buffer | string)[]): Buffer => {
  const hash = createHash('md5')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const SIGNING = {
  client: 'Digest session key to client-to-server signing key magic constant',
  server: 'Digest session key to server-to-client signing key magic constant',
}
const SEALING = {
  client: 'Digest H(A1) to client-to-server sealing key magic constant',
  server: 'Digest H(A1) to server-to-client sealing key magic constant',
}

/** Bytes of a check, then of the version and number of the message. */
const MAC = 10
const TRAILER = 6
const BLOCK = 8

type Side = 'client' | 'server'

interface DigestLayerOptions {
  /** H(A1) of the handshake. */
  readonly secret: Buffer
  readonly confidential: boolean
  /** Of what the server takes. */
  readonly maxLength: number
}

export function digestLayer({ secret, confidential, maxLength }: DigestLayerOptions): Layer {
  const [sent, received] = [openMac(secret, 'client'), openMac(secret, 'server')]
  const encrypt = confidential ? cipherOf(secret, 'client', createCipheriv) : undefined
  const decrypt = confidential ? cipherOf(secret, 'server', createDecipheriv) : undefined
  return {
    async wrap(data) {
      const { mac, trailer } = sent(data)
      const body = encrypt ? encrypt.update(Buffer.concat([padded(data), mac])) : Buffer.concat([data, mac])
      return Buffer.concat([body, trailer])
    },
    async unwrap(wrapped) {
      const sealed = wrapped.subarray(0, -TRAILER)
      if (wrapped.length < MAC + TRAILER || (decrypt && sealed.length % BLOCK !== 0)) throw tampered()
      const body = decrypt ? decrypt.update(sealed) : sealed
      const data = decrypt ? unpadded(body.subarray(0, -MAC)) : body.subarray(0, -MAC)
      const { mac, trailer } = received(data)
      if (!mac.equals(body.subarray(-MAC)) || !trailer.equals(wrapped.subarray(-TRAILER))) throw tampered()
      return data
    },
    maxLength: maxLength - MAC - TRAILER - BLOCK,
  }
}

const tampered = (): GoldsyncError =>
  new GoldsyncError('DATA_INVALID', 'SASL DIGEST-MD5: a message is not what the server protected', {
    retryable: true,
  })

/** The check of the next message, and what follows it: version 1, the message's number. */
function openMac(secret: Buffer, side: Side) {
  const key = md5(secret, SIGNING[side])
  let number = 0
  return (data: Buffer) => {
    const trailer = Buffer.alloc(TRAILER)
    trailer.writeUInt16BE(1)
    trailer.writeUInt32BE(number, 2)
    number = (number + 1) % 0x1_0000_0000
    const mac = createHmac('md5', key).update(trailer.subarray(2)).update(data).digest().subarray(0, MAC)
    return { mac, trailer }
  }
}

/** 3DES with two keys; data come in whole blocks, with the RFC's padding in their midst. */
function cipherOf<C extends Cipher | Decipher>(
  secret: Buffer,
  side: Side,
  create: (name: string, key: Buffer, iv: Buffer) => C,
): C {
  const key = md5(secret, SEALING[side])
  const cipher = create('des-ede-cbc', Buffer.concat([desKey(key, 0), desKey(key, 7)]), key.subarray(8))
  cipher.setAutoPadding(false)
  return cipher
}

/** A DES key of eight bytes: seven bits of key in each, and a bit of parity, which nobody looks at. */
function desKey(bytes: Buffer, at: number): Buffer {
  const bits = BigInt(`0x${bytes.toString('hex', at, at + 7)}`)
  return Buffer.from(
    Array.from({ length: 8 }, (_, byte) => Number((bits >> BigInt(49 - 7 * byte)) & 0x7fn) << 1),
  )
}

function padded(data: Buffer): Buffer {
  const length = BLOCK - ((data.length + MAC) % BLOCK)
  return Buffer.concat([data, Buffer.alloc(length, length)])
}

function unpadded(data: Buffer): Buffer {
  const length = data.at(-1) ?? 0
  if (length < 1 || length > BLOCK || length > data.length) throw tampered()
  return data.subarray(0, -length)
}
