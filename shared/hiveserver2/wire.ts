/** The two transports of hive-driver, watched and with certificates verified. */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import { connectLimit, limitConnecting, withConnectLimit } from '../base/connecting.ts'
import type { TlsTexts } from '../base/tls.ts'
import type { Mechanism } from '../credentials/sasl/mechanism.ts'
import { headerOf, mechanismOf } from './auth.ts'
import type { Auth, Client, Hive } from './driver.ts'
import { authorize, type ThriftHttp } from './http.ts'
import type { HiveConnection } from './options.ts'
import { saslAuthentication } from './sasl.ts'

/** What differs between the transports: the driver's connection and options, and how to end it at once. */
export interface Wire {
  readonly connection: Exclude<Parameters<Client['connect']>[1], undefined>
  readonly auth: Auth
  options(tls: TlsTexts | undefined): Record<string, unknown>
  destroy(): void
}

/** Thrift over a socket, with SASL frames or without. `lose` is called with what ends the socket. */
export function binaryWire(hive: Hive, options: HiveConnection, lose: (error: unknown) => void): Wire {
  let socket: Socket | undefined
  let ended = false
  const watch = (opened: Socket) => {
    socket = opened.setKeepAlive(true, 30_000)
    limitConnecting(socket, connectLimit(1, options.connectTimeout), options.tls !== false)
    socket.on('error', lose)
    socket.on('close', () => lose(new Error('the server closed the connection')))
    if (ended) socket.destroy()
  }
  const unlessEnded = (mechanism: Mechanism) => {
    if (ended) throw givenUp()
    return mechanism
  }
  return {
    connection: new hive.connections.TcpConnection(),
    auth: binaryAuth(hive, options, watch, unlessEnded),
    // hive-driver verifies no certificate unless it is told to.
    options: tls => (tls ? { ssl: true, ...tls, rejectUnauthorized: true } : {}),
    destroy() {
      ended = true
      socket?.destroy()
    },
  }
}

/** Of a wire that was ended while tickets and secrets were fetched for it: nothing is sent any more. */
const givenUp = () => new Error('the connection was given up')

function binaryAuth(
  hive: Hive,
  options: HiveConnection,
  watch: (socket: Socket) => void,
  unlessEnded: (mechanism: Mechanism) => Mechanism,
): Auth {
  const { auth, host, user, password } = options
  if (typeof auth === 'object' && auth.kind !== 'bearer') {
    const { thrift } = new hive.connections.HttpConnection() as unknown as Thrift
    const mechanism = () => mechanismOf(auth, host).then(unlessEnded)
    return saslAuthentication(mechanism, thrift.TBufferedTransport, watch)
  }
  if (auth === 'nosasl') return watched(new hive.auth.NoSaslAuthentication(), watch)
  const credentials = { username: user, ...(password ? { password } : {}) }
  return watched(new hive.auth.PlainTcpAuthentication(credentials), watch)
}

/** Of the package thrift, which is hive-driver's. */
interface Thrift {
  readonly thrift: { readonly TBufferedTransport: unknown }
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
  const connection = new hive.connections.HttpConnection()
  let agent: HttpAgent | undefined
  let ended = false
  return {
    connection: {
      async connect(server, auth) {
        await connection.connect(server, auth)
        const http = connection.getConnection() as unknown as ThriftHttp
        const write = http.write.bind(http)
        // The agent, though destroyed, would make another connection.
        http.write = data => (ended ? void http.emit('error', givenUp()) : write(data))
        authorize(http, headerOf(options), options.tls !== false)
        return connection
      },
    },
    auth: { authenticate: async transport => transport },
    options: tls => {
      agent = tls
        ? new HttpsAgent({ keepAlive: true, ...tls, rejectUnauthorized: true })
        : new HttpAgent({ keepAlive: true })
      withConnectLimit(agent, connectLimit(1, options.connectTimeout), tls !== undefined)
      const nodeOptions = { agent, ...(tls ? { ...tls, rejectUnauthorized: true } : {}) }
      return { path: options.path, https: tls !== undefined, headers: {}, nodeOptions }
    },
    destroy() {
      ended = true
      agent?.destroy()
    },
  }
}
