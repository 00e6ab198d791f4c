/** What OpenWhisk puts into an action's parameters, told apart: the caller's request, bound settings, the platform's own. */
import { GoldsyncError } from '../../base/errors.ts'

export type ActionParams = Readonly<Record<string, unknown>>

/** Upper-case names are bound at deployment (`GOLDSYNC_CONFIG`, `HIVE_PASSWORD`). */
const BOUND = /^[A-Z][A-Z0-9_]*$/
/** `__ow_method` and its like. */
const PLATFORM = /^__ow_/i
/**
 * What the alarms package is told of a timer. aio-lib-runtime puts a feed's settings on the trigger as well, so each of its events has them;
 * wskdeploy and wsk do not.
 */
const TIMER = /^(cron|minutes|date|timezone|strict|startDate|stopDate|maxTriggers|trigger_payload)$/

/** An activation has no headers. */
const TRACE = /^trace(parent|state)$/

/**
 * The function's own parameters.
 * The alarms provider hands a trigger payload that is text on as `{payload: "<json>"}` (alarmWebAction.js).
 * @throws GoldsyncError `REQUEST_INVALID` where such a payload is no JSON object
 */
export function requestOf(params: ActionParams): ActionParams {
  const own = Object.fromEntries(
    Object.entries(params).filter(
      ([name]) => ![BOUND, PLATFORM, TIMER, TRACE].some(other => other.test(name)),
    ),
  )
  const { payload, ...rest } = own
  return typeof payload === 'string' ? { ...parsePayload(payload), ...rest } : own
}

/** Settings bound to the action or its package, as an environment. */
export function boundOf(params: ActionParams): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(params)
      .filter(([name]) => BOUND.test(name))
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  )
}

function parsePayload(payload: string): ActionParams {
  try {
    const value: unknown = JSON.parse(payload)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as ActionParams
  } catch (error) {
    throw notAnObject(error)
  }
  throw notAnObject()
}

const notAnObject = (cause?: unknown): GoldsyncError =>
  new GoldsyncError(
    'REQUEST_INVALID',
    'payload: expected the text of a JSON object, such as {"mode":"full"}',
    {
      cause,
    },
  )
