/** One connection to HiveServer2 with one session, watched so that its loss is noticed. */
import { readFile } from 'node:fs/promises'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import { GoldsyncError } from '../../errors.ts'
import { hiveError } from './errors.ts'
import type { HiveServer2Options } from './options.ts'
import { briefly, unless, within } from './stop.ts'

type Hive = typeof import('hive-driver')
type Client = InstanceType<Hive['HiveClient']>
type Session = Awaited<ReturnType<Client['openSession']>>
type Auth = Exclude<Parameters<Client['connect']>[2], undefined>
type Utils = InstanceType<Hive['HiveUtils']>

export interface Link {
  readonly session: Session
  readonly utils: Utils
  /** Aborted, with the error as its reason, once the connection is of no use any more. */
  readonly lost: AbortSignal
  /** Ends the connection at once; what waits for it fails with this error. */
  destroy(error: GoldsyncError): void
  close(): Promise<void>
}

/** How long to wait for a farewell that nobody needs, ms. */
const FAREWELL = 2000

// Names with ${…} in backquotes cannot be escaped, so Hive's substitution is switched off for the session.
const SESSION = { 'set:hiveconf:hive.variable.substitute': 'false' }

export const serverOf = (options: HiveServer2Options): string => `${options.host}:${options.port}`

/** Connects, authenticates and opens a session, unless `signal` is aborted before. @throws GoldsyncError as errors.ts tells; `TIMEOUT` after `connectTimeout` */
export async function openLink(options: HiveServer2Options, signal: AbortSignal): Promise<Link> {
  const hive = await loadDriver()
  const client = new hive.HiveClient(hive.thrift.TCLIService, hive.thrift.TCLIService_types)
  const lost = new AbortController()
  const lose = (error: unknown) => lost.abort(hiveError(error, serverOf(options)))
  client.on('error', lose)
  client.on('close', () => lose(new Error('the server closed the connection')))
  const wire = options.transport === 'http' ? httpWire(hive, options) : binaryWire(hive, options, lose)
  const destroy = (error: GoldsyncError) => {
    lost.abort(error)
    wire.destroy()
  }
  const limits = {
    timeout: options.connectTimeout,
    signal,
    lost: lost.signal,
    server: serverOf(options),
  }
  try {
    const session = await within(limits, stop => openSession(hive, client, wire, options, stop))
    const close = async () => {
      await briefly(unless(lost.signal, session.close()), FAREWELL)
      destroy(new GoldsyncError('UNAVAILABLE', `HiveServer2 ${serverOf(options)}: the catalog is closed`))
    }
    return {
      session,
      utils: new hive.HiveUtils(hive.thrift.TCLIService_types),
      lost: lost.signal,
      destroy,
      close,
    }
  } catch (error) {
    const failure = hiveError(error, serverOf(options))
    destroy(failure)
    throw failure
  }
}

async function openSession(
  hive: Hive,
  client: Client,
  wire: Wire,
  options: HiveServer2Options,
  stop: AbortSignal,
): Promise<Session> {
  const { host, port } = options
  const tls = await tlsOptions(options)
  await unless(stop, client.connect({ host, port, options: wire.options(tls) }, wire.connection, wire.auth))
  const protocol = hive.thrift.TCLIService_types.TProtocolVersion.HIVE_CLI_SERVICE_PROTOCOL_V10
  return unless(stop, client.openSession({ client_protocol: protocol, configuration: SESSION }))
}

/** What differs between the transports: the driver's connection and options, and how to end it at once. */
interface Wire {
  readonly connection: Exclude<Parameters<Client['connect']>[1], undefined>
  readonly auth: Auth
  options(tls: TlsFiles | undefined): Record<string, unknown>
  destroy(): void
}

function binaryWire(hive: Hive, options: HiveServer2Options, lose: (error: unknown) => void): Wire {
  const credentials = { username: options.user, ...(options.password ? { password: options.password } : {}) }
  const auth =
    options.auth === 'nosasl'
      ? new hive.auth.NoSaslAuthentication()
      : new hive.auth.PlainTcpAuthentication(credentials)
  let socket: Socket | undefined
  const watch = (opened: Socket) => {
    socket = opened.setKeepAlive(true, 30_000)
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

function httpWire(hive: Hive, options: HiveServer2Options): Wire {
  const credentials = { username: options.user, ...(options.password ? { password: options.password } : {}) }
  let agent: HttpAgent | undefined
  return {
    connection: new hive.connections.HttpConnection(),
    auth: new hive.auth.PlainHttpAuthentication(credentials),
    options: tls => {
      agent = tls
        ? new HttpsAgent({ keepAlive: true, ...tls, rejectUnauthorized: true })
        : new HttpAgent({ keepAlive: true })
      const nodeOptions = { agent, ...(tls ? { ...tls, rejectUnauthorized: true } : {}) }
      return { path: options.path, https: tls !== undefined, nodeOptions }
    },
    destroy: () => agent?.destroy(),
  }
}

interface TlsFiles {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

async function tlsOptions({ tls }: HiveServer2Options): Promise<TlsFiles | undefined> {
  if (tls === false) return undefined
  if (tls === true) return {}
  const given = Object.entries(tls).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const entries = given.map(async ([name, value]) => [name, await pem(name, value)])
  return Object.fromEntries(await Promise.all(entries))
}

async function pem(name: string, value: string): Promise<string> {
  if (value.includes('-----BEGIN')) return value
  return readFile(value, 'utf8').catch(cause => {
    throw new GoldsyncError('CONFIG_INVALID', `tls.${name}: cannot read ${value}`, { cause })
  })
}

async function loadDriver(): Promise<Hive> {
  try {
    return await import('hive-driver')
  } catch (cause) {
    throw new GoldsyncError('MISSING_PACKAGE', 'the hiveserver2 catalog needs the package hive-driver', {
      hint: 'npm install hive-driver@1',
      cause,
    })
  }
}
