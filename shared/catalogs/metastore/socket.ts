/** A connected socket, plain or TLS. */
import { readFile } from 'node:fs/promises'
import { connect, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { GoldsyncError } from '../../errors.ts'
import { socketError } from './errors.ts'
import { type Address, type MetastoreOptions, serverOf } from './options.ts'

/** Certificates as PEM texts. */
export type TlsFiles = Pick<ConnectionOptions, 'ca' | 'cert' | 'key'>

/** The settings' certificates, read. @throws GoldsyncError `CONFIG_INVALID` where a file cannot be read */
export async function readTls(tls: MetastoreOptions['tls']): Promise<TlsFiles | undefined> {
  if (tls === false) return undefined
  const given = Object.entries(tls === true ? {} : tls).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  const read = given.map(async ([name, value]) => [name, await readPem(name, value)] as const)
  return Object.fromEntries(await Promise.all(read))
}

async function readPem(name: string, value: string): Promise<string> {
  if (value.includes('-----BEGIN')) return value
  return readFile(value, 'utf8').catch(cause => {
    throw new GoldsyncError('CONFIG_INVALID', `tls.${name}: cannot read ${value}`, { cause })
  })
}

/** Connects, and verifies the server's certificate where TLS is set. @throws GoldsyncError `UNAVAILABLE`, `TIMEOUT` after `timeout` ms */
export function openSocket(address: Address, tls: TlsFiles | undefined, timeout: number): Promise<Socket> {
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

function dial({ host, port }: Address, tls: TlsFiles | undefined): Socket {
  if (tls === undefined) return connect({ host, port })
  const servername = isIP(host) ? '' : host
  return connectTls({ host, port, servername, ...tls, rejectUnauthorized: true })
}
