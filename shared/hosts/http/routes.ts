/** Which request calls which function. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context } from '../../function.ts'
import { RequestProblem } from '../../problem.ts'
import { functionNames, isFunctionName, loadFunction } from '../registry.ts'
import { readBody, readJson } from './body.ts'
import { type EventCall, readEvent } from './event.ts'
import { sendJson, sendOutcome, sendProblem } from './respond.ts'

export interface Service {
  readonly context: Context
  /** Milliseconds that one request may take; what is left then is the next run's. */
  readonly budget: number
  /** Aborted when the process cannot wait any longer. */
  readonly signal: AbortSignal
  /** False from the moment that it stops taking requests. */
  ready(): boolean
}

/** Answers one request; never rejects. */
export async function route(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname.startsWith('/health/')) sendHealth(service, pathname, response)
    else await callFunction(service, await readCall(pathname, request), response)
  } catch (error) {
    if (!(error instanceof RequestProblem)) service.context.log.error({ err: error }, 'a request failed')
    if (!response.headersSent) sendProblem(response, error)
  }
}

function sendHealth(service: Service, pathname: string, response: ServerResponse): void {
  const healthy = pathname === '/health/liveness' || service.ready()
  sendJson(response, healthy ? 200 : 503, { status: healthy ? 'ok' : 'stopping' })
}

async function readCall(pathname: string, request: IncomingMessage): Promise<EventCall> {
  if (request.method !== 'POST') throw new RequestProblem(405, `${request.method} ${pathname}: send POST`)
  if (pathname === '/') return readEvent(request.headers, await readBody(request))
  const [, invoke, name = '', ...rest] = pathname.split('/')
  if (invoke !== 'invoke' || !isFunctionName(name) || rest.length > 0) throw unknownPath(pathname)
  return { id: randomUUID(), function: name, params: readJson(await readBody(request)) }
}

// Not 404: Knative's dispatchers would repeat it.
function unknownPath(pathname: string): RequestProblem {
  const invokes = functionNames.map(name => `/invoke/${name}`).join(', ')
  return new RequestProblem(422, `nothing is served at ${pathname}; events go to /, JSON to ${invokes}`)
}

async function callFunction(service: Service, call: EventCall, response: ServerResponse): Promise<void> {
  const { context, budget, signal } = service
  const invoked = await loadFunction(call.function)
  const outcome = await invoked.invoke(
    { id: call.id, params: call.params, deadline: Date.now() + budget, signal },
    context,
  )
  context.log.info({ function: call.function, id: call.id, status: outcome.status }, 'answered')
  sendOutcome(response, outcome)
}
