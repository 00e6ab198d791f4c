/** The texts of DIGEST-MD5 (RFC 2831, 2.1): directives with commas between them. Pure. */
import { GoldsyncError } from '../../base/errors.ts'
import { QOPS, type Qop } from './mechanism.ts'

export type Directives = ReadonlyMap<string, readonly string[]>

/** `name=value` or `name="quoted \" value"`; RFC 2831 allows spaces and empty elements in between. */
const DIRECTIVE = /[\s,]*(?:([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))|$)/y

/** @throws GoldsyncError `DATA_INVALID` */
export function parseDirectives(text: string): Directives {
  const found = new Map<string, string[]>()
  DIRECTIVE.lastIndex = 0
  while (DIRECTIVE.lastIndex < text.length) {
    const match = DIRECTIVE.exec(text)
    if (!match) throw new GoldsyncError('DATA_INVALID', 'SASL DIGEST-MD5: the challenge is in no known form')
    const [, name, quoted, bare] = match
    if (name === undefined) break
    const value = quoted?.replace(/\\(.)/gs, '$1') ?? bare ?? ''
    found.set(name.toLowerCase(), [...(found.get(name.toLowerCase()) ?? []), value])
  }
  return found
}

export const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

export interface Challenge {
  readonly realm: string
  readonly nonce: string
  readonly qop: Qop
  /** Bytes of a protected message that the server takes at most. */
  readonly maxLength: number
}

/** The one cipher of the RFC that OpenSSL 3 still has. */
export const CIPHER = '3des'

/** What the server asks, and the strongest protection that both can. @throws GoldsyncError `DATA_INVALID` `UNSUPPORTED` */
export function readChallenge(text: string): Challenge {
  const directives = parseDirectives(text)
  const one = (name: string): string | undefined => directives.get(name)?.[0]
  const nonce = one('nonce')
  if (nonce === undefined || one('algorithm') !== 'md5-sess')
    throw new GoldsyncError(
      'DATA_INVALID',
      'SASL DIGEST-MD5: the challenge has no nonce, or another algorithm',
    )
  const offered = tokens(one('qop') ?? 'auth')
  const ciphers = tokens(one('cipher') ?? '')
  const qop = QOPS.find(each => offered.includes(each) && (each !== 'auth-conf' || ciphers.includes(CIPHER)))
  if (qop === undefined) throw cannotCarry(offered, ciphers)
  return { realm: one('realm') ?? '', nonce, qop, maxLength: sizeOf(one('maxbuf')) }
}

const tokens = (list: string): readonly string[] =>
  list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)

function sizeOf(text = '65536'): number {
  const size = Number(text)
  return Number.isInteger(size) && size > 16 && size < 0x100_0000 ? size : 65_536
}

const cannotCarry = (offered: readonly string[], ciphers: readonly string[]): GoldsyncError =>
  new GoldsyncError(
    'UNSUPPORTED',
    `SASL DIGEST-MD5: the server insists on ${offered.join(', ')}${ciphers.length > 0 ? ` with the ciphers ${ciphers.join(', ')}` : ''}; of ciphers goldsync has ${CIPHER} alone`,
    {
      hint: 'let the server admit another protection (hadoop.rpc.protection in its core-site.xml: authentication or integrity, with TLS on its port)',
    },
  )
