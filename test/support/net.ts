/** Small servers for what a real one cannot be made to do: hang, close, refuse, be cut off. */
import { readFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

export interface FakeServer {
  readonly port: number
  close(): Promise<void>
}

/** Listens on a free port of 127.0.0.1. */
export const serve = (onConnection: (socket: Socket) => void): Promise<FakeServer> =>
  listening(createServer(onConnection))

const fixture = (name: string) => new URL(`../fixtures/tls/${name}`, import.meta.url).pathname

/** The authority that signed the certificate of `serveTls`, which is for `localhost`. */
export const testAuthority = fixture('ca.pem')

/** The same with TLS. */
export const serveTls = (onConnection: (socket: Socket) => void): Promise<FakeServer> =>
  listening(
    createTlsServer(
      { cert: readFileSync(fixture('localhost.pem')), key: readFileSync(fixture('localhost-key.pem')) },
      onConnection,
    ),
  )

function listening(server: Server): Promise<FakeServer> {
  const open = new Set<Socket>()
  server.on('connection', socket => {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
  })
  server.on('tlsClientError', () => undefined)
  const close = () =>
    new Promise<void>(resolve => {
      for (const socket of open) socket.destroy()
      server.close(() => resolve())
    })
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve({ port: typeof address === 'object' && address ? address.port : 0, close })
    })
  })
}

/** A port that nothing listens on. */
export async function closedPort(): Promise<number> {
  const server = await serve(() => undefined)
  await server.close()
  return server.port
}
