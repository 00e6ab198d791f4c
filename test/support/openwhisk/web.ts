/** Web actions: HTTP requests as parameters, and results as HTTP answers (apache/openwhisk WebActions.scala). */
import type { IncomingHttpHeaders } from 'node:http'
import type { Activation } from './activations.ts'
import type { Params } from './entities.ts'

export interface WebRequest {
  readonly method: string
  /** After the action's name. */
  readonly path: string
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface WebAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Of an action with `raw-http`. Bodies of exactly this type and of binary ones come in base64, others as text. */
export const rawParams = ({ method, path, query, headers, body }: WebRequest): Params => ({
  __ow_method: method.toLowerCase(),
  __ow_headers: headers,
  __ow_path: path,
  __ow_query: query,
  __ow_body: body.toString(isEncoded(headers['content-type']) ? 'base64' : 'utf8'),
})

const isEncoded = (contentType = ''): boolean =>
  /^(application\/(json|octet-stream)|image\/.*)$/.test(contentType.split(';')[0]?.trim() ?? '') &&
  !contentType.includes('charset')

/** An object as a body is JSON; of a result with `error` that is what is answered. */
export function answerOf({ response: { status, result } }: Activation): WebAnswer {
  if (status === 'action developer error') return { status: 400, headers: {}, body: '' }
  const { statusCode = 200, headers = {}, body = '' } = (result.error ?? result) as Params
  return {
    status: Number(statusCode),
    headers: headers as WebAnswer['headers'],
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}

/** What the controller says to OPTIONS for actions without `web-custom-options`. */
export const PREFLIGHT: WebAnswer = {
  status: 200,
  headers: {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'OPTIONS, GET, DELETE, POST',
  },
  body: '',
}
