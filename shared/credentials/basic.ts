/** Passwords (RFC 7617) as headers hold them. */
import type { BasicAuth } from './options.ts'
import { openSecret, type ReadSecret } from './secret.ts'

/** The value of the Authorization header. @param key of the password in the config, for messages */
export function openBasic({ user, password }: Pick<BasicAuth, 'user' | 'password'>, key: string): ReadSecret {
  const read = openSecret(password, key)
  return async () => `Basic ${Buffer.from(`${user}:${await read()}`).toString('base64')}`
}
