/** Whether a redirect may be followed: the answer names any URL, and the request comes from inside the user's network. */
import { GoldsyncError } from '../../base/errors.ts'
import { isLinkLocal, isLoopback } from './hosts.ts'

/** Who redirects. */
export interface Redirecting {
  /** What was asked. */
  readonly url: URL
  /** REST root of the server: `https://knox:8443/gateway/default/webhdfs/v1`. */
  readonly root: string
}

/** Where to, beyond the server itself. */
export interface Allowed {
  /** Host names or `*.domain`; undefined lets a NameNode name any other, since DataNodes have names of any kind. */
  readonly redirectHosts: readonly string[] | undefined
  /** Whether the server is a gateway that speaks for the cluster: it needs to name no other. */
  readonly throughGateway: boolean
}

/**
 * The URL of a 307: a DataNode's for the same file, or one of the server's own.
 * @throws GoldsyncError `PERMISSION_DENIED`, `DATA_INVALID` where it is no URL
 */
export function redirectTarget(location: string | undefined, from: Redirecting, allowed: Allowed): URL {
  const { origin } = from.url
  if (location === undefined || !URL.canParse(location, from.url.href)) {
    throw new GoldsyncError('DATA_INVALID', `${origin} redirects to no URL`)
  }
  const target = new URL(location, from.url)
  const fault = faultOf(target, from, allowed)
  if (fault === undefined) return target
  throw new GoldsyncError('PERMISSION_DENIED', `${origin} redirects to ${target.origin}: ${fault}`, {
    hint: 'if this is a server of yours, see storage.redirectHosts and TLS in docs/storages/webhdfs.md',
  })
}

function faultOf(target: URL, from: Redirecting, allowed: Allowed): string | undefined {
  if (!['http:', 'https:'].includes(target.protocol)) return 'not http or https'
  if (target.username !== '' || target.password !== '') return 'with a user in the address'
  if (from.url.protocol === 'https:' && target.protocol !== 'https:') return 'from https to plain http'
  if (!isWebhdfs(target, from)) return 'not a WebHDFS path'
  if (target.origin === from.url.origin) return undefined
  // The last name alone: a router's mount table gives the folders other names.
  if (lastOf(target.pathname) !== lastOf(from.url.pathname)) return 'not the file that was asked for'
  return faultOfHost(target.hostname, from.url.hostname, allowed)
}

/** A DataNode's path, or one beside the REST root: Knox gives the bytes at `/gateway/NAME/webhdfs/data/v1/…`. */
const isWebhdfs = ({ pathname }: URL, { root }: Redirecting): boolean =>
  [new URL('.', root).pathname, '/webhdfs/v1/'].some(start => pathname.startsWith(start))

function lastOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

function faultOfHost(
  host: string,
  from: string,
  { redirectHosts, throughGateway }: Allowed,
): string | undefined {
  if (isLinkLocal(host)) return 'a link-local address'
  if (redirectHosts) {
    const listed = redirectHosts.some(pattern => matches(host, pattern.toLowerCase()))
    return listed ? undefined : 'not in storage.redirectHosts'
  }
  if (throughGateway) return 'another server than the gateway, and not in storage.redirectHosts'
  return isLoopback(host) && !isLoopback(from) ? 'this machine, and not in storage.redirectHosts' : undefined
}

const matches = (host: string, pattern: string): boolean =>
  pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern
