/** From a location and its options to all that the client needs to know: resolved once, when the storage is opened. */
import { GoldsyncError } from '../../base/errors.ts'
import { readTls, type TlsTexts } from '../../base/tls.ts'
import { restRoot, sentInPlainText } from './addresses.ts'
import { limitsOf, type WebhdfsOptions } from './options.ts'
import type { Allowed } from './redirect.ts'

export interface Settings extends Allowed {
  readonly scheme: string
  /** What every location of this storage begins with: `hdfs://datalake-vol`. */
  readonly root: string
  /** REST roots without a trailing slash: `http://nn1:9870/webhdfs/v1`. */
  readonly nameNodes: readonly string[]
  /** What of the config has them. */
  readonly nameNodesFrom: string
  readonly tls: TlsTexts
  /** Milliseconds for one request. */
  readonly timeout: number
  /** To one host at once. */
  readonly connections: number
}

/** @throws GoldsyncError `CONFIG_INVALID` where a certificate cannot be read, the location names no host and the options no NameNode, or a secret would be sent in plain text */
export async function resolveSettings(location: string, options: WebhdfsOptions): Promise<Settings> {
  const [root = '', scheme = '', host = ''] = /^([a-z]+):(?:\/\/([^/]*))?/i.exec(location) ?? []
  const { namenodes, auth, tls, redirectHosts } = options
  const addresses = namenodes ?? [defaultNameNode(location, scheme.toLowerCase(), host, options)]
  const plain = sentInPlainText(auth, addresses)
  if (plain !== undefined) throw new GoldsyncError('CONFIG_INVALID', plain)
  return {
    scheme: scheme.toLowerCase(),
    root,
    nameNodes: addresses.map(restRoot),
    nameNodesFrom: namenodes ? 'storage.namenodes' : "the lake's location, or set storage.namenodes",
    tls: await readTls(tls ?? {}),
    ...limitsOf(options),
    redirectHosts,
    throughGateway: auth?.kind === 'basic' || auth?.kind === 'bearer',
  }
}

// hdfs-default.xml: dfs.namenode.http-address is port 9870, dfs.namenode.https-address 9871. The port of an hdfs:// location is
// that of the RPC service, the port of a webhdfs:// location is the HTTP one.
function defaultNameNode(location: string, scheme: string, host: string, options: WebhdfsOptions): string {
  const [name, port] = host.split(/:(?=\d+$)/)
  if (!name) {
    throw new GoldsyncError('CONFIG_INVALID', `${location} names no NameNode`, {
      hint: 'write hdfs://host/path, or set storage.namenodes to [http://host:9870]',
    })
  }
  const secure = scheme === 'swebhdfs' || (scheme === 'hdfs' && options.tls !== undefined)
  const httpPort = scheme === 'hdfs' ? undefined : port
  return secure ? `https://${name}:${httpPort ?? 9871}` : `http://${name}:${httpPort ?? 9870}`
}
