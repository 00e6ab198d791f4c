/** Who we are to a metastore that asks: a handshake of SASL on each new connection. */
import type { Duplex } from 'node:stream'
import { GoldsyncError } from '../../../base/errors.ts'
import { withPort } from '../../../base/ports.ts'
import { awaiting } from '../../../base/waits.ts'
import { openKerberos } from '../../../credentials/gssapi.ts'
import { HIVE_TOKEN, HIVESERVER2_SERVICE } from '../../../credentials/hadoop-token.ts'
import { gssapi } from '../../../credentials/sasl/gssapi.ts'
import type { Mechanism } from '../../../credentials/sasl/mechanism.ts'
import { plain } from '../../../credentials/sasl/plain.ts'
import { secured } from '../../../credentials/sasl/secured.ts'
import { byToken } from '../../../credentials/sasl/token.ts'
import { openSecret } from '../../../credentials/secret.ts'
import { openTokens } from '../../../credentials/token-file.ts'
import type { HmsOptions } from '../options.ts'
import { type Peer, socketError } from './errors.ts'

/** A handshake with this host, its tickets and secrets at hand: nothing sent to it yet. */
export type Authenticator = (host: string) => Promise<Mechanism>

/**
 * Undefined where the server believes whom we say (`set_ugi`), or each request carries it (HTTP).
 * @param name of the catalog: what `goldsync token fetch` calls its token
 */
export function authenticatorOf({ auth }: HmsOptions, name?: string): Authenticator | undefined {
  switch (auth?.kind) {
    case 'kerberos': {
      const kerberos = openKerberos(auth)
      const { service = 'hive/_HOST' } = auth
      return async host => gssapi(await kerberos.context({ service, host, mechanism: 'kerberos' }))
    }
    case 'token': {
      const read = openTokens(auth, { name, notFor: HIVESERVER2_SERVICE })
      return async () => byToken(await read([HIVE_TOKEN]))
    }
    case 'basic': {
      const read = openSecret(auth.password, 'auth.password')
      return async () => plain(auth.user, await read())
    }
    default:
      return undefined
  }
}

/** Milliseconds: a server that does not speak SASL waits for more, and says nothing. */
const HANDSHAKE_LIMIT = 8_000

/** The connection as a stream of messages, once both sides know each other. @throws GoldsyncError as errors.ts tells */
export async function authenticate(
  socket: Duplex,
  mechanism: Mechanism,
  timeout: number,
  peer: Peer,
): Promise<Duplex> {
  const limit = Math.min(timeout, HANDSHAKE_LIMIT)
  const timer = setTimeout(() => socket.destroy(silent(limit, peer)), limit)
  try {
    return await awaiting(peer.server, 'SASL', () => secured(socket, mechanism))
  } catch (error) {
    socket.destroy()
    const isOurs = error instanceof GoldsyncError || peer.answered
    throw socketError(isOurs ? error : closed(error, peer), { ...peer, method: 'authentication' })
  } finally {
    clearTimeout(timer)
  }
}

const silent = (limit: number, peer: Peer): GoldsyncError =>
  new GoldsyncError('TIMEOUT', `no answer within ${limit} ms`, { hint: noSasl(peer) })

const closed = (cause: unknown, peer: Peer): GoldsyncError =>
  new GoldsyncError('UNAVAILABLE', cause instanceof Error ? cause.message : String(cause), {
    hint: noSasl(peer),
    cause,
  })

const noSasl = ({ server }: Peer): string =>
  withPort(
    'it may want no auth (hive.metastore.sasl.enabled=false: leave auth out), or TLS (set tls), or HTTP (transport: http); or be another server, or stopped or overloaded',
    server,
    [9083],
  )
