/** GSSAPI (RFC 4752): Kerberos in SASL, and at its end the choice of what protects messages. */
import { GoldsyncError } from '../../base/errors.ts'
import type { SecurityContext } from '../kerberos.ts'
import { type Layer, type Mechanism, QOPS, type Qop } from './mechanism.ts'

const BIT: Readonly<Record<Qop, number>> = { auth: 1, 'auth-int': 2, 'auth-conf': 4 }

/** What we say that we can receive: all that three bytes can tell. */
const LARGEST = 0xff_ffff
/** What wrapping adds to a message is less: RFC 4121 adds 16 bytes of header, 32 of confounder and checksum, and padding. */
const OVERHEAD = 128

const NOTHING = Buffer.alloc(0)

/** @param context with the server, nothing sent yet */
export function gssapi(context: SecurityContext): Mechanism {
  let layer: Layer | undefined
  let complete = false
  return {
    name: 'GSSAPI',
    async step(challenge) {
      if (!context.established) return context.step(challenge)
      // The server's last token is answered with an empty one, after which it offers.
      if (challenge === undefined || challenge.length === 0) return NOTHING
      const offer = await context.unwrap(challenge)
      const { qop, maxLength } = chosen(offer, context)
      const answer = Buffer.alloc(4)
      answer.writeUInt32BE(BIT[qop] * 0x100_0000 + (qop === 'auth' ? 0 : LARGEST))
      const wrapped = await context.wrap(answer, false)
      layer = qop === 'auth' ? undefined : layerOf(context, qop === 'auth-conf', maxLength)
      complete = true
      return wrapped
    },
    get complete() {
      return complete
    },
    get layer() {
      return layer
    },
  }
}

/** The strongest that both can. @throws GoldsyncError `UNSUPPORTED` before anything of it is answered */
function chosen(offer: Buffer, { wrapsMessages }: SecurityContext) {
  if (offer.length < 4)
    throw new GoldsyncError('DATA_INVALID', 'SASL GSSAPI: the server offers protections in no known form')
  const word = offer.readUInt32BE()
  const offered = QOPS.filter(qop => (word >>> 24) & BIT[qop])
  const qop = offered.find(each => each === 'auth' || wrapsMessages)
  if (qop !== undefined) return { qop, maxLength: Math.max(1024, (word & LARGEST) - OVERHEAD) }
  throw new GoldsyncError(
    'UNSUPPORTED',
    `SASL GSSAPI: the server insists on ${offered.join(' or ') || 'no known protection'}, which the npm package kerberos cannot carry`,
    {
      hint: 'let the server admit authentication too (hadoop.rpc.protection=authentication,privacy in its core-site.xml), with TLS on its port; or use a delegation token (auth: {kind: token}), which carries each',
    },
  )
}

const layerOf = (context: SecurityContext, confidential: boolean, maxLength: number): Layer => ({
  wrap: data => context.wrap(data, confidential),
  unwrap: data => context.unwrap(data),
  maxLength,
})
