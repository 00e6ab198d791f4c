/** What kind of place a host is. The URL parser has brought every way to write an address into its plain form. */
import { isIP } from 'node:net'

/** Without brackets; an IPv4 address inside IPv6 as IPv4. */
function plainAddress(host: string): string {
  const address = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address) ?? []
  if (high === undefined || low === undefined) return address.replace(/^::ffff:(?=\d+\.)/, '')
  const bytes = Buffer.from(high.padStart(4, '0') + low.padStart(4, '0'), 'hex')
  return [...bytes].join('.')
}

/** This machine. @param host a name or an address, in brackets or not */
export function isLoopback(host: string): boolean {
  const address = plainAddress(host)
  switch (isIP(address)) {
    case 4:
      return address.startsWith('127.') || address === '0.0.0.0'
    case 6:
      return address === '::1' || address === '::'
    default:
      return /^(.*\.)?localhost\.?$/.test(address)
  }
}

/** Of EC2's instance metadata service, as the URL parser and name servers write it. */
const METADATA = 'fd00:ec2::254'

/** RFC 3927 and RFC 4291 2.5.6: the clouds' metadata services have such addresses; AWS's one more in IPv6. */
export function isLinkLocal(host: string): boolean {
  const address = plainAddress(host)
  switch (isIP(address)) {
    case 4:
      return address.startsWith('169.254.')
    case 6:
      return /^fe[89ab]/.test(address) || address === METADATA
    default:
      return false
  }
}
