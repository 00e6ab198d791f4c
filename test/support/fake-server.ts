/** A small HTTP(S) server for what a real one cannot be made to do: hang, cut a body, be in standby. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Handler = (request: URL, response: http.ServerResponse, nth: number) => void

export interface FakeServer {
  readonly origin: string
  /** Every request so far, with its query decoded. */
  readonly requests: readonly URL[]
  /** How many connections were ever made. */
  connections(): number
  /** The most that were open at once. */
  mostOpen(): number
  close(): Promise<void>
}

/** Starts it on a free port of 127.0.0.1. @param tls makes it https */
export async function fakeServer(handler: Handler, tls?: https.ServerOptions): Promise<FakeServer> {
  const requests: URL[] = []
  const open = new Set<Socket>()
  let connections = 0
  let mostOpen = 0
  const listener: http.RequestListener = (request, response) => {
    const url = new URL(request.url ?? '/', origin)
    requests.push(url)
    handler(url, response, requests.length)
  }
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener)
  // Kept connections are the client's to close, however long it is busy.
  server.keepAliveTimeout = 0
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections += 1
    open.add(socket)
    mostOpen = Math.max(mostOpen, open.size)
    socket.once('close', () => open.delete(socket))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const origin = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    requests,
    connections: () => connections,
    mostOpen: () => mostOpen,
    close: () =>
      new Promise(done => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

/** Whether `selfSigned` can work on this machine. */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0

export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** A certificate for 127.0.0.1 that signs itself; Node can make none, so openssl does. */
export function selfSigned(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'goldsync-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=goldsync test', '-addext', 'subjectAltName=IP:127.0.0.1']
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...algorithm, ...subject, '-keyout', key, '-out', cert], {
    stdio: 'pipe',
  })
  const texts = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  rmSync(folder, { recursive: true })
  return texts
}
