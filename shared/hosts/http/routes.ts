/** From a request to its answer. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorRecord, type Log } from '../../base/log.ts'
import { RequestProblem } from '../../base/problem.ts'
import { abortWith, heededByMany } from '../../base/signals.ts'
import { type TraceOrigin, traceOrigin } from '../../base/tracing.ts'
import type { Context } from '../../function/function.ts'
import type { Outcome } from '../../function/outcome.ts'
import { type Answer, answerEvent, answerHandshake, answerOutcome, answerProblem } from '../answer.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Recorder } from '../recorder.ts'
import { type FunctionCall, loadFunction } from '../registry.ts'
import type { Behind } from './behind.ts'
import { readBody } from './body.ts'
import type { Held } from './held.ts'
import { readPath } from './path.ts'
import { EVENTS, type Reader } from './readers.ts'
import { send } from './respond.ts'
import { type PageSource, refuseOtherNames, type StatusPage } from './status-page.ts'

export interface Service {
  readonly context: Context
  /** Absent where no history is kept. */
  readonly recorder?: Recorder | undefined
  /** Absent where nobody may read them. */
  readonly metrics: (() => Promise<Metrics>) | undefined
  /** The same, where somebody is sent them, though nobody may read them. */
  readonly pushed?: (() => Promise<Metrics>) | undefined
  /** Absent where strangers could read it. */
  readonly page?: ServedPage | undefined
  /** Whether only this machine reaches the server. */
  readonly isLoopback?: boolean
  readonly readers: ReadonlyMap<string, Reader>
  /** The part of one request of what may be held at once. */
  readonly holds: () => Held
  /** Milliseconds that one request may take; what is left then is the next run's. */
  readonly budget: number
  /** Aborted when the process cannot wait any longer. */
  readonly signal: AbortSignal
  /** Brokers deliver an event again whose answer they did not wait for: it joins the work that it began. */
  readonly join: (key: string, work: () => Promise<Outcome>) => Promise<Outcome>
  /** Absent where every answer waits for all of its work. */
  readonly behind?: Behind | undefined
  /** False from the moment that it is to stop. */
  ready(): boolean
  /** True where more senders are connected than it takes. */
  crowded(): boolean
}

export interface ServedPage extends Pick<PageSource, 'past'> {
  readonly show: StatusPage
}

/** Answers one request; never rejects. */
export async function route(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const held = service.holds()
  try {
    send(response, await answer(service, request, held))
  } catch (error) {
    tellFailure(service.context.log, request, error)
    if (error instanceof RequestProblem) await countRefused(service, error)
    // What is left of a refused body is not read, so the connection cannot be used again.
    response.setHeader('connection', 'close')
    send(response, answerProblem(error))
  } finally {
    held.release()
  }
}

/** A metric that cannot be counted is no reason to leave a request unanswered. */
async function countRefused(
  { pushed, metrics = pushed }: Service,
  { status }: RequestProblem,
): Promise<void> {
  await metrics?.().then(
    ({ refuse }) => refuse(status),
    () => undefined,
  )
}

/** Who sends to us may not see why it was refused: a sink mostly drops the answer. */
function tellFailure(log: Log, { method, url }: IncomingMessage, error: unknown): void {
  const about = { method, path: readPath(url).path, ...errorRecord(error) }
  if (error instanceof RequestProblem) log.warn({ ...about, status: error.status }, error.message)
  else log.error(about, 'a request failed')
}

async function answer(service: Service, request: IncomingMessage, held: Held): Promise<Answer> {
  const { path, pathToken } = readPath(request.url)
  const shown = await show(service, path, request)
  if (shown) return shown
  const reader = service.readers.get(path)
  if (!reader) throw unknownPath(service, path)
  if (request.method === 'OPTIONS') return answerHandshake(request.headers)
  if (request.method !== 'POST') throw new RequestProblem(405, `${request.method} ${path}: send POST`)
  const head = { headers: request.headers, pathToken }
  const readCall = await reader(head)
  const waits = asksToWait(request.url)
  const body = await readBody(request, held)
  const read = readCall(body)
  const origin = traceOrigin(path === EVENTS ? 'consumer' : 'server', request.headers, read.traces)
  const outcome = await call(service, read, origin, { waits, bytes: body.length })
  return path === EVENTS ? answerEvent(outcome) : answerOutcome(outcome)
}

