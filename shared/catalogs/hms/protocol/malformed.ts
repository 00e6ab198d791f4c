import { GoldsyncError } from '../../../base/errors.ts'

/** What the server sent is no message of the strict binary protocol, or beyond its bounds. */
export function malformed(what: string): never {
  throw new GoldsyncError('DATA_INVALID', what, {
    hint: 'check the port in uris, and whether auth, tls and transport are as the server wants them',
  })
}
