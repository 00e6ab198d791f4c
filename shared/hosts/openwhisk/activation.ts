/** What the platform tells of one activation, as a function's context. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { auditTarget, type Log, openLog } from '../../base/log.ts'
import type { TraceOrigin } from '../../base/tracing.ts'
import type { Config } from '../../config/config.ts'
import type { Context } from '../../function/function.ts'
import type { Outcome } from '../../function/outcome.ts'
import { sinkAnnounce } from '../announce.ts'
import { openWhiskDelivery } from '../delivery.ts'
import { lineageTo } from '../lineage.ts'
import type { Recorder } from '../recorder.ts'
import { type FunctionCall, type FunctionName, loadFunction } from '../registry.ts'
import { watchWaits } from '../waits.ts'
import type { Connected } from './connection.ts'

/** Milliseconds kept for closing connections and returning the result before the platform kills the action. */
const MARGIN = 5_000

export const activationId = (): string => process.env.__OW_ACTIVATION_ID ?? randomUUID()

/** @param log of the config, where that could be read */
export const activationLog = (
  name: FunctionName,
  { level, audit = 'log' }: Partial<Config['log']> = {},
): Log => openLog(level ?? 'info', { function: name, activationId: activationId() }, auditTarget(audit))

export async function invokeFunction(
  { id, function: name, params }: FunctionCall,
  { config, connection, recorder, telemetry }: Connected,
  trace: TraceOrigin,
): Promise<Outcome> {
  const context: Context = {
    lakes: connection.lakes,
    log: activationLog(name, config.log),
    delivery: openWhiskDelivery(process.env),
    announce: sinkAnnounce(config, process.env, { tracer: telemetry.tracer }),
    tellLineage: lineageTo(config),
    tracer: telemetry.tracer,
  }
  const invoked = await loadFunction(name)
  const endWaits = watchWaits(context)
  try {
    const began = performance.now()
    const outcome = await invoked.invoke({ id, params, trace, ...deadline(process.env) }, context)
    const told = telemetry.tell(name, outcome, (performance.now() - began) / 1000, context.log)
    const answer = recorder ? recorded({ id, function: name }, outcome, recorder) : outcome
    await told
    return await answer
  } finally {
    endWaits()
  }
}

/** Milliseconds: less than the platform's margin. What is not written by then may be, when the container is thawed. */
const WRITTEN = 3_000

/** The container is frozen after the answer, so this waits. */
async function recorded(
  call: Pick<FunctionCall, 'id' | 'function'>,
  outcome: Outcome,
  recorder: Recorder,
): Promise<Outcome> {
  recorder.note(call, outcome)
  const lost = await Promise.race([recorder.written(), delay(WRITTEN, undefined, { ref: false })])
  const { withFinding } = await import('../recorder.ts')
  return withFinding(outcome, lost)
}

function deadline(env: NodeJS.ProcessEnv): { readonly deadline?: number } {
  const end = Number(env.__OW_DEADLINE)
  return end > 0 ? { deadline: end - MARGIN } : {}
}