/** For senders whose bodies have no room for it: nothing else is taken from an address. @throws RequestProblem 400 */
function asksToWait(url = '/'): boolean {
  const [, query] = url.split('?')
  const wait = new URLSearchParams(query).get('wait')
  if (wait !== null && wait !== 'true') throw new RequestProblem(400, 'wait: expected true')
  return wait === 'true'
}

/** What is there to be looked at; a probe and a scrape are answered in any crowd. */
async function show(service: Service, path: string, request: IncomingMessage): Promise<Answer | undefined> {
  if (path === '/health' || path.startsWith('/health/')) return health(service, path)
  if (path === '/metrics' && service.metrics) {
    refuseOthers(service, request)
    return scrape(await service.metrics())
  }
  if (service.crowded()) throw new RequestProblem(503, 'too many connections at once; repeat it')
  if (path === EVENTS && service.page && isLook(request)) return showPage(service, service.page, request)
  return undefined
}

function refuseOthers({ isLoopback = false }: Service, { headers }: IncomingMessage): void {
  if (isLoopback) refuseOtherNames(headers.host)
}

const isLook = ({ method }: IncomingMessage): boolean => method === 'GET' || method === 'HEAD'

async function showPage(service: Service, page: ServedPage, request: IncomingMessage): Promise<Answer> {
  refuseOthers(service, request)
  const origin = traceOrigin('server', request.headers)
  const status = () => call(service, { id: randomUUID(), function: 'status', params: {} }, origin)
  return page.show({ status, past: page.past })
}

function health(service: Service, path: string): Answer {
  const healthy = path === '/health/liveness' || service.ready()
  return { status: healthy ? 200 : 503, headers: {}, body: { status: healthy ? 'ok' : 'stopping' } }
}

async function scrape(metrics: Metrics): Promise<Answer> {
  return { status: 200, headers: { 'content-type': metrics.contentType }, body: await metrics.text() }
}

// Not 404: Knative's dispatchers would repeat it.
function unknownPath({ readers, metrics, page }: Service, path: string): RequestProblem {
  const known = [...readers.keys()].join(', ')
  const asked = [
    '/health',
    '/health/liveness',
    ...(metrics ? ['/metrics'] : []),
    ...(page ? [EVENTS] : []),
  ].join(', ')
  return new RequestProblem(
    422,
    `nothing is served at ${path}; what can be posted to: ${known}; what can be asked: ${asked}`,
  )
}

interface Answering {
  /** Whether the answer shall wait for all that is done, engines too. */
  readonly waits: boolean
  /** Of the body. */
  readonly bytes: number
}

async function call(
  service: Service,
  request: FunctionCall,
  trace: TraceOrigin,
  { waits, bytes }: Answering = { waits: true, bytes: 0 },
): Promise<Outcome> {
  const { function: name, id, params } = request
  const { behind } = service
  const outcome = await service.join(JSON.stringify([name, id, params, waits]), () =>
    behind && !waits
      ? behind.answer(bytes, early => work(service, request, trace, early))
      : work(service, request, trace),
  )
  service.context.log.info({ function: name, id, status: outcome.status }, 'answered')
  return outcome
}

async function work(
  service: Service,
  { id, function: name, params }: FunctionCall,
  trace: TraceOrigin,
  onRegistered?: (early: Outcome) => void,
): Promise<Outcome> {
  const { context, budget, metrics = service.pushed, recorder } = service
  const [invoked, observed] = await Promise.all([loadFunction(name), metrics?.()])
  const start = performance.now()
  const deadline = Date.now() + budget
  const outcome = await withOwnSignal(service, signal =>
    invoked.invoke({ id, params, deadline, signal, trace, onRegistered }, context),
  )
  recorder?.note({ id, function: name }, outcome)
  observed?.observe(name, outcome, (performance.now() - start) / 1000, params)
  return outcome
}

/** What heeds the request's signal goes with it; on the server's it would stay as long as the process. */
async function withOwnSignal<T>(service: Service, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const own = new AbortController()
  const letGo = abortWith(own, [service.signal])
  try {
    return await work(heededByMany(own.signal))
  } finally {
    letGo()
  }
}
