/** Calls to the metastore that answers: connects on first use, keeps to one server, goes to the next when it is lost. */
import { GoldsyncError } from '../../errors.ts'
import { type Connection, openConnection } from './connection.ts'
import { aborted, faultError, socketError } from './errors.ts'
import { type Address, addressesOf, type MetastoreOptions, serverOf } from './options.ts'
import { decodeReply, encodeCall } from './protocol/message.ts'
import type { MethodName } from './protocol/methods.ts'
import type { Answer, Arguments } from './protocol/views.ts'
import { openSocket, readTls, type TlsFiles } from './socket.ts'

export interface ClientCall {
  readonly signal?: AbortSignal | undefined
  /** Milliseconds; by default the catalog's `timeout`. */
  readonly timeout?: number
}

export interface MetastoreClient {
  /** @throws GoldsyncError as errors.ts tells; `TIMEOUT` `ABORTED` */
  call<M extends MethodName>(method: M, args: Arguments<M>, call?: ClientCall): Promise<Answer<M>>
  /** The first number of the server's version. */
  version(call?: ClientCall): Promise<number>
  close(): void
}

/** A server that we have told who we are. */
interface Session {
  readonly server: string
  readonly version: number
  readonly connection: Connection
}

export function metastoreClient(options: MetastoreOptions): MetastoreClient {
  const sessions = openSessions(options)
  let sequence = 0
  const callOn = async <M extends MethodName>(
    session: Session,
    method: M,
    args: Arguments<M>,
    call: ClientCall,
  ) => {
    sequence = (sequence + 1) % 0x7fff_ffff
    return invoke(session, method, args, sequence, { timeout: options.timeout, ...call })
  }
  return {
    async call(method, args, call = {}) {
      const reused = sessions.open()
      const session = await sessions.current(call.signal)
      try {
        return await callOn(session, method, args, call)
      } catch (error) {
        // A connection that was idle may have been closed long ago; every call here may be made twice.
        if (!reused || !session.connection.lost || !isUnavailable(error)) throw error
        return callOn(await sessions.current(call.signal), method, args, call)
      }
    },
    version: async (call = {}) => (await sessions.current(call.signal)).version,
    close: () => sessions.close(),
  }
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof GoldsyncError && error.code === 'UNAVAILABLE'

async function invoke<M extends MethodName>(
  { connection, server }: Pick<Session, 'connection' | 'server'>,
  method: M,
  args: Arguments<M>,
  sequence: number,
  { signal, timeout }: ClientCall & { readonly timeout: number },
): Promise<Answer<M>> {
  const bytes = await connection.exchange(encodeCall(method, args, sequence), { timeout, signal })
  const reply = decoded(connection, server, () => decodeReply(method, bytes, sequence))
  if (reply.kind === 'fault') throw faultError(reply.fault, method, server)
  return reply.value
}

/** A connection whose replies make no sense is given up. */
function decoded<T>(connection: Connection, server: string, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    connection.close()
    throw socketError(error, server)
  }
}

interface Sessions {
  /** Whether there is a session already, as far as we know. */
  open(): boolean
  /** The session in use, or a new one. */
  current(signal: AbortSignal | undefined): Promise<Session>
  close(): void
}

function openSessions(options: MetastoreOptions): Sessions {
  const addresses = addressesOf(options)
  let opening: Promise<Session> | undefined
  let opened: Session | undefined
  let first = 0
  let closed = false

  const connect = async (): Promise<Session> => {
    const tls = await readTls(options.tls)
    const failures: GoldsyncError[] = []
    for (const [offset] of addresses.entries()) {
      const at = (first + offset) % addresses.length
      try {
        opened = await login(addresses[at] as Address, tls, options)
        first = at
        return opened
      } catch (error) {
        if (!(error instanceof GoldsyncError)) throw error
        failures.push(error)
      }
    }
    throw noneAnswered(failures)
  }
  return {
    open: () => opened?.connection.lost === false,
    async current(signal) {
      if (closed) throw new GoldsyncError('UNAVAILABLE', 'metastore: the catalog is closed')
      if (opened?.connection.lost === false) return opened
      opening ??= connect().finally(() => {
        opening = undefined
      })
      return unlessAborted(signal, opening, addresses.map(serverOf).join(', '))
    },
    close() {
      closed = true
      opened?.connection.close()
      opening?.then(session => session.connection.close()).catch(() => undefined)
    },
  }
}

async function login(
  address: Address,
  tls: TlsFiles | undefined,
  options: MetastoreOptions,
): Promise<Session> {
  const server = serverOf(address)
  const { user, connectTimeout } = options
  const connection = openConnection(await openSocket(address, tls, connectTimeout), server)
  const limits = { timeout: connectTimeout }
  try {
    await invoke({ connection, server }, 'set_ugi', { user_name: user, group_names: [user] }, 0, limits)
    const version = await invoke({ connection, server }, 'getVersion', {}, 0, limits)
    return { connection, server, version: Number.parseInt(version, 10) }
  } catch (error) {
    connection.close()
    throw error
  }
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

/** The work's outcome, or `ABORTED` as soon as the caller gives up; the work goes on for others. */
function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>, server: string): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(aborted(server))
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
