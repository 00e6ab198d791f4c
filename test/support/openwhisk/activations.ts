/** Runs of actions, each in a container that has one at a time, as OpenWhisk's default is. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Action, startContainer } from '../hosts.ts'
import { type ActionEntity, boundParameters, type Entities, type Params, valuesOf } from './entities.ts'

/** As the API tells of one. */
export interface Activation {
  readonly activationId: string
  /** Of the action: `goldsync/scan`. */
  readonly name: string
  /** The trigger's activation, where there is one. */
  readonly cause: string | undefined
  readonly response: {
    readonly status: 'success' | 'application error' | 'action developer error'
    readonly success: boolean
    readonly result: Params
  }
  readonly logs: readonly string[]
}

export interface Started {
  readonly activationId: string
  readonly ended: Promise<Activation>
}

export interface Activator {
  /** Those that have ended, newest last. */
  readonly activations: readonly Activation[]
  /** @param params the caller's; what is bound comes beside them @param cause a trigger's activation */
  activate(action: string, params: Params, cause?: string): Started
  /** When all have ended. */
  close(): Promise<void>
}

/** What an action is told of its platform. */
export interface Host {
  readonly url: string
  readonly namespace: string
  readonly apiKey: string
}

/** What each activation prints twice: runner and service of apache/openwhisk-runtime-nodejs. */
const END_OF_LOG = 'XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX'

export function openActivator(entities: Entities, host: () => Host): Activator {
  const activations: Activation[] = []
  const idle = new Map<ActionEntity, Action[]>()
  const started: Action[] = []
  const running = new Set<Promise<unknown>>()

  async function containerOf(action: ActionEntity): Promise<Action> {
    const warm = idle.get(action)?.pop()
    if (warm) return warm
    const cold = await startContainer(action.exec.code, action.exec.main)
    started.push(cold)
    return cold
  }

  async function run(
    activationId: string,
    name: string,
    params: Params,
    cause?: string,
  ): Promise<Activation> {
    const action = entities.actions.get(name) as ActionEntity
    const container = await containerOf(action)
    const before = container.lines.length
    const { status, result } = await container.run(
      { ...boundParameters(entities, name), ...params },
      { activation_id: activationId, ...platformOf(name, action, host()) },
    )
    const logs = await logsOf(container, before)
    idle.set(action, [...(idle.get(action) ?? []), container])
    const activation = { activationId, name, cause, response: responseOf(status, result), logs }
    activations.push(activation)
    return activation
  }

  return {
    activations,
    activate: (name, params, cause) => {
      const activationId = randomUUID().replaceAll('-', '')
      const ended = run(activationId, name, params, cause)
      running.add(ended)
      return { activationId, ended }
    },
    close: async () => {
      await Promise.allSettled(running)
      await Promise.all(started.map(container => container.stop('SIGKILL')))
    },
  }
}

/** The key only where the action asks for it: `wsk` and wskdeploy say `false` where nothing is said. */
function platformOf(
  name: string,
  { annotations, limits }: ActionEntity,
  { url, namespace, apiKey }: Host,
): Readonly<Record<string, string>> {
  const asks = valuesOf(annotations)['provide-api-key'] === true
  return {
    namespace,
    action_name: `/${namespace}/${name}`,
    api_host: url,
    deadline: String(Date.now() + limits.timeout),
    ...(asks ? { api_key: apiKey } : {}),
  }
}

function responseOf(status: number, result: Params): Activation['response'] {
  if (status !== 200) return { status: 'action developer error', success: false, result }
  return 'error' in result
    ? { status: 'application error', success: false, result }
    : { status: 'success', success: true, result }
}

async function logsOf({ lines }: Action, before: number): Promise<string[]> {
  const isEnd = (line: string) => line === END_OF_LOG
  while (lines.slice(before).filter(isEnd).length < 2) await sleep(1)
  return lines.slice(before).filter(line => !isEnd(line))
}
