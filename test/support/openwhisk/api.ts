/** The controller's REST API: apache/openwhisk docs/rest_api.md, feeds.md, webactions.md. */
import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Activation, Activator, Started } from './activations.ts'
import type { Alarms } from './alarms.ts'
import {
  boundParameters,
  type Entities,
  isKind,
  type Kind,
  localName,
  type Params,
  type RuleEntity,
  valuesOf,
} from './entities.ts'
import { answerOf, PREFLIGHT, rawParams, type WebAnswer } from './web.ts'

export const NAMESPACE = 'guest'
const ALARMS = '/namespaces/whisk.system/actions/alarms/alarm'
/** What wskdeploy asks for first: ansible/files/runtimes.json. */
const RUNTIMES = { runtimes: { nodejs: [{ kind: 'nodejs:20', default: true, deprecated: false }] } }

export interface Controller {
  readonly entities: Entities
  readonly activator: Activator
  readonly alarms: Alarms
  readonly apiKey: string
  /** What triggers have started, by the trigger's activation. */
  readonly fired: Map<string, Promise<readonly Activation[]>>
}

export interface ApiRequest {
  readonly method: string
  /** After `/api/v1`. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

class Refusal extends Error {
  readonly status: number

  constructor(status: number, message = 'The requested resource does not exist.') {
    super(message)
    this.status = status
  }
}

const json = (value: unknown, status = 200): WebAnswer => ({
  status,
  headers: {},
  body: JSON.stringify(value),
})

/** A feed's error is its action's: 502. */
export const refusalOf = (error: Error): WebAnswer =>
  json({ error: error.message, code: 'stub' }, error instanceof Refusal ? error.status : 502)

/** @throws Error, for `refusalOf` */
export async function answer(controller: Controller, request: ApiRequest): Promise<WebAnswer> {
  const { path, headers, body } = request
  if (path === '/') return json(RUNTIMES)
  if (path.startsWith('/web/')) return answerWeb(controller, request)
  if (headers.authorization !== `Basic ${Buffer.from(controller.apiKey).toString('base64')}`)
    throw new Refusal(401, 'The supplied authentication is invalid.')
  if (path === ALARMS) return json(controller.alarms.change(JSON.parse(body.toString())))
  const [, kind = '', name = ''] = /^\/namespaces\/(?:_|guest)\/(\w+)\/?(.*)$/.exec(path) ?? []
  if (kind === 'activations') return readActivations(controller.activator.activations, name)
  if (!isKind(kind)) throw new Refusal(404)
  switch (request.method) {
    case 'PUT':
      return put(controller.entities, kind, name, request)
    case 'POST':
      return post(controller, kind, name, request)
    case 'DELETE':
      return json(controller.entities[kind].delete(name))
    default:
      return get(controller.entities, kind, name)
  }
}

function put(entities: Entities, kind: Kind, name: string, { query, body }: ApiRequest): WebAnswer {
  const [parent = '', ...rest] = name.split('/')
  if (rest.length > 0 && !entities.packages.has(parent)) throw new Refusal(404)
  if (entities[kind].has(name) && query.get('overwrite') !== 'true')
    throw new Refusal(409, 'resource already exists')
  const entity = JSON.parse(body.toString()) as Params
  if (kind === 'rules' && !joins(entities, entity)) throw new Refusal(404)
  ;(entities[kind] as Map<string, object>).set(name, entity)
  return json({ namespace: NAMESPACE, name, version: '0.0.1', publish: false, ...entity })
}

const joins = ({ triggers, actions }: Entities, { trigger, action }: Params): boolean =>
  triggers.has(localName(String(trigger))) && actions.has(localName(String(action)))

function get(entities: Entities, kind: Kind, name: string): WebAnswer {
  const list = [...entities[kind]].map(([key, entity]) => ({ namespace: NAMESPACE, name: key, ...entity }))
  if (name === '') return json(list)
  const found = list.find(one => one.name === name)
  if (!found) throw new Refusal(404)
  return json(found)
}

/** Of an action: invoke it. Of a trigger: fire it. Of a rule: switch it on or off. */
async function post(
  controller: Controller,
  kind: Kind,
  name: string,
  request: ApiRequest,
): Promise<WebAnswer> {
  if (!controller.entities[kind].has(name)) throw new Refusal(404)
  const params = JSON.parse(request.body.toString() || '{}') as Params
  if (kind === 'triggers') return json({ activationId: fire(controller, name, params) }, 202)
  if (kind === 'rules') return json(switchRule(controller.entities, name, params))
  const { activationId, ended } = invoke(controller, name, params)
  if (request.query.get('blocking') !== 'true') return json({ activationId }, 202)
  const activation = await ended
  return json(activation, activation.response.success ? 200 : 502)
}

function switchRule({ rules }: Entities, name: string, { status }: Params): object {
  rules.set(name, { ...(rules.get(name) as RuleEntity), status: String(status) })
  return {}
}

/** With `final`, a caller cannot name what is bound (WhiskAction.immutableParameters). */
function invoke(
  { entities, activator }: Controller,
  action: string,
  params: Params,
  cause?: string,
): Started {
  const { annotations } = entities.actions.get(action) ?? {}
  const bound = valuesOf(annotations).final === true ? boundParameters(entities, action) : {}
  if (Object.keys(params).some(name => name in bound))
    throw new Refusal(400, 'Request defines parameters that are not allowed (e.g., reserved properties).')
  return activator.activate(action, params, cause)
}

/** @returns the trigger's activation */
function fire(controller: Controller, trigger: string, payload: Params): string {
  const activationId = randomUUID().replaceAll('-', '')
  const { triggers, rules } = controller.entities
  const params = { ...valuesOf(triggers.get(trigger)?.parameters), ...payload }
  const started = [...rules.values()]
    .filter(rule => localName(rule.trigger) === trigger && rule.status !== 'inactive')
    .map(rule => invoke(controller, localName(rule.action), params, activationId).ended)
  controller.fired.set(activationId, Promise.all(started))
  return activationId
}

function readActivations(activations: readonly Activation[], name: string): WebAnswer {
  const [id, part] = name.split('/')
  if (!id) return json(activations.toReversed())
  const found = activations.find(({ activationId }) => activationId === id)
  if (!found) throw new Refusal(404)
  return json(part === 'logs' ? { logs: found.logs } : part === 'result' ? found.response : found)
}

async function answerWeb({ entities, activator }: Controller, request: ApiRequest): Promise<WebAnswer> {
  const [, name = '', path = ''] = /^\/web\/guest\/([^/]+\/[^/.]+)(?:\.http)?(.*)$/.exec(request.path) ?? []
  const annotations = valuesOf(entities.actions.get(name)?.annotations)
  if (annotations['web-export'] !== true) throw new Refusal(404)
  if (annotations['raw-http'] !== true) throw new Refusal(501, 'only raw web actions are played here')
  if (request.method === 'OPTIONS' && annotations['web-custom-options'] !== true) return PREFLIGHT
  const params = rawParams({ ...request, path, query: String(request.query) })
  return answerOf(await activator.activate(name, params).ended)
}
