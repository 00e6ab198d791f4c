/** How long a connection may take to be made: apart from the time that answers may take. */
import type { Agent } from 'node:http'
import type { Socket } from 'node:net'

/** Milliseconds for a connection: two lost packets are sent again in that time, and a wrong address is told soon. */
const CONNECT_LIMIT = 5_000
/** For all servers that are tried one after another. */
const ALL_SERVERS = 7_000

/** Milliseconds for each of so many servers. @param most what a setting allows */
export const connectLimit = (servers: number, most: number): number =>
  Math.min(CONNECT_LIMIT, Math.max(1_500, Math.floor(ALL_SERVERS / servers)), most)

/** The code of the error that ends a socket which is not connected in time. Not the system's, after which the AWS SDK would try again. */
export const CONNECT_TIMEOUT = 'ERR_CONNECT_TIMEOUT'

const tooLate = (reason: string): Error => Object.assign(new Error(reason), { code: CONNECT_TIMEOUT })

/**
 * Destroys the socket where it is not connected after so many milliseconds, or where TLS is not agreed on so long after that.
 * @param tls whether `secureConnect` follows
 */
export function limitConnecting(socket: Socket, ms: number, tls: boolean): void {
  if (!socket.connecting) return
  const expire = (reason: string) => setTimeout(() => setImmediate(end, reason), ms)
  // What has come meanwhile is looked at first: this process may have been busy, and not the server.
  const end = (reason: string) => settled || socket.destroy(tooLate(reason))
  let settled = false
  let timer = expire(`no connection within ${ms} ms`)
  const settle = () => {
    settled = true
    clearTimeout(timer)
  }
  const whenConnected = () => {
    // hive-driver tells of it before it is true.
    if (socket.connecting) return
    socket.off('connect', whenConnected)
    settle()
    if (!tls) return
    settled = false
    timer = expire(`took the connection, but does not answer in TLS within ${ms} ms`)
  }
  socket.on('connect', whenConnected)
  socket.once('secureConnect', settle)
  socket.once('close', settle)
}

interface Opens {
  createConnection(...args: readonly unknown[]): Socket | null | undefined
}

function onSockets<A extends Agent>(agent: A, onSocket: (socket: Socket) => void): A {
  const opens = agent as unknown as Opens
  const create = opens.createConnection
  opens.createConnection = (...args) => {
    const socket = create.apply(agent, [...args])
    if (socket) onSocket(socket)
    return socket
  }
  return agent
}

/** The agent, with that limit on each connection that it makes. */
export const withConnectLimit = <A extends Agent>(agent: A, ms: number, tls: boolean): A =>
  onSockets(agent, socket => limitConnecting(socket, ms, tls))

/** The code of the error that ends a connection which has failed for too long, whose own would have the AWS SDK try again. */
export const CONNECT_FAILED = 'ERR_CONNECT_FAILED'

/** Milliseconds without a failure after which the next one is another story. */
const FORGOTTEN = 10_000

/** The agent, whose connections that could not be made for so many milliseconds end with an error that nobody tries again. */
export function withRetryLimit<A extends Agent>(agent: A, ms: number, now: () => number = Date.now): A {
  let since: number | undefined
  let last = 0
  const onError = (error: NodeJS.ErrnoException) => {
    if (since === undefined || now() - last > FORGOTTEN) since = now()
    last = now()
    if (error.code !== CONNECT_TIMEOUT && last - since >= ms) error.code = CONNECT_FAILED
  }
  return onSockets(agent, socket => {
    socket.once('error', onError)
    socket.once('connect', () => {
      since = undefined
      socket.off('error', onError)
    })
  })
}
