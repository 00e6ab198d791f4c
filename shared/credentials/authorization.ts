/** The Authorization header of requests to one server. */

import { openOAuth2 } from './oauth2.ts'
import type { BasicAuth, BearerAuth, OAuth2Auth } from './options.ts'
import { openSecret } from './secret.ts'

export interface Authorization {
  /** For the next request. @throws GoldsyncError where a secret cannot be read or a token is not to be had */
  next(): Promise<string>
  /** Another one, once, after the server refused this one; undefined where there is none. */
  instead(refused: string): Promise<string | undefined>
}

/** What these kinds send; nothing is read or fetched before the first request. */
export function openAuthorization(auth: BasicAuth | BearerAuth | OAuth2Auth): Authorization {
  if (auth.kind === 'oauth2') {
    const tokens = openOAuth2(auth)
    return {
      next: async () => `Bearer ${await tokens.current()}`,
      instead: async refused => `Bearer ${await tokens.instead(refused.slice('Bearer '.length))}`,
    }
  }
  const next = auth.kind === 'basic' ? basic(auth) : bearer(auth)
  return {
    next,
    // A file may have been replaced in that very moment.
    async instead(refused) {
      const now = await next()
      return now === refused ? undefined : now
    },
  }
}

function basic({ user, password }: BasicAuth) {
  const read = openSecret(password, 'auth.password')
  return async () => `Basic ${Buffer.from(`${user}:${await read()}`).toString('base64')}`
}

function bearer({ token }: BearerAuth) {
  const read = openSecret(token, 'auth.token')
  return async () => `Bearer ${await read()}`
}
