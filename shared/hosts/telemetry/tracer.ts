/** Spans by OpenTelemetry's SDK, sent by OTLP. Loads the SDK: import it where tracing is configured. */
import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Context,
  createTraceState,
  DiagLogLevel,
  diag,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Span, SpanOptions, TraceContext, Tracer } from '../../base/tracing.ts'
import type { TracingOptions } from '../../config/telemetry.ts'
import { version } from '../cli/version.ts'
import { inTime } from '../time-left.ts'
import { exporterSettings, resourceOf } from './exporting.ts'

/** Spans that wait to be sent, of some 2 kB each: more are dropped. */
const MOST_WAITING = 8_192
/** Of single calls in one run: a first scan makes hundreds of thousands. */
const MOST_CALLS = 5_000
/** Characters of an attribute: a path. */
const LONGEST = 1_000
const MOST_LINKS = 100

export interface Tracing extends Tracer {
  /** Sends what has ended. Never throws. @param limit milliseconds */
  flush(limit: number): Promise<void>
}

interface Within {
  readonly context: Context
  /** Of the outermost span. */
  readonly run: { calls: number }
}

/** @param warn is told what the receiver does not take @throws GoldsyncError `CONFIG_INVALID` */
export async function openTracing(
  { otlp }: TracingOptions,
  warn: (message: string) => void,
): Promise<Tracing> {
  tellProblems(warn)
  const exporter = new OTLPTraceExporter(await exporterSettings(otlp, 'v1/traces', 'tracing.otlp'))
  const provider = new TracerProvider({
    resource: resourceOf(),
    spanLimits: { attributeValueLengthLimit: LONGEST, linkCountLimit: MOST_LINKS },
    spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: MOST_WAITING })],
  })
  const tracer = provider.getTracer('goldsync', version)
  const storage = new AsyncLocalStorage<Within>()
  return {
    begin: (name, options = {}) => {
      const outer = storage.getStore()
      const run = outer?.run ?? { calls: 0 }
      if (options.kind === 'client' && ++run.calls > MOST_CALLS) return UNTOLD
      const around = parentOf(options.parent) ?? outer?.context ?? ROOT_CONTEXT
      const { kind, attributes = {} } = options
      const links = (options.links ?? [])
        .flatMap(link => spanContextOf(link) ?? [])
        .map(context => ({ context }))
      const span = tracer.startSpan(
        name,
        { kind: kindOf(kind), attributes: { ...attributes }, links },
        around,
      )
      const inner = { context: trace.setSpan(around, span), run }
      return {
        within: work => storage.run(inner, work),
        end: (more = {}, error) => {
          span.setAttributes({ ...more })
          if (error !== undefined) {
            span.setAttribute('error.type', error)
            span.setStatus({ code: SpanStatusCode.ERROR })
          }
          if (outer === undefined && run.calls > MOST_CALLS)
            span.setAttribute('goldsync.calls.untold', run.calls - MOST_CALLS)
          span.end()
        },
      }
    },
    current: () => {
      const store = storage.getStore()
      return store && textOf(trace.getSpanContext(store.context))
    },
    flush: limit => {
      const sent = provider.forceFlush({ timeoutMillis: limit })
      const told = sent.catch((error: unknown) => warn(`spans were not taken: ${String(error)}`))
      return inTime(told, limit, () => warn(`spans were not taken within ${limit} ms`))
    },
  }
}

const UNTOLD: Span = { within: work => work(), end: () => undefined }

const kindOf = (kind: SpanOptions['kind']): SpanKind =>
  kind === undefined
    ? SpanKind.INTERNAL
    : { client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER, server: SpanKind.SERVER }[kind]

function parentOf(given: TraceContext | undefined): Context | undefined {
  const remote = given && spanContextOf(given)
  return remote && trace.setSpanContext(ROOT_CONTEXT, remote)
}

function spanContextOf({ traceparent, tracestate }: TraceContext): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = ''] = traceparent.split('-')
  const context: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(tracestate === undefined ? {} : { traceState: createTraceState(tracestate) }),
  }
  return isSpanContextValid(context) ? context : undefined
}

function textOf(context: SpanContext | undefined): TraceContext | undefined {
  if (context === undefined) return undefined
  const { traceId, spanId, traceFlags, traceState } = context
  const tracestate = traceState?.serialize()
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
  return tracestate ? { traceparent, tracestate } : { traceparent }
}

/** The SDK tells of failures nobody but its own log, one in a process. */
function tellProblems(warn: (message: string) => void): void {
  const tell = (message: string) => warn(`spans were not taken: ${message.slice(0, 300)}`)
  const nothing = () => undefined
  const logger = { error: tell, warn: nothing, info: nothing, debug: nothing, verbose: nothing }
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true })
}
