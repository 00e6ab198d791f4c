/**
 * The functions as one AWS Lambda function: `index.handler` of the zip. What an event asks for is told by its shape (lambda/request.ts).
 * Contract: AWS Lambda developer guide, "Define Lambda function handler in Node.js" and "Handling errors for an SQS event source".
 */
import { randomUUID } from 'node:crypto'
import { type ErrorSummary, summarizeError } from '../base/errors.ts'
import { auditTarget, errorRecord, type Log, openLog } from '../base/log.ts'
import type { Config } from '../config/config.ts'
import type { Outcome } from '../function/outcome.ts'
import { boundOutcome } from './bounded.ts'
import { type Connected, withKept } from './frozen/connection.ts'
import { invokeFrozen } from './frozen/invoke.ts'
import { queueDelivery } from './lambda/queue.ts'
import { type Call, requestOf } from './lambda/request.ts'
import { versioned } from './output.ts'

/** The part of Lambda's context that is used. */
export interface LambdaContext {
  readonly awsRequestId?: string
  getRemainingTimeInMillis?(): number
}

/**
 * Answers with a function's outcome, or for messages of SQS with those that failed.
 * @throws Error named by its code where the work failed: Lambda repeats an event that nobody waits for, at most twice, and then gives it
 * to the function's destination for failures; whoever invoked the function is told so
 */
export async function handler(event: unknown, context: LambdaContext = {}): Promise<object> {
  const id = context.awsRequestId ?? randomUUID()
  const end = context.getRemainingTimeInMillis && Date.now() + context.getRemainingTimeInMillis()
  try {
    return await withKept('lambda', variablesOf(process.env), connected => answer(event, id, end, connected))
  } catch (error) {
    if (error instanceof FunctionFailed) throw error
    const summary = summarizeError(error)
    logOf(id)[summary.code === 'REQUEST_INVALID' ? 'warn' : 'error'](errorRecord(error), summary.message)
    throw new FunctionFailed(summary)
  }
}

async function answer(
  event: unknown,
  id: string,
  end: number | undefined,
  connected: Connected,
): Promise<object> {
  const { log } = connected.config
  const platform = { end, delivery: queueDelivery(process.env), trace: { kind: 'consumer' } } as const
  const invoke = (call: Call): Promise<Outcome> =>
    invokeFrozen({ id, ...call }, connected, { ...platform, log: logOf(id, log, call) })
  const request = requestOf(event)
  if ('messages' in request) {
    const { workOff } = await import('./lambda/batch.ts')
    return workOff(request.messages, invoke, logOf(id, log))
  }
  const outcome = await invoke(request)
  if ('error' in outcome) throw new FunctionFailed(outcome.error)
  return versioned(boundOutcome(outcome))
}

/** Without what the platform says of the invocation. */
function variablesOf({ _X_AMZN_TRACE_ID: _, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env
}

/** @param config of the log, where that could be read */
const logOf = (
  awsRequestId: string,
  { level, audit = 'log' }: Partial<Config['log']> = {},
  call?: Call,
): Log =>
  openLog(level ?? 'info', { ...(call ? { function: call.function } : {}), awsRequestId }, auditTarget(audit))

/** What Lambda tells of it: its name as `errorType`, its message, its stack. */
class FunctionFailed extends Error {
  constructor({ code, message, hint }: ErrorSummary) {
    super(hint === undefined ? message : `${message} (${hint})`)
    this.name = code
    this.stack = `${code}: ${this.message}`
  }
}
