/** Requests of the HTTP transport with what is valid when they are sent; a session cookie spares the server the next check. */
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Authorization } from '../credentials/authorization.ts'

/** What is used of thrift's connection. */
export interface ThriftHttp {
  write(data: Buffer): void
  responseCallback(response: IncomingMessage): void
  emit(event: 'error', error: unknown): boolean
  readonly nodeOptions: { readonly headers: Record<string, ClientRequest | string | undefined> }
}

const COOKIE = 'hive.server2.auth'

/** @param tls whether cookies may be sent that are for TLS alone */
export function authorize(http: ThriftHttp, authorization: Authorization, tls: boolean): void {
  const [write, respond] = [http.write.bind(http), http.responseCallback.bind(http)]
  let cookie: string | undefined
  const send = (data: Buffer, header: string | undefined, retry: () => Promise<string | undefined>) => {
    const { headers } = http.nodeOptions
    delete headers.cookie
    delete headers.Authorization
    if (header) headers.Authorization = header
    else headers.cookie = cookie
    http.responseCallback = response => {
      cookie = cookieOf(response, tls) ?? cookie
      if (response.statusCode !== 401) return respond(response)
      cookie = undefined
      retry()
        .then(other => {
          if (other === undefined) return respond(response)
          response.resume()
          return send(data, other, async () => undefined)
        })
        .catch(error => http.emit('error', error))
    }
    write(data)
  }
  http.write = data => {
    if (cookie !== undefined) return send(data, undefined, () => authorization.next())
    authorization.next().then(
      header => send(data, header, () => authorization.instead(header)),
      error => http.emit('error', error),
    )
  }
}

function cookieOf({ headers }: IncomingMessage, tls: boolean): string | undefined {
  const given = headers['set-cookie']?.find(text => text.startsWith(`${COOKIE}=`))
  const [pair = '', ...attributes] = (given ?? '').split(/;\s*/)
  if (pair.length <= COOKIE.length + 1) return undefined
  return tls || !attributes.some(attribute => /^secure$/i.test(attribute)) ? pair : undefined
}
