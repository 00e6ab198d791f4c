/** Identities by the kinds of `storage.auth`: a name, a token, what a gateway is told. Kerberos has a file of its own. */
import { openBasic } from '../../credentials/basic.ts'
import { openBearer } from '../../credentials/bearer.ts'
import { tokenText } from '../../credentials/hadoop-token.ts'
import type { Kerberos } from '../../credentials/kerberos.ts'
import type { BasicAuth, BearerAuth, KerberosAuth, TokenAuth } from '../../credentials/options.ts'
import { openSecret, type ReadSecret } from '../../credentials/secret.ts'
import { openTokens } from '../../credentials/token-file.ts'
import type { Send } from './http.ts'
import type { Identity } from './identity.ts'
import type { Servers } from './kerberos-identity.ts'
import type { WebhdfsOptions } from './options.ts'

const PAGE = 'docs/storages/webhdfs.md'

/**
 * Reads no file and asks no server; the first question does.
 * @param openKerberos the realm, for kind `kerberos`
 */
export async function openIdentity(
  { user, token, auth }: WebhdfsOptions,
  servers: Servers,
  openKerberos?: (auth: KerberosAuth) => Kerberos,
): Promise<Identity> {
  const { http } = servers
  switch (auth?.kind) {
    case undefined:
      return token === undefined
        ? byName(user, http)
        : byToken(openSecret(token, 'storage.token'), 'storage.token', http)
    case 'token':
      return byToken(fromFile(auth, servers.settings.root), 'the token of storage.auth', http)
    case 'kerberos': {
      const { byKerberos } = await import('./kerberos-identity.ts')
      const open = openKerberos ?? (await import('../../credentials/gssapi.ts')).openKerberos
      return byKerberos(auth, open(auth), servers)
    }
    case 'basic':
    case 'bearer':
      return byHeader(auth, http)
    default:
      throw new TypeError(auth satisfies never)
  }
}

/** WebHDFS takes the NameNode's tokens whatever kind they were fetched as. */
const KINDS = ['WEBHDFS delegation', 'SWEBHDFS delegation', 'HDFS_DELEGATION_TOKEN']

/** @param root the lake's, by which `goldsync token fetch` names its token */
function fromFile(auth: TokenAuth, root: string): ReadSecret {
  const read = openTokens(auth, { name: root })
  return async () => tokenText(await read(KINDS))
}

/** Nobody else is there to be asked as. */
const LASTING = { renewed: async () => false, close: async () => {} }

function byName(user: string | undefined, { send }: { readonly send: Send }): Identity {
  return {
    ...LASTING,
    send,
    user: user === undefined ? 'the default user (storage.user is not set)' : `user ${user}`,
    ifRefused(offered) {
      if (offered.includes('basic') && !offered.includes('negotiate'))
        return `a gateway that wants a password: set storage.auth to kind basic or bearer (${PAGE})`
      return user === undefined && !offered.includes('negotiate')
        ? `set storage.user: HttpFS and other gateways have no default user. ${KERBEROS}`
        : KERBEROS
    },
    query: async () => (user === undefined ? {} : { 'user.name': user }),
  }
}

const KERBEROS = `A Kerberos cluster takes no plain user: set storage.auth to kind kerberos (a keytab) or token, or storage.token (${PAGE})`

/** @param key of the config, that has it */
function byToken(read: ReadSecret, key: string, { send }: { readonly send: Send }): Identity {
  return {
    ...LASTING,
    send,
    user: 'the owner of the delegation token',
    ifRefused: () =>
      `${key} is a delegation token of another cluster or gateway, expired or cancelled: fetch a new one (${PAGE})`,
    query: async () => ({ delegation: await read() }),
  }
}

function byHeader(auth: BasicAuth | BearerAuth, { send }: { readonly send: Send }): Identity {
  const authorization =
    auth.kind === 'basic'
      ? openBasic(auth, 'storage.auth.password')
      : openBearer(auth.token, 'storage.auth.token')
  const { kind } = auth
  return {
    ...LASTING,
    user: auth.kind === 'basic' ? `user ${auth.user}` : 'the owner of the bearer token',
    ifRefused(offered) {
      if (offered.length > 0 && !offered.includes(kind)) return otherScheme(kind, offered)
      return kind === 'basic'
        ? `check storage.auth.user and storage.auth.password: the gateway knows who may pass, mostly by LDAP (${PAGE})`
        : `storage.auth.token has expired, or is of another issuer than the gateway trusts (${PAGE})`
    },
    query: async () => ({}),
    send: async (request, call) =>
      send({ ...request, headers: { ...request.headers, authorization: await authorization() } }, call),
  }
}

const otherScheme = (kind: string, offered: readonly string[]): string =>
  offered.includes('negotiate')
    ? `the server takes only Kerberos (Negotiate), not ${kind}: set storage.auth to kind kerberos, or name the gateway (Knox) in storage.namenodes (${PAGE})`
    : `the server takes ${offered.join(', ')}, not ${kind}: set storage.auth to that kind (${PAGE})`
