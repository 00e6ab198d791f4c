/** The one contract of every function, whatever host runs it: parameters in, an outcome out, nothing thrown. */
import * as z from 'zod'
import { type ErrorSummary, GoldsyncError, summarizeError } from '../base/errors.ts'
import { errorRecord, type Log } from '../base/log.ts'
import type { Span, TraceOrigin, Tracer } from '../base/tracing.ts'
import type { TellLineage } from '../run/lineage.ts'
import type { TellSchedulers } from '../run/new-partitions.ts'
import type { Announce } from '../run/news.ts'
import type { Lake, OnPlan, ProgressEvent, RunOptions } from '../run/run.ts'
import type { Delivery } from './hand-over.ts'
import { failure, type Outcome } from './outcome.ts'

/** One request to a function. */
export interface Invocation {
  /** The platform's id of this request (activation, event); it becomes the run's id. */
  readonly id: string
  /** As the caller sent them: not validated yet. */
  readonly params: unknown
  /** Epoch milliseconds: work that is left then is the next run's. */
  readonly deadline?: number
  readonly signal?: AbortSignal
  /** As `RunOptions.stop`. */
  readonly stop?: AbortSignal
  /**
   * Given by hosts that live on after an answer: gets what is true once the catalogs have the files, where the caller does not want to wait
   * for the engines. Called once at most, before the invocation comes to its end, of which is told all the same.
   */
  readonly onRegistered?: ((early: Outcome) => void) | undefined
  /** Counts where there is a tracer. */
  readonly trace?: TraceOrigin | undefined
}

/** What the host gives to every invocation. */
export interface Context {
  /** With their drivers open; the host closes them. @throws GoldsyncError as `Connection.lakes` */
  lakes(): Promise<readonly Lake[]>
  readonly log: Log
  readonly onProgress?: (event: ProgressEvent) => void
  /** Where the platform can run each table by itself: what takes a scan's tables. */
  readonly delivery?: Delivery | undefined
  /** Tells others what runs changed. */
  readonly announce?: Announce | undefined
  readonly tellLineage?: TellLineage | undefined
  readonly tellSchedulers?: TellSchedulers | undefined
  readonly tracer?: Tracer | undefined
  /** As `RunOptions.onPlan`. */
  readonly onPlan?: OnPlan | undefined
}

export interface GoldsyncFunction {
  readonly name: string
  /** Never rejects: every error is an outcome. */
  invoke(invocation: Invocation, context: Context): Promise<Outcome>
}

/** What a function is called, and what it may be given. */
export interface Definition<P> {
  readonly name: string
  readonly params: z.ZodType<P>
}

/** Makes a function of work that may throw: every error becomes an outcome, and a line of the log. */
export const settled = (name: string, work: GoldsyncFunction['invoke']): GoldsyncFunction => ({
  name,
  invoke: async (invocation, context) => {
    if (context.tracer === undefined) return invokeSettled(name, work, invocation, context)
    const span = beginRun(context.tracer, name, invocation)
    const outcome = await span.within(() => invokeSettled(name, work, invocation, context))
    span.end({ 'goldsync.status': outcome.status }, 'error' in outcome ? outcome.error.code : undefined)
    return outcome
  },
})

const beginRun = (tracer: Tracer, name: string, { id, trace = {} }: Invocation): Span =>
  tracer.begin(name, { ...trace, attributes: { 'faas.name': name, 'faas.invocation_id': id } })

async function invokeSettled(
  name: string,
  work: GoldsyncFunction['invoke'],
  invocation: Invocation,
  context: Context,
): Promise<Outcome> {
  const about = { runId: invocation.id, function: name }
  try {
    const outcome = await work(invocation, context)
    if (outcome.status === 'invalid') tellRefusal(context.log, about, outcome.error)
    return outcome
  } catch (error) {
    const outcome = failure(error)
    if (outcome.status === 'invalid') tellRefusal(context.log, about, outcome.error)
    else context.log.error({ ...about, ...errorRecord(error) }, summarizeError(error).message)
    return outcome
  }
}

/** What the caller has to mend is no failure of ours. */
function tellRefusal(log: Log, about: object, { message, ...error }: ErrorSummary): void {
  log.warn({ ...about, ...error }, message)
}

/** @throws GoldsyncError `REQUEST_INVALID`, which names what is wrong and what there is */
export function parseParams<P>(definition: Definition<P>, params: unknown): P {
  const parsed = definition.params.safeParse(params ?? {})
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(
    issue => `${issue.path.join('.') || 'parameters'}: ${issue.message}`,
  )
  throw new GoldsyncError('REQUEST_INVALID', `${definition.name}: ${problems.join('; ')}`, {
    hint: `parameters of ${definition.name}: ${describeParams(definition.params)}`,
  })
}

function describeParams(params: z.ZodType): string {
  const { properties = {} } = z.toJSONSchema(params, { io: 'input' })
  return Object.keys(properties).join(', ')
}

/** The platform's part of a run's options. @param trigger the function's name */
export const platformOptions = (
  trigger: string,
  { id, deadline, signal, stop }: Invocation,
  { log, onProgress, announce, onPlan, tellLineage, tellSchedulers, tracer }: Context,
): Pick<
  RunOptions,
  | 'runId'
  | 'trigger'
  | 'log'
  | 'deadline'
  | 'onProgress'
  | 'announce'
  | 'onPlan'
  | 'signal'
  | 'stop'
  | 'tracer'
  | 'tellLineage'
  | 'tellSchedulers'
> => ({
  runId: id,
  trigger,
  log,
  deadline,
  onProgress,
  announce,
  onPlan,
  tellLineage,
  tellSchedulers,
  tracer,
  ...(signal ? { signal } : {}),
  ...(stop ? { stop } : {}),
})
