import { GoldsyncError } from '../../../base/errors.ts'

/** What the server sent is no message of the strict binary protocol, or beyond its bounds. */
export function malformed(what: string): never {
  throw new GoldsyncError('DATA_INVALID', what, {
    hint: 'goldsync speaks the plain binary Thrift protocol, with or without TLS: check the port and the tls setting',
  })
}
