/** PLAIN (RFC 4616): user and password, as LDAP servers want them. Nothing is proven about the server: that is for TLS. */
import { GoldsyncError } from '../../base/errors.ts'
import type { Mechanism } from './mechanism.ts'

export function plain(user: string, password: string): Mechanism {
  let complete = false
  return {
    name: 'PLAIN',
    async step() {
      if (complete) throw new GoldsyncError('DATA_INVALID', 'PLAIN: the server asks for more than a password')
      if (`${user}${password}`.includes('\0'))
        throw new GoldsyncError('CONFIG_INVALID', 'auth: neither user nor password can hold a NUL character')
      complete = true
      return Buffer.from(`\0${user}\0${password}`)
    },
    get complete() {
      return complete
    },
    layer: undefined,
  }
}
