/**
 * The functions as OpenWhisk actions. One zip serves all: an action's `main` names the export.
 * Contract: apache/openwhisk-runtime-nodejs, runner.js and service.js.
 */
import { randomUUID } from 'node:crypto'
import { type Context, failure, type Outcome } from '../function.ts'
import { openLog } from '../log.ts'
import { boundOutcome } from './bounded.ts'
import { configOf } from './openwhisk/config.ts'
import { type ActionParams, requestOf } from './openwhisk/params.ts'
import { type FunctionName, loadFunction } from './registry.ts'

/** Milliseconds kept for closing connections and returning the result before the platform kills the action. */
const MARGIN = 5_000

type Action = (params: ActionParams) => Promise<Readonly<Record<string, unknown>>>

export const scan: Action = params => act('scan', params)
export const sync: Action = params => act('sync', params)
export const plan: Action = params => act('plan', params)

// Async throughout: a synchronous throw stops the container for good (service.js, error status 502).
async function act(name: FunctionName, params: ActionParams): Promise<Readonly<Record<string, unknown>>> {
  return resultOf(boundOutcome(await invoke(name, params)))
}

async function invoke(name: FunctionName, params: ActionParams): Promise<Outcome> {
  try {
    const config = await configOf(params, process.env)
    const id = process.env.__OW_ACTIVATION_ID ?? randomUUID()
    const log = openLog(config.log.level, { function: name, activationId: id })
    const context: Context = { config, log }
    const action = await loadFunction(name)
    return await action.invoke({ id, params: requestOf(params), ...deadline(process.env) }, context)
  } catch (error) {
    return failure(error)
  }
}

function deadline(env: NodeJS.ProcessEnv): { readonly deadline?: number } {
  const end = Number(env.__OW_DEADLINE)
  return end > 0 ? { deadline: end - MARGIN } : {}
}

/** A result with `error` is what makes OpenWhisk call the activation failed. */
function resultOf(outcome: Outcome): Readonly<Record<string, unknown>> {
  return { ...outcome }
}
