/** Name look-ups for addresses that a server gave: a name can stand for any address, another one at each look-up. */
import { type LookupAddress, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { GoldsyncError } from '../../base/errors.ts'
import { isLinkLocal } from './hosts.ts'

/** As `dns.lookup`, which Node asks at the moment it connects. Fails with `PERMISSION_DENIED` for names that stand for link-local addresses. */
export const lookupOfStrangers: LookupFunction = (host, options, done) =>
  lookup(host, { ...options, all: true }, (error, found) => {
    const fault = error ?? faultOf(host, found)
    const [first] = found ?? []
    if (fault || !first) done(fault ?? null, [])
    else if (options.all) done(null, found)
    else done(null, first.address, first.family)
  })

/** Why what a name server told of a host is not to be connected to. */
export function faultOf(host: string, found: readonly LookupAddress[]): GoldsyncError | undefined {
  const linkLocal = found.find(({ address }) => isLinkLocal(address))
  return linkLocal && refused(host, linkLocal.address)
}

const refused = (host: string, address: string): GoldsyncError =>
  new GoldsyncError(
    'PERMISSION_DENIED',
    `a NameNode redirects to ${host}: ${address} is a link-local address`,
    {
      hint: 'if this is a DataNode of yours, give it an address of your network (docs/storages/webhdfs.md, Redirects)',
    },
  )
