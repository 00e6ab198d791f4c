/**
 * The functions as OpenWhisk actions. One zip serves all: an action's `main` names the export.
 * Contract: apache/openwhisk-runtime-nodejs, runner.js and service.js.
 */
import { summarizeError } from '../base/errors.ts'
import { errorRecord } from '../base/log.ts'
import { traceOrigin } from '../base/tracing.ts'
import { failure, type Outcome } from '../function/outcome.ts'
import { statusOf } from './answer.ts'
import { boundOutcome } from './bounded.ts'
import { activationId, activationLog, invokeFunction } from './openwhisk/activation.ts'
import { withConnection } from './openwhisk/connection.ts'
import { type ActionParams, requestOf } from './openwhisk/params.ts'
import { answerWeb, isWebRequest } from './openwhisk/web.ts'
import { versioned } from './output.ts'
import type { FunctionName } from './registry.ts'

type Action = (params: ActionParams) => Promise<Readonly<Record<string, unknown>>>

export const scan: Action = params => act('scan', params)
export const sync: Action = params => act('sync', params)
export const plan: Action = params => act('plan', params)
export const status: Action = params => act('status', params)

/** A raw web action for sinks, which sign, and an ordinary action for triggers, whose namespace is trusted. */
export const fileClosed: Action = async params =>
  isWebRequest(params) ? answerWeb(params) : act('file-closed', params)

// A web action answers with an error's `statusCode` (WebActions.scala); whoever waits for the activation tells by it what failed.
// A result with `error` is what makes OpenWhisk call the activation failed.
// Async throughout: a synchronous throw stops the container for good (service.js, error status 502).
async function act(name: FunctionName, params: ActionParams): Promise<Readonly<Record<string, unknown>>> {
  const outcome = versioned(boundOutcome(await invoke(name, params)))
  if (outcome.status !== 'unmet') return { ...outcome }
  return { ...outcome, error: { ...outcome.error, statusCode: statusOf(outcome) } }
}

async function invoke(name: FunctionName, params: ActionParams): Promise<Outcome> {
  try {
    const trace = traceOrigin('consumer', params)
    const call = { id: activationId(), function: name, params: requestOf(params) }
    return await withConnection(params, process.env, connected => invokeFunction(call, connected, trace))
  } catch (error) {
    activationLog(name).error(errorRecord(error), summarizeError(error).message)
    return failure(error)
  }
}
