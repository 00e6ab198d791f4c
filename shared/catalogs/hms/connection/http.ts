/** Thrift over HTTP (Hive 4): each message is a POST, who we are a header. */
import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { withConnectLimit } from '../../../base/connecting.ts'
import { GoldsyncError } from '../../../base/errors.ts'
import type { TlsTexts } from '../../../base/tls.ts'
import { openBasic } from '../../../credentials/basic.ts'
import { openBearer } from '../../../credentials/bearer.ts'
import { type Address, type HmsOptions, serverOf, userOf } from '../options.ts'
import { type Connection, type Exchange, MESSAGE_LIMIT, openLine, within } from './connection.ts'
import { socketError, statusError } from './errors.ts'

/** Headers that say who we are. */
export type Identify = () => Promise<Readonly<Record<string, string>>>

/** Secrets of files are read again when the file was replaced. */
export function identityOf(options: HmsOptions): Identify {
  const { auth } = options
  switch (auth?.kind) {
    case 'bearer': {
      const header = openBearer(auth.token, 'auth.token')
      return async () => ({ Authorization: await header() })
    }
    case 'basic': {
      const header = openBasic(auth, 'auth.password')
      return async () => ({ Authorization: await header() })
    }
    default:
      return async () => ({ 'x-actor-username': userOf(options) })
  }
}

export interface Endpoint {
  readonly address: Address
  readonly path: string
  readonly tls: TlsTexts | undefined
  readonly identify: Identify
  /** Milliseconds for a connection. */
  readonly connectLimit: number
}

/** Connects with the first call. @param known whether it has answered before */
export function openHttpConnection(endpoint: Endpoint, known: boolean): Connection {
  const server = serverOf(endpoint.address)
  const { send, destroy } = openClient(endpoint)
  let failure: { readonly error: unknown } | undefined
  let answered = known
  let current: http.ClientRequest | undefined
  const lose = (error: unknown): unknown => {
    failure ??= { error }
    current?.destroy(error instanceof Error ? error : undefined)
    destroy()
    return failure.error
  }
  const expectKept = () => {
    if (failure) throw failure.error
  }
  const post = async (message: Uint8Array, method: string): Promise<Buffer> => {
    const peer = () => ({ server, method, answered })
    if (failure) throw socketError(failure.error, peer())
    try {
      const headers = await endpoint.identify()
      // Time may be up by now, and nothing would end what is sent.
      expectKept()
      const { status, body } = await send(message, headers, request => {
        current = request
      })
      answered = true
      if (status !== 200) throw statusError(status, body.toString('utf8', 0, 2000), peer())
      return body
    } catch (error) {
      throw socketError(lose(error), peer())
    } finally {
      current = undefined
    }
  }
  const oneByOne = openLine()
  return {
    get lost() {
      return failure !== undefined
    },
    exchange: (message, call: Exchange) =>
      oneByOne(() => within(call, server, lose, () => post(message, call.method))),
    close: () => void lose(new GoldsyncError('UNAVAILABLE', `metastore ${server}: the catalog is closed`)),
  }
}

interface Answer {
  readonly status: number
  readonly body: Buffer
}

function openClient({ address: { host, port }, path, tls, connectLimit }: Endpoint) {
  const module = tls ? https : http
  const agent = withConnectLimit(
    new module.Agent({ keepAlive: true, maxSockets: 1, keepAliveMsecs: 30_000 }),
    connectLimit,
    tls !== undefined,
  )
  const secure = tls && { ...tls, rejectUnauthorized: true, servername: isIP(host) ? '' : host }
  const send = (
    message: Uint8Array,
    headers: Readonly<Record<string, string>>,
    onRequest: (request: http.ClientRequest) => void,
  ) =>
    new Promise<Answer>((resolve, reject) => {
      const type = { 'Content-Type': 'application/x-thrift', Accept: 'application/x-thrift' }
      const options = { host, port, path, agent, method: 'POST', ...secure }
      const length = { 'Content-Length': message.length }
      const request = module.request({ ...options, headers: { ...type, ...length, ...headers } })
      onRequest(request)
      request.once('error', reject)
      request.once('response', response => bodyOf(response).then(resolve, reject))
      request.end(message)
    })
  return { send, destroy: () => agent.destroy() }
}

async function bodyOf(response: http.IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MESSAGE_LIMIT)
      throw new GoldsyncError('DATA_INVALID', `a reply is larger than ${MESSAGE_LIMIT} bytes`)
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks) }
}
