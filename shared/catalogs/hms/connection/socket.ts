/** A connected socket, plain or TLS. */
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { limitConnecting } from '../../../base/connecting.ts'
import type { TlsTexts } from '../../../base/tls.ts'
import { awaiting } from '../../../base/waits.ts'
import { type Address, serverOf } from '../options.ts'
import { type Peer, socketError } from './errors.ts'

/**
 * Connects, and verifies the server's certificate where TLS is set.
 * @param known whether it has answered before
 * @throws GoldsyncError `UNAVAILABLE`, `TIMEOUT` after `timeout` ms
 */
export function openSocket(
  address: Address,
  tls: TlsTexts | undefined,
  timeout: number,
  known = false,
): Promise<Socket> {
  const server = serverOf(address)
  return awaiting(server, 'connecting', () => connected(address, tls, timeout, { server, answered: known }))
}

function connected(
  address: Address,
  tls: TlsTexts | undefined,
  timeout: number,
  peer: Peer,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = dial(address, tls)
    limitConnecting(socket, timeout, tls !== undefined)
    const settle = () => {
      socket.removeListener('error', fail)
      socket.removeListener('close', close)
    }
    const fail = (error: unknown) => {
      settle()
      reject(socketError(error, peer))
    }
    const close = () => fail(new Error('the server closed the connection'))
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      settle()
      resolve(socket.setNoDelay(true).setKeepAlive(true, 30_000))
    })
    socket.once('error', fail)
    socket.once('close', close)
  })
}

function dial({ host, port }: Address, tls: TlsTexts | undefined): Socket {
  if (tls === undefined) return connect({ host, port })
  const servername = isIP(host) ? '' : host
  return connectTls({ host, port, servername, ...tls, rejectUnauthorized: true })
}
