/** One invocation of a function where the process is frozen after the answer: all that is to be told is told before it. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../../base/log.ts'
import type { TraceOrigin } from '../../base/tracing.ts'
import type { Context } from '../../function/function.ts'
import type { Delivery } from '../../function/hand-over.ts'
import type { Outcome } from '../../function/outcome.ts'
import { sinkAnnounce } from '../announce.ts'
import { lineageTo } from '../lineage.ts'
import type { Recorder } from '../recorder.ts'
import { type FunctionCall, loadFunction } from '../registry.ts'
import { schedulersTo } from '../schedulers.ts'
import { timeLeft } from '../time-left.ts'
import { watchWaits } from '../waits.ts'
import type { Connected } from './connection.ts'

/** Milliseconds before the platform ends the process, at which a part ends: the rest is the next one's, and the last answers. */
const MARGINS = {
  /** Batches of the run. */
  run: 5_000,
  /** What the sinks of events and lineage, and schedulers, are told, of all tables together. */
  sinks: 3_000,
  /** What is sent to receivers of metrics and spans, and written to the history. */
  told: 1_000,
}

/** Milliseconds: of an invocation that has less, margins are as much shorter, so that something is left for the work. */
const LONG_ENOUGH = 20_000

/** Epoch milliseconds at which each part ends. */
function endsBefore(end: number | undefined): Partial<typeof MARGINS> {
  if (end === undefined) return {}
  const scale = Math.min(1, timeLeft(LONG_ENOUGH, end) / LONG_ENOUGH)
  const { run, sinks, told } = MARGINS
  return { run: end - run * scale, sinks: end - sinks * scale, told: end - told * scale }
}

/** What the platform tells of the invocation. */
export interface Platform {
  readonly log: Log
  /** Epoch milliseconds at which it ends the process; undefined where it does not say. */
  readonly end: number | undefined
  readonly delivery?: Delivery | undefined
  readonly trace?: TraceOrigin | undefined
}

export async function invokeFrozen(
  { id, function: name, params }: FunctionCall,
  { config, connection, recorder, telemetry }: Connected,
  { log, end, delivery, trace = {} }: Platform,
): Promise<Outcome> {
  const ends = endsBefore(end)
  const until = ends.sinks
  const context: Context = {
    lakes: connection.lakes,
    log,
    delivery,
    announce: sinkAnnounce(config, process.env, { until, tracer: telemetry.tracer }),
    tellLineage: lineageTo(config, { until }),
    tellSchedulers: schedulersTo(config, connection, { until }),
    tracer: telemetry.tracer,
  }
  const invoked = await loadFunction(name)
  const endWaits = watchWaits(context)
  try {
    const began = performance.now()
    const outcome = await invoked.invoke(
      { id, params, trace, ...(ends.run ? { deadline: ends.run } : {}) },
      context,
    )
    const seconds = (performance.now() - began) / 1000
    const left = (limit: number) => timeLeft(limit, ends.told)
    const [answer] = await Promise.all([
      recorder ? recorded({ id, function: name }, outcome, recorder, left(WRITTEN)) : outcome,
      telemetry.tell({ function: name, params }, outcome, { seconds, limit: left(SENT), log }),
    ])
    return answer
  } finally {
    endWaits()
  }
}

/** Milliseconds that an invocation waits for the history. What is not written by then may be, when the process is thawed. */
const WRITTEN = 3_000
/** Milliseconds that it waits for receivers of metrics and spans. */
const SENT = 2_000

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
