/** HDFS over its REST interface. Why not the npm package: docs/decisions/0001-own-webhdfs-client.md. */
import { GoldsyncError } from '../../base/errors.ts'
import { parseToken } from '../../credentials/hadoop-token.ts'
import type { Kerberos } from '../../credentials/kerberos.ts'
import type { KerberosAuth } from '../../credentials/options.ts'
import { notADirectory } from '../failures.ts'
import { byName, childLocation, nameOf } from '../location.ts'
import type { Call, FileStatus, Storage, WritableStorage } from '../storage.ts'
import { openHttp } from './http.ts'
import { openIdentity } from './identities.ts'
import type { Identity } from './identity.ts'
import { openListings, type RemoteStatus } from './listing.ts'
import { openNameNodes, ROUND_PAUSES } from './name-nodes.ts'
import type { WebhdfsOptions } from './options.ts'
import { readRange } from './reading.ts'
import { askEach } from './servers.ts'
import { resolveSettings } from './settings.ts'
import { writing } from './writing.ts'

/**
 * Opens no connection; the first call does.
 * @param location the lake's: its scheme and authority are those of every location that is taken and given
 * @param pauses between rounds of attempts, milliseconds
 * @param openKerberos by default MIT's library, loaded where `auth` has kind `kerberos`
 * @throws GoldsyncError `CONFIG_INVALID` where a certificate cannot be read or no NameNode is named
 */
export async function openWebhdfs(
  location: string,
  options: WebhdfsOptions = {},
  pauses: readonly number[] = ROUND_PAUSES,
  openKerberos?: (auth: KerberosAuth) => Kerberos,
): Promise<WritableStorage> {
  const settings = await resolveSettings(location, options)
  const http = openHttp(settings)
  const identity = await openIdentity(options, { settings, http, pauses }, openKerberos)
  const nameNodes = openNameNodes(settings, identity, pauses)
  const listings = openListings(nameNodes)
  const askedFor = (location: string) => ({ location, ...pickWho(identity) })

  const placed = (location: string) => ({ path: pathOf(location, settings.root), asked: askedFor(location) })

  async function list(directory: string, call: Call = {}): Promise<readonly FileStatus[]> {
    const entries = await listings.children(pathOf(directory, settings.root), askedFor(directory), call)
    if (entries[0]?.pathSuffix === '') throw notADirectory(directory)
    return entries
      .filter(isReadable)
      .map(entry => statusOf(childLocation(directory, entry.pathSuffix), entry))
      .sort(byName)
  }

  const stat = (wanted: string, call: Call = {}): Promise<FileStatus | undefined> =>
    ifThere(async () =>
      statusOf(wanted, await listings.status(pathOf(wanted, settings.root), askedFor(wanted), call)),
    )

  async function read(wanted: string, offset: number, length: number, call: Call = {}) {
    // HDFS refuses to open a file at its end, and so every empty file.
    if (length === 0) return new Uint8Array()
    const { path, asked } = placed(wanted)
    return readRange({ path, offset, length }, asked, { nameNodes, identity, http, settings, pauses }, call)
  }

  return {
    scheme: settings.scheme,
    list,
    stat,
    read,
    ...writing({ nameNodes, identity, http, settings, pauses, listings }, placed),
    ...tokensOf(identity, settings.root),
    servers: (call = {}) => askEach(settings.nameNodes, { settings, identity }, call),
    close: () => identity.close().finally(http.close),
  }
}

const pickWho = ({ user, ifRefused }: Identity) => ({ user, ifRefused })

/** Undefined where there is nothing by that name. */
async function ifThere<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof GoldsyncError && error.code === 'NOT_FOUND') return undefined
    throw error
  }
}

/** What has tokens to give. @param root their name in a file */
const tokensOf = ({ delegation }: Identity, root: string): Pick<Storage, 'delegationToken'> =>
  delegation ? { delegationToken: async (call = {}) => parseToken(await delegation(call), root) } : {}

/** The path inside this HDFS. Dots are refused since URLs would resolve them, and HDFS has no such names. */
function pathOf(location: string, root: string): string {
  const path = location.slice(root.length)
  const inside = location.startsWith(root) && (path === '' || path.startsWith('/'))
  if (inside && !/(^|\/)\.{1,2}(\/|$)/.test(path)) return path === '' ? '/' : path
  throw new GoldsyncError('REQUEST_INVALID', `${location} is not a location in ${root}`)
}

// HDFS has had symbolic links switched off since 2.2 (HADOOP-10019), and query engines read none.
const isReadable = ({ type }: RemoteStatus): boolean => type !== 'SYMLINK'

const statusOf = (location: string, { type, length, modificationTime }: RemoteStatus): FileStatus => ({
  location,
  name: nameOf(location),
  kind: type === 'DIRECTORY' ? 'directory' : 'file',
  size: type === 'DIRECTORY' ? 0 : length,
  modified: modificationTime,
})
