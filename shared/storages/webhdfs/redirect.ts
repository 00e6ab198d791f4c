/** Whether a NameNode's redirect may be followed: the answer names any URL, and the request comes from inside the user's network. */
import { isIP } from 'node:net'
import { GoldsyncError } from '../../base/errors.ts'

/**
 * The DataNode's URL of a 307.
 * Always refused: from https to http, a path that is not WebHDFS, link-local addresses (the clouds' metadata services).
 * @param allowed host names or `*.domain`; undefined lets any other host pass, since DataNodes have names of any kind
 * @throws GoldsyncError `PERMISSION_DENIED`, `DATA_INVALID` where it is no URL
 */
export function redirectTarget(
  location: string | undefined,
  nameNode: URL,
  allowed: readonly string[] | undefined,
): URL {
  if (location === undefined || !URL.canParse(location, nameNode.href)) {
    throw new GoldsyncError('DATA_INVALID', `${nameNode.origin} redirects to no URL`)
  }
  const target = new URL(location, nameNode)
  const fault = faultOf(target, nameNode, allowed)
  if (fault === undefined) return target
  throw new GoldsyncError('PERMISSION_DENIED', `${nameNode.origin} redirects to ${target.origin}: ${fault}`, {
    hint: 'if this is a DataNode of yours, see storage.redirectHosts and TLS in docs/storages/webhdfs.md',
  })
}

function faultOf(target: URL, nameNode: URL, allowed: readonly string[] | undefined): string | undefined {
  if (!['http:', 'https:'].includes(target.protocol)) return 'not http or https'
  if (nameNode.protocol === 'https:' && target.protocol !== 'https:') return 'from https to plain http'
  if (!target.pathname.includes('/webhdfs/')) return 'not a WebHDFS path'
  if (isLinkLocal(target.hostname)) return 'a link-local address'
  if (allowed && !allowed.some(pattern => matches(target.hostname, pattern.toLowerCase()))) {
    return 'not in storage.redirectHosts'
  }
  return undefined
}

// RFC 3927 and RFC 4291 2.5.6. The URL parser has brought every way to write an address into its plain form.
function isLinkLocal(host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1')
  switch (isIP(address)) {
    case 4:
      return address.startsWith('169.254.')
    case 6:
      return /^fe[89ab]|^::ffff:a9fe:/.test(address)
    default:
      return false
  }
}

const matches = (host: string, pattern: string): boolean =>
  pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern
