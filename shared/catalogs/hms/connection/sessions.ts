/** Which server is spoken to: connects when needed, keeps to the one that answers, goes to the next when it is lost. */
import { connectLimit } from '../../../base/connecting.ts'
import { GoldsyncError } from '../../../base/errors.ts'
import { unlessAborted } from '../../../base/signals.ts'
import { readTls, type TlsTexts } from '../../../base/tls.ts'
import { CredentialsError } from '../../../credentials/credentials-error.ts'
import { type Address, addressesOf, type HmsOptions, serverOf, userOf } from '../options.ts'
import { type Authenticator, authenticate, authenticatorOf } from './authenticate.ts'
import { type Connection, openConnection } from './connection.ts'
import { aborted, socketError } from './errors.ts'
import { type Identify, identityOf, openHttpConnection } from './http.ts'
import { invoke, type Line } from './invoke.ts'
import { openSocket } from './socket.ts'

export interface Sessions {
  /** Whether there is a session already, as far as we know. */
  isOpen(): boolean
  /** A server that we have told who we are: the session in use, or a new one. @throws GoldsyncError `UNAVAILABLE` `TIMEOUT` `ABORTED` `CONFIG_INVALID` */
  current(signal: AbortSignal | undefined): Promise<Line>
  close(): void
}

/** Where to connect: the server that answered last comes first, for all sessions of a client. */
export interface Servers {
  addresses: readonly Address[]
  /** Sessions that have begun. */
  opened: number
  /** `host:port` of those that have answered. */
  readonly known: Set<string>
  /** How each new connection says who we are; undefined where none does. */
  readonly authenticator: Authenticator | undefined
  readonly identify: Identify
  /** That none of them answered in time: other calls are told so at once, for as long as it took to find out. */
  silent?: { readonly error: GoldsyncError; readonly until: number } | undefined
}

/** @param name of the catalog */
export const serversOf = (options: HmsOptions, name?: string): Servers => ({
  addresses: addressesOf(options),
  opened: 0,
  known: new Set(),
  authenticator: authenticatorOf(options, name),
  identify: identityOf(options),
})

export function openSessions(options: HmsOptions, to: Servers): Sessions {
  const servers = addressesOf(options).map(serverOf).join(', ')
  let opening: Promise<Line> | undefined
  let opened: Line | undefined
  let closed = false

  const open = async (): Promise<Line> => {
    const { addresses: asked, silent } = to
    const started = Date.now()
    if (silent && started < silent.until) throw silent.error
    const tls = await tlsOf(options)
    const { session, at } = await firstThatAnswers(to, tls, options).catch(error => {
      if (error.code === 'TIMEOUT') to.silent = { error, until: 2 * Date.now() - started }
      throw error
    })
    to.opened += 1
    to.known.add(session.server)
    to.addresses = [...asked.slice(at), ...asked.slice(0, at)]
    opened = session
    if (closed) session.connection.close()
    return session
  }
  return {
    isOpen: () => opened?.connection.lost === false,
    async current(signal) {
      if (closed) throw new GoldsyncError('UNAVAILABLE', `metastore ${servers}: the catalog is closed`)
      if (opened?.connection.lost === false) return opened
      opening ??= open().finally(() => {
        opening = undefined
      })
      return unlessAborted(signal, opening, () => aborted(servers))
    },
    close() {
      closed = true
      opened?.connection.close()
    },
  }
}

async function tlsOf({ tls }: HmsOptions): Promise<TlsTexts | undefined> {
  if (tls === false) return undefined
  return readTls(tls === true ? {} : tls)
}

async function firstThatAnswers(
  servers: Servers,
  tls: TlsTexts | undefined,
  options: HmsOptions,
): Promise<{ readonly session: Line; readonly at: number }> {
  const failures: GoldsyncError[] = []
  for (const [at, address] of servers.addresses.entries()) {
    try {
      return { session: await login(address, tls, options, servers), at }
    } catch (error) {
      if (!(error instanceof GoldsyncError) || error instanceof CredentialsError) throw error
      failures.push(error)
    }
  }
  throw noneAnswered(failures)
}

async function login(
  address: Address,
  tls: TlsTexts | undefined,
  options: HmsOptions,
  servers: Servers,
): Promise<Line> {
  const server = serverOf(address)
  const connection = await connect(address, tls, options, servers)
  const line = { connection, server }
  const limits = { timeout: options.connectTimeout }
  try {
    if (options.transport === 'binary' && options.auth === undefined) {
      const user = userOf(options)
      await invoke(line, 'set_ugi', { user_name: user, group_names: [user] }, limits)
    }
    await invoke(line, 'getVersion', {}, limits)
    return line
  } catch (error) {
    connection.close()
    throw error
  }
}

/** Connected, and past what the server asks of a connection. */
async function connect(
  address: Address,
  tls: TlsTexts | undefined,
  { uris, connectTimeout, transport, path }: HmsOptions,
  { known, authenticator, identify }: Servers,
): Promise<Connection> {
  const server = serverOf(address)
  const limit = connectLimit(uris.length, connectTimeout)
  const isKnown = known.has(server)
  if (transport === 'http')
    return openHttpConnection({ address, path, tls, identify, connectLimit: limit }, isKnown)
  const peer = { server, answered: isKnown }
  // Tickets and secrets come first: a server would wait for them.
  const mechanism = await authenticator?.(address.host).catch(error => {
    throw socketError(error, peer)
  })
  const socket = await openSocket(address, tls, limit, isKnown)
  const stream = mechanism ? await authenticate(socket, mechanism, connectTimeout, peer) : socket
  return openConnection(stream, server, isKnown)
}

/** One error for several servers: the last one's, naming all. */
function noneAnswered(failures: readonly GoldsyncError[]): GoldsyncError {
  const last = failures.at(-1) as GoldsyncError
  if (failures.length === 1) return last
  const { code, hint, retryable } = last
  return new GoldsyncError(code, failures.map(({ message }) => message).join('; '), {
    retryable,
    cause: last,
    ...(hint === undefined ? {} : { hint }),
  })
}
