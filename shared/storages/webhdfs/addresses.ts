/** Addresses of NameNodes and gateways: where their REST interface begins, and what may be sent there. */
import { isLoopback } from './hosts.ts'

/**
 * Without a trailing slash: `http://nn1:9870/webhdfs/v1`, `https://knox:8443/gateway/ozone/httpfs/v1`.
 * @param address as in a config: one that ends in `/v1` is complete, others get WebHDFS's path
 */
export function restRoot(address: string): string {
  const trimmed = address.replace(/\/+$/, '')
  return trimmed.endsWith('/v1') ? trimmed : `${trimmed}/webhdfs/v1`
}

/** What is wrong with sending secrets as they are to these addresses; undefined where TLS or this machine keeps them. */
export function sentInPlainText(
  auth: { readonly kind: string } | undefined,
  addresses: readonly string[],
): string | undefined {
  if (auth?.kind !== 'basic' && auth?.kind !== 'bearer') return undefined
  const plain = addresses.find(address => isPlain(address))
  return (
    plain &&
    `storage.auth of kind ${auth.kind} would send its secret in plain text to ${plain}: write https://`
  )
}

function isPlain(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === 'http:' && !isLoopback(hostname)
}
