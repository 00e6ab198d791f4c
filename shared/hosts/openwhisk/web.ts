/** The webhook as a raw web action (apache/openwhisk WebActions.scala): parameters that stand for an HTTP request, and its answer. */
import type { IncomingHttpHeaders } from 'node:http'
import { admit, hasSecret } from '../../auth/authenticate.ts'
import { summarizeError } from '../../base/errors.ts'
import { errorRecord } from '../../base/log.ts'
import { RequestProblem } from '../../base/problem.ts'
import { traceOrigin } from '../../base/tracing.ts'
import { bytesOf } from '../../events/text.ts'
import { type Answer, answerHandshake, answerOutcome, answerProblem, answerUnconfigured } from '../answer.ts'
import type { Connected } from '../frozen/connection.ts'
import { readWebhook } from '../webhook.ts'
import { activationLog, invokeFunction } from './activation.ts'
import { withConnection } from './connection.ts'
import type { ActionParams } from './params.ts'

/** The platform sets `__ow_method` on every web request; triggers and `wsk action invoke` have none. */
export const isWebRequest = (params: ActionParams): boolean => typeof params.__ow_method === 'string'

/** What a web action returns; never rejects. */
export async function answerWeb(params: ActionParams): Promise<Readonly<Record<string, unknown>>> {
  const { status, headers, body } = await answer(params)
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body,
  }
}

async function answer(params: ActionParams): Promise<Answer> {
  try {
    return await withConnection(params, process.env, connected => answerOrRefuse(params, connected))
  } catch (error) {
    // What is wrong with the config is no stranger's business.
    const message = `the webhook cannot work: ${summarizeError(error).message}`
    activationLog('file-closed').error(errorRecord(error), message)
    return answerUnconfigured('the service cannot work; its log tells why')
  }
}

/** A sink mostly drops the answer that says why it was refused. */
async function answerOrRefuse(params: ActionParams, connected: Connected): Promise<Answer> {
  try {
    return await answerWebhook(webRequestOf(params), connected)
  } catch (error) {
    if (!(error instanceof RequestProblem)) throw error
    const { config } = connected
    activationLog('file-closed', config.log).warn(
      { ...errorRecord(error), status: error.status },
      error.message,
    )
    return answerProblem(error)
  }
}

interface WebRequest {
  /** Upper case. */
  readonly method: string
  /** With lower-case names. */
  readonly headers: IncomingHttpHeaders
  /** The path behind the action's name. */
  readonly pathToken: string | undefined
  readonly body: Buffer
}

async function answerWebhook(request: WebRequest, connected: Connected): Promise<Answer> {
  const { method, headers, body } = request
  const { webhook } = connected.config
  if (!webhook || !hasSecret(webhook))
    return answerUnconfigured('no secret is configured for the webhook (docs/webhook.md)')
  if (method === 'OPTIONS') return answerHandshake(headers)
  if (method !== 'POST') throw new RequestProblem(405, `${method}: send POST`)
  const check = await admit(request, webhook)
  check(body)
  const call = readWebhook(headers, body)
  const origin = traceOrigin('server', headers, call.traces)
  return answerOutcome(await invokeFunction(call, connected, origin))
}

const webRequestOf = ({ __ow_method, __ow_headers, __ow_path, __ow_body }: ActionParams): WebRequest => ({
  method: String(__ow_method).toUpperCase(),
  headers: (__ow_headers ?? {}) as IncomingHttpHeaders,
  pathToken: typeof __ow_path === 'string' ? __ow_path.slice(1) || undefined : undefined,
  // Base64 for application/json and binary types, else text: either way these are the bytes that were signed.
  body: bytesOf(typeof __ow_body === 'string' ? __ow_body : ''),
})
