/** A connected socket, plain or TLS. */
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { GoldsyncError } from '../../../base/errors.ts'
import type { TlsTexts } from '../../../base/tls.ts'
import { type Address, serverOf } from '../options.ts'
import { socketError } from './errors.ts'

/** Connects, and verifies the server's certificate where TLS is set. @throws GoldsyncError `UNAVAILABLE`, `TIMEOUT` after `timeout` ms */
export function openSocket(address: Address, tls: TlsTexts | undefined, timeout: number): Promise<Socket> {
  const server = serverOf(address)
  return new Promise((resolve, reject) => {
    const socket = dial(address, tls)
    const limit = () =>
      socket.destroy(new GoldsyncError('TIMEOUT', `metastore ${server}: no connection within ${timeout} ms`))
    const timer = setTimeout(limit, timeout)
    const settle = () => {
      clearTimeout(timer)
      socket.removeAllListeners()
    }
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      settle()
      resolve(socket.setNoDelay(true).setKeepAlive(true, 30_000))
    })
    socket.once('error', error => {
      settle()
      reject(socketError(error, server))
    })
    socket.once('close', () => {
      settle()
      reject(socketError(new Error('the server closed the connection'), server))
    })
  })
}

function dial({ host, port }: Address, tls: TlsTexts | undefined): Socket {
  if (tls === undefined) return connect({ host, port })
  const servername = isIP(host) ? '' : host
  return connectTls({ host, port, servername, ...tls, rejectUnauthorized: true })
}
