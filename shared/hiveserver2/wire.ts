/** The two transports of hive-driver, watched and with certificates verified. */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import { connectLimit, limitConnecting, withConnectLimit } from '../base/connecting.ts'
import type { TlsTexts } from '../base/tls.ts'
import type { HiveConnection } from './options.ts'

export type Hive = typeof import('hive-driver')
export type Client = InstanceType<Hive['HiveClient']>
type Auth = Exclude<Parameters<Client['connect']>[2], undefined>

/** What differs between the transports: the driver's connection and options, and how to end it at once. */
export interface Wire {
  readonly connection: Exclude<Parameters<Client['connect']>[1], undefined>
  readonly auth: Auth
  options(tls: TlsTexts | undefined): Record<string, unknown>
  destroy(): void
}

/** Thrift over a socket, with SASL frames or without. `lose` is called with what ends the socket. */
export function binaryWire(hive: Hive, options: HiveConnection, lose: (error: unknown) => void): Wire {
  const credentials = { username: options.user, ...(options.password ? { password: options.password } : {}) }
  const auth =
    options.auth === 'nosasl'
      ? new hive.auth.NoSaslAuthentication()
      : new hive.auth.PlainTcpAuthentication(credentials)
  let socket: Socket | undefined
  const watch = (opened: Socket) => {
    socket = opened.setKeepAlive(true, 30_000)
    limitConnecting(socket, connectLimit(1, options.connectTimeout), options.tls !== false)
    socket.on('error', lose)
    socket.on('close', () => lose(new Error('the server closed the connection')))
  }
  return {
    connection: new hive.connections.TcpConnection(),
    auth: watched(auth, watch),
    // hive-driver verifies no certificate unless it is told to.
    options: tls => (tls ? { ssl: true, ...tls, rejectUnauthorized: true } : {}),
    destroy: () => socket?.destroy(),
  }
}

/** The driver watches its socket only after authentication; until then a loss would leave it waiting for ever. */
const watched = (auth: Auth, watch: (socket: Socket) => void): Auth => ({
  authenticate: transport => {
    const done = auth.authenticate(transport)
    watch(transport.getTransport())
    return done
  },
})

/** Thrift messages as bodies of HTTP requests. */
export function httpWire(hive: Hive, options: HiveConnection): Wire {
  const credentials = { username: options.user, ...(options.password ? { password: options.password } : {}) }
  let agent: HttpAgent | undefined
  return {
    connection: new hive.connections.HttpConnection(),
    auth: new hive.auth.PlainHttpAuthentication(credentials),
    options: tls => {
      agent = tls
        ? new HttpsAgent({ keepAlive: true, ...tls, rejectUnauthorized: true })
        : new HttpAgent({ keepAlive: true })
      withConnectLimit(agent, connectLimit(1, options.connectTimeout), tls !== undefined)
      const nodeOptions = { agent, ...(tls ? { ...tls, rejectUnauthorized: true } : {}) }
      return { path: options.path, https: tls !== undefined, nodeOptions }
    },
    destroy: () => agent?.destroy(),
  }
}
