/** One connection to HiveServer2 with one session, watched so that its loss is noticed. */
import { GoldsyncError } from '../base/errors.ts'
import { readTls, type TlsTexts } from '../base/tls.ts'
import { awaiting } from '../base/waits.ts'
import type { Client, Hive } from './driver.ts'
import { hiveError } from './errors.ts'
import type { HiveConnection } from './options.ts'
import { briefly, unless, within } from './stop.ts'
import { binaryWire, httpWire, type Wire } from './wire.ts'

type Session = Awaited<ReturnType<Client['openSession']>>
type Utils = InstanceType<Hive['HiveUtils']>

export interface Link {
  readonly session: Session
  readonly utils: Utils
  /** What the server says of itself: `4.0.1`. */
  version(): Promise<string>
  /** Aborted, with the error as its reason, once the connection is of no use any more. */
  readonly lost: AbortSignal
  /** Ends the connection at once; what waits for it fails with this error. */
  destroy(error: GoldsyncError): void
  close(): Promise<void>
}

/** TGetInfoType.CLI_DBMS_VER */
const DBMS_VERSION = 18

/** How long to wait for a farewell that nobody needs, ms. */
const FAREWELL = 2000

/** What to do where a session does not come in time. */
export const SILENT =
  'it takes connections and says nothing: is it HiveServer2 (port 10000 as a rule), with this transport and auth, and not overloaded? connectTimeout sets the limit'

export const serverOf = (options: HiveConnection): string => `${options.host}:${options.port}`

/**
 * Connects, authenticates and opens a session, unless `signal` is aborted before.
 * @throws GoldsyncError as errors.ts tells; `TIMEOUT` after `connectTimeout`
 */
export async function openLink(options: HiveConnection, signal: AbortSignal): Promise<Link> {
  const hive = await loadDriver()
  const client = new hive.HiveClient(hive.thrift.TCLIService, hive.thrift.TCLIService_types)
  const lost = new AbortController()
  let answered = false
  const lose = (error: unknown) => lost.abort(hiveError(error, serverOf(options), answered))
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
    hint: SILENT,
  }
  try {
    const session = await awaiting(serverOf(options), 'opening a session', () =>
      within(limits, stop => openSession(hive, client, wire, options, stop)),
    )
    answered = true
    const close = async () => {
      await briefly(unless(lost.signal, session.close()), FAREWELL)
      destroy(new GoldsyncError('UNAVAILABLE', `HiveServer2 ${serverOf(options)}: the connection was closed`))
    }
    return {
      session,
      version: async () => String((await session.getInfo(DBMS_VERSION)).getValue()),
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
  options: HiveConnection,
  stop: AbortSignal,
): Promise<Session> {
  const { host, port } = options
  const tls = await tlsOf(options)
  await unless(stop, client.connect({ host, port, options: wire.options(tls) }, wire.connection, wire.auth))
  // The oldest that answers by columns, which hive-driver needs: Hive 1 to 4 speak it.
  const protocol = hive.thrift.TCLIService_types.TProtocolVersion.HIVE_CLI_SERVICE_PROTOCOL_V8
  return unless(stop, client.openSession({ client_protocol: protocol }))
}

const tlsOf = async ({ tls }: HiveConnection): Promise<TlsTexts | undefined> =>
  tls === false ? undefined : readTls(tls === true ? {} : tls)

async function loadDriver(): Promise<Hive> {
  try {
    return (await import('./package.ts')).hive
  } catch (cause) {
    throw new GoldsyncError(
      'MISSING_PACKAGE',
      'the catalog hiveserver2 and the engine hive need the package hive-driver',
      {
        hint: 'npm install hive-driver@1',
        cause,
      },
    )
  }
}
