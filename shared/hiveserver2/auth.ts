/** Who goldsync is to HiveServer2: what each kind of auth is on the wire. */
import { type Authorization, openAuthorization } from '../credentials/authorization.ts'
import { openKerberos } from '../credentials/gssapi.ts'
import { HIVE_TOKEN, HIVESERVER2_SERVICE } from '../credentials/hadoop-token.ts'
import { gssapi } from '../credentials/sasl/gssapi.ts'
import type { Mechanism } from '../credentials/sasl/mechanism.ts'
import { plain } from '../credentials/sasl/plain.ts'
import { byToken } from '../credentials/sasl/token.ts'
import { openSecret } from '../credentials/secret.ts'
import { openTokens } from '../credentials/token-file.ts'
import type { HiveAuth, HiveConnection } from './options.ts'

/** One handshake of the binary transport. @throws GoldsyncError where a secret cannot be read or no ticket is to be had */
export async function mechanismOf(
  auth: Exclude<HiveAuth, { kind: 'bearer' }>,
  host: string,
): Promise<Mechanism> {
  switch (auth.kind) {
    case 'kerberos': {
      const service = auth.service ?? 'hive/_HOST'
      return gssapi(await openKerberos(auth).context({ service, host, mechanism: 'kerberos' }))
    }
    case 'token':
      return byToken(await openTokens({ service: HIVESERVER2_SERVICE, ...auth })([HIVE_TOKEN]))
    default:
      return plain(auth.user, await openSecret(auth.password, 'auth.password')())
  }
}

/** The header of the HTTP transport. */
export function headerOf({ auth, user, password, host }: HiveConnection): Authorization {
  const server = { service: 'HTTP/_HOST', host }
  if (typeof auth === 'object' && auth.kind !== 'token') return openAuthorization(auth, server)
  return openAuthorization({ kind: 'basic', user, password: password ?? 'anonymous' }, server)
}
