/** The Authorization header of requests to one server. */

import { openBasic } from './basic.ts'
import { openBearer } from './bearer.ts'
import { openKerberos } from './gssapi.ts'
import type { Target } from './kerberos.ts'
import { openOAuth2 } from './oauth2.ts'
import type { BasicAuth, BearerAuth, KerberosAuth, OAuth2Auth } from './options.ts'

export interface Authorization {
  /** For the next request. @throws GoldsyncError where a secret cannot be read or a token is not to be had */
  next(): Promise<string>
  /** Another one, once, after the server refused this one; undefined where there is none. */
  instead(refused: string): Promise<string | undefined>
}

/**
 * What these kinds send; nothing is read or fetched before the first request.
 * @param server `service` where the auth names none
 */
export function openAuthorization(
  auth: BasicAuth | BearerAuth | OAuth2Auth | KerberosAuth,
  server: Omit<Target, 'mechanism'>,
): Authorization {
  if (auth.kind === 'kerberos')
    return negotiating(auth, { service: auth.service ?? server.service, host: server.host })
  if (auth.kind === 'oauth2') {
    const tokens = openOAuth2(auth)
    return {
      next: async () => `Bearer ${await tokens.current()}`,
      instead: async refused => `Bearer ${await tokens.instead(refused.slice('Bearer '.length))}`,
    }
  }
  const next = auth.kind === 'basic' ? openBasic(auth, 'auth.password') : openBearer(auth.token, 'auth.token')
  return {
    next,
    // A file may have been replaced in that very moment.
    async instead(refused) {
      const now = await next()
      return now === refused ? undefined : now
    },
  }
}

/** SPNEGO (RFC 4559): each request has a token of its own, made of a ticket that is kept. TLS tells who the server is. */
function negotiating(auth: KerberosAuth, server: Omit<Target, 'mechanism'>): Authorization {
  const kerberos = openKerberos(auth)
  return {
    async next() {
      const context = await kerberos.context({ ...server, mechanism: 'spnego' })
      return `Negotiate ${(await context.step()).toString('base64')}`
    },
    instead: async () => undefined,
  }
}
