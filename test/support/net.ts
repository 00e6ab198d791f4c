/** Small servers for what a real one cannot be made to do: hang, close, refuse, be cut off. */
import { readFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

export interface FakeServer {
  readonly port: number
  close(): Promise<void>
}

/** Listens on a free port of 127.0.0.1. */
export const serve = (onConnection: (socket: Socket) => void): Promise<FakeServer> =>
  listening(createServer(onConnection))

const fixture = (name: string) => new URL(`../fixtures/tls/${name}`, import.meta.url).pathname

/** Path of the authority's certificate, a PEM file. */
export const testAuthority = fixture('ca.pem')

/** A certificate for `localhost`, signed by `testAuthority`. */
export const testCertificate = () => ({
  cert: readFileSync(fixture('localhost.pem')),
  key: readFileSync(fixture('localhost-key.pem')),
})

/** The same with TLS. */
export const serveTls = (onConnection: (socket: Socket) => void): Promise<FakeServer> =>
  listening(createTlsServer(testCertificate(), onConnection))

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

/** A relay that tells when a client first sends this text. */
export const relayUntil = (
  target: { readonly host: string; readonly port: number },
  text: string,
  sent: () => void,
): Promise<Relay> =>
  relay(target, onConnection =>
    serve(socket => {
      onConnection(socket)
      socket.on('data', chunk => chunk.includes(text) && sent())
    }),
  )

/** A relay to a real server that can be made to stall or to cut its connections. */
export interface Relay extends FakeServer {
  /** Forwards nothing on the connections of now; new ones work. */
  stall(): void
  /** Forwards what the clients of now send, and nothing back. */
  loseAnswers(): void
  cut(): void
  /** Cuts the connection of the client that is the first to send this text, once it is sent. */
  cutAfter(text: string): void
}

export async function relay(
  target: { readonly host: string; readonly port: number },
  listen: typeof serve = serve,
): Promise<Relay> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let trap: string | undefined
  const server = await listen(inner => {
    const outer = connect(target.port, target.host)
    const pair = [inner, outer] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [outer, inner] as const]) {
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        to.destroy()
        pairs.delete(pair)
      })
    }
    inner.on('data', chunk => {
      if (trap === undefined || !chunk.includes(trap)) return
      trap = undefined
      setImmediate(() => inner.destroy())
    })
  })
  const each = (act: (socket: Socket) => unknown) => () => {
    for (const pair of pairs) pair.forEach(act)
  }
  return {
    ...server,
    stall: each(socket => socket.unpipe().pause()),
    loseAnswers: () => {
      for (const [, outer] of pairs) outer.unpipe().pause()
    },
    cut: each(socket => socket.destroy()),
    cutAfter: text => {
      trap = text
    },
  }
}
