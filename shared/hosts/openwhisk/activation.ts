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
import { timeLeft } from '../time-left.ts'
import { watchWaits } from '../waits.ts'
import type { Connected } from './connection.ts'

/** Milliseconds before the platform kills the action, at which a part ends: the rest is the next one's, and the last answers. */
const ENDS = {
  /** Batches of the run. */
  run: 5_000,
  /** What the sinks of events and lineage are told, of all tables together. */
  sinks: 3_000,
  /** What is sent to receivers of metrics and spans, and written to the history. */
  told: 1_000,
}

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
  const end = endOf(process.env)
  const until = end && end - ENDS.sinks
  const context: Context = {
    lakes: connection.lakes,
    log: activationLog(name, config.log),
    delivery: openWhiskDelivery(process.env),
    announce: sinkAnnounce(config, process.env, { until, tracer: telemetry.tracer }),
    tellLineage: lineageTo(config, { until }),
    tracer: telemetry.tracer,
  }
  const invoked = await loadFunction(name)
  const endWaits = watchWaits(context)
  try {
    const began = performance.now()
    const outcome = await invoked.invoke(
      { id, params, trace, ...(end ? { deadline: end - ENDS.run } : {}) },
      context,
    )
    const seconds = (performance.now() - began) / 1000
    const left = (limit: number) => timeLeft(limit, end && end - ENDS.told)
    const [answer] = await Promise.all([
      recorder ? recorded({ id, function: name }, outcome, recorder, left(WRITTEN)) : outcome,
      telemetry.tell({ function: name, params }, outcome, { seconds, limit: left(SENT), log: context.log }),
    ])
    return answer
  } finally {
    endWaits()
  }
}

/** Milliseconds that an activation waits for the history. What is not written by then may be, when the container is thawed. */
const WRITTEN = 3_000
/** Milliseconds that it waits for receivers of metrics and spans. */
const SENT = 2_000

/** The container is frozen after the answer, so this waits. */
async function recorded(
  call: Pick<FunctionCall, 'id' | 'function'>,
  outcome: Outcome,
  recorder: Recorder,
  limit: number,
): Promise<Outcome> {
  recorder.note(call, outcome)
  const lost = await Promise.race([recorder.written(), delay(limit, undefined, { ref: false })])
  const { withFinding } = await import('../recorder.ts')
  return withFinding(outcome, lost)
}

/** Epoch milliseconds at which the platform kills the action; undefined where it does not say. */
function endOf(env: NodeJS.ProcessEnv): number | undefined {
  const end = Number(env.__OW_DEADLINE)
  return end > 0 ? end : undefined
}
