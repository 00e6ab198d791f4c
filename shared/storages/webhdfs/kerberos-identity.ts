/** goldsync as a Kerberos principal: handshakes where they must be, else a delegation token of its own. */
import type { Kerberos } from '../../credentials/kerberos.ts'
import type { KerberosAuth } from '../../credentials/options.ts'
import { openDelegation } from './delegation.ts'
import type { Send } from './http.ts'
import type { Identity } from './identity.ts'
import { openNameNodes } from './name-nodes.ts'
import { openNegotiation } from './negotiate.ts'
import type { Settings } from './settings.ts'
import { fetchDelegation, noTokens } from './token-calls.ts'

const PAGE = 'docs/storages/webhdfs.md'

export interface Servers {
  readonly settings: Settings
  readonly http: { readonly send: Send }
  readonly pauses?: readonly number[]
}

export function byKerberos(auth: KerberosAuth, kerberos: Kerberos, servers: Servers): Identity {
  const { negotiate, ask } = openLogin(auth, kerberos, servers)
  const about = aboutPrincipal(auth)
  const askedFor = { location: servers.settings.root, ...about }
  const delegation = openDelegation(ask, askedFor)
  return {
    ...about,
    async query(call) {
      const token = await delegation.current(call)
      return token === undefined ? {} : { delegation: token }
    },
    // A token says who asks, also the one that a NameNode wrote into a redirect.
    send: (request, call) =>
      request.url.searchParams.has('delegation')
        ? servers.http.send(request, call)
        : negotiate(request, call),
    renewed: async ({ delegation: token }) => delegation.refused(token),
    async delegation(call) {
      const token = await fetchDelegation(ask, askedFor, call)
      if (token === undefined) throw noTokens(askedFor.location)
      return token
    },
    close: () => delegation.close(),
  }
}

/** Asks NameNodes by Kerberos alone. */
function openLogin({ service }: KerberosAuth, kerberos: Kerberos, { settings, http, pauses }: Servers) {
  const negotiate = openNegotiation(kerberos, service ?? 'HTTP/_HOST', http)
  const who = { query: async () => ({}), send: negotiate, renewed: async () => false }
  return { negotiate, ask: openNameNodes(settings, who, pauses).ask }
}

function aboutPrincipal({ principal }: KerberosAuth): Pick<Identity, 'user' | 'ifRefused'> {
  return {
    user: principal ?? 'the Kerberos principal of goldsync',
    ifRefused: offered =>
      offered.length > 0 && !offered.includes('negotiate')
        ? `the server takes ${offered.join(', ')}, not Kerberos: if it is a gateway (Knox), set storage.auth to that kind (${PAGE})`
        : `the server refuses the ticket: its keytab may not be that of its principal (dfs.web.authentication.kerberos.keytab), storage.auth.service may name another one, or hadoop.security.auth_to_local has no rule for the realm (${PAGE})`,
  }
}
