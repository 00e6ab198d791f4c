/** Bearer tokens (RFC 6750) as headers hold them. */
import { GoldsyncError } from '../base/errors.ts'
import { openSecret, type ReadSecret, type Secret } from './secret.ts'

/** The value of the Authorization header. @param key of the config, for messages */
export function openBearer(token: Secret, key: string): ReadSecret {
  const read = openSecret(token, key)
  return async () => {
    const text = await read()
    if (/^[\x21-\x7e]+$/.test(text)) return `Bearer ${text}`
    throw new GoldsyncError(
      'CONFIG_INVALID',
      `${key} holds spaces or other characters that no bearer token has`,
      { hint: 'give the token alone, in one line' },
    )
  }
}
