/** From a location and its options to all that the client needs to know: resolved once, when the storage is opened. */
import { GoldsyncError } from '../../base/errors.ts'
import { readTls, type TlsTexts } from '../../base/tls.ts'
import { limitsOf, type WebhdfsOptions } from './options.ts'

export interface Settings {
  readonly scheme: string
  /** What every location of this storage begins with: `hdfs://datalake-vol`. */
  readonly root: string
  /** REST roots without a trailing slash: `http://nn1:9870/webhdfs/v1`. */
  readonly nameNodes: readonly string[]
  /** What of the config has them. */
  readonly nameNodesFrom: string
  /** Who asks, as query parameters of every request. Never in a message. */
  readonly identity: Readonly<Record<string, string>>
  /** Who asks, for messages. */
  readonly user: string
  /** What to do where a server does not accept who asks. */
  readonly ifRefused: string
  readonly tls: TlsTexts
  /** Milliseconds for one request. */
  readonly timeout: number
  /** To one host at once. */
  readonly connections: number
  /** Undefined: any host but link-local addresses. */
  readonly redirectHosts: readonly string[] | undefined
}

/** @throws GoldsyncError `CONFIG_INVALID` where a certificate cannot be read, or the location names no host and the options no NameNode */
export async function resolveSettings(location: string, options: WebhdfsOptions): Promise<Settings> {
  const [root = '', scheme = '', host = ''] = /^([a-z]+):(?:\/\/([^/]*))?/i.exec(location) ?? []
  return {
    scheme: scheme.toLowerCase(),
    root,
    nameNodes: (options.namenodes ?? [defaultNameNode(location, scheme.toLowerCase(), host, options)]).map(
      restRoot,
    ),
    nameNodesFrom: options.namenodes ? 'storage.namenodes' : "the lake's location, or set storage.namenodes",
    ...identityOf(options),
    tls: await readTls(options.tls ?? {}),
    ...limitsOf(options),
    redirectHosts: options.redirectHosts,
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

const restRoot = (address: string): string =>
  `${address.replace(/\/+$/, '').replace(/\/webhdfs\/v1$/, '')}/webhdfs/v1`

type Identity = Pick<Settings, 'identity' | 'user' | 'ifRefused'>

function identityOf({ user, token }: WebhdfsOptions): Identity {
  if (token !== undefined)
    return {
      identity: { delegation: token },
      user: 'the owner of the delegation token',
      ifRefused: `storage.token is a delegation token of another cluster or gateway, expired or cancelled: fetch a new one (${PAGE})`,
    }
  if (user !== undefined)
    return {
      identity: { 'user.name': user },
      user: `user ${user}`,
      ifRefused: `a Kerberos cluster wants a delegation token: set storage.token (${PAGE})`,
    }
  return {
    identity: {},
    user: 'the default user (storage.user is not set)',
    ifRefused: `set storage.user: HttpFS and other gateways have no default user. A Kerberos cluster wants storage.token instead (${PAGE})`,
  }
}

const PAGE = 'docs/storages/webhdfs.md'
