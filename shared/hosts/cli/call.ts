/** Calls a function with a progress line, and lets Ctrl-C end it between two batches. */
import { randomUUID } from 'node:crypto'
import { openCallCounter } from '../../base/calls.ts'
import type { Log } from '../../base/log.ts'
import { traceOrigin } from '../../base/tracing.ts'
import type { Config } from '../../config/config.ts'
import { connect } from '../../function/connect.ts'
import type { GoldsyncFunction } from '../../function/function.ts'
import type { Outcome } from '../../function/outcome.ts'
import type { OnPlan } from '../../run/run.ts'
import { sinkAnnounce } from '../announce.ts'
import { lineageTo } from '../lineage.ts'
import { type FunctionName, isFunction, loadFunction } from '../registry.ts'
import { schedulersTo } from '../schedulers.ts'
import { tracingOf } from '../tracing.ts'
import { watchWaits } from '../waits.ts'
import { interruption } from './interrupt.ts'
import { leaveMetrics } from './leave-metrics.ts'
import type { OperationName } from './operations.ts'
import { openProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'

/** Milliseconds that the receiver of spans has. */
const FLUSH = 5_000

export async function call(
  name: FunctionName | OperationName,
  params: unknown,
  { config, log, notesWaits, id = randomUUID(), onPlan }: Calling,
  terminal: Terminal,
): Promise<Outcome> {
  const startedAt = Date.now()
  const { invoke } = await load(name)
  const tracing = await tracingOf(config, log)
  const announce = sinkAnnounce(config, process.env, { tracer: tracing })
  const connection = connect(
    config,
    openCallCounter(call => log.debug(call, 'called'), tracing),
  )
  const interrupt = interruption(terminal)
  const progress = openProgress(terminal)
  const endWaits = watchWaits({ log, show: terminal.redraw, ...(notesWaits ? { note: terminal.note } : {}) })
  try {
    const context = {
      lakes: connection.lakes,
      log,
      onProgress: progress.show,
      announce,
      onPlan,
      tellLineage: lineageTo(config),
      tellSchedulers: schedulersTo(config, connection),
      tracer: tracing,
    }
    const { TRACEPARENT: traceparent, TRACESTATE: tracestate } = process.env
    const trace = traceOrigin(undefined, { traceparent, tracestate })
    const { signal, stop } = interrupt
    const outcome = await invoke({ id, params, signal, stop, trace }, context)
    const lost = await leaveMetrics(name, params, outcome, config, startedAt)
    if (lost !== undefined) terminal.note(lost)
    return outcome
  } finally {
    endWaits()
    progress.end()
    await connection.close()
    await tracing?.flush(FLUSH)
    interrupt.end()
  }
}

interface Calling {
  readonly config: Config
  readonly log: Log
  /** Whether lines on standard error say what is waited for. */
  readonly notesWaits?: boolean
  /** The run's. */
  readonly id?: string
  readonly onPlan?: OnPlan | undefined
}

async function load(name: FunctionName | OperationName): Promise<GoldsyncFunction> {
  if (isFunction(name)) return loadFunction(name)
  const { operation } = await import('./operations.ts')
  return operation(name)
}
