/** Name look-ups for addresses that a server gave: a name can stand for any address, another one at each look-up. */
import { type LookupAddress, lookup } from 'node:dns'
import { lookup as lookUp } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { networkInterfaces } from 'node:os'
import { GoldsyncError } from '../../base/errors.ts'
import { isLinkLocal, isLoopback } from './hosts.ts'

export interface Redirected {
  /** The host of the server that gave the name. */
  readonly from: string
  /** Whether the user named the host, or its domain. */
  readonly isListed: boolean
}

/**
 * As `dns.lookup`, which Node asks at the moment it connects. Fails with `PERMISSION_DENIED` for names that stand for link-local
 * addresses, or for this machine where the address itself would be refused.
 */
export const lookupOfStrangers =
  (redirected: Redirected): LookupFunction =>
  (host, options, done) =>
    lookup(host, { ...options, all: true }, async (error, found) => {
      const fault = error ?? (await faultOf(host, found, redirected))
      const [first] = found ?? []
      if (fault || !first) done(fault ?? null, [])
      else if (options.all) done(null, found)
      else done(null, first.address, first.family)
    })

/** Why what a name server told of a host is not to be connected to. Never rejects. */
export async function faultOf(
  host: string,
  found: readonly LookupAddress[],
  { from, isListed }: Redirected,
): Promise<GoldsyncError | undefined> {
  const linkLocal = found.find(({ address }) => isLinkLocal(address))
  if (linkLocal) return refused(host, `${linkLocal.address} is a link-local address`, ANOTHER)
  const here = found.find(({ address }) => isLoopback(address))
  if (here === undefined || isListed || isLoopback(from) || (await isHere(from))) return undefined
  return refused(host, `${here.address} is this machine`, 'list it in storage.redirectHosts')
}

/** Whether a host is this machine, by whichever of its names and addresses. */
async function isHere(host: string): Promise<boolean> {
  const own = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? [])
  const found = await lookUp(host, { all: true }).catch(() => [])
  return found.some(({ address }) => isLoopback(address) || own.some(each => each.address === address))
}

const ANOTHER = 'give it an address of your network'

const refused = (host: string, fault: string, remedy: string): GoldsyncError =>
  new GoldsyncError('PERMISSION_DENIED', `a NameNode redirects to ${host}: ${fault}`, {
    hint: `if this is a DataNode of yours, ${remedy} (docs/storages/webhdfs.md, Redirects)`,
  })
