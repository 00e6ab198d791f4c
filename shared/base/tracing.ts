/** Spans of what is done (OpenTelemetry's word), as a contract: who opens a tracer is the host's to say, and mostly there is none. */

/** https://www.w3.org/TR/trace-context, as it travels from one process to the next. */
export interface TraceContext {
  readonly traceparent: string
  readonly tracestate?: string
}

export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>

export interface SpanOptions {
  /** `client`: a call of another server. `consumer`: the work on an event. `server`: on a request. Default `internal`. */
  readonly kind?: 'client' | 'consumer' | 'server'
  readonly attributes?: SpanAttributes
  /** Whose work this is; by default that of the span in which it begins. */
  readonly parent?: TraceContext | undefined
  /** Others that had a part in it. */
  readonly links?: readonly TraceContext[]
}

export interface Span {
  /** Does work whose spans are within this one. */
  within<T>(work: () => T): T
  /** @param error the code of what failed: nothing else of an error gets into a span */
  end(attributes?: SpanAttributes, error?: string): void
}

export interface Tracer {
  begin(name: string, options?: SpanOptions): Span
  /** Of the span in whose work this is asked, to be handed on. */
  current(): TraceContext | undefined
}

/** Where a request comes from. */
export type TraceOrigin = Pick<SpanOptions, 'kind' | 'parent' | 'links'>

/**
 * The headers' context goes before that of its events: the last hop made it, and an event's own tells where the event began
 * (CloudEvents, extension Distributed Tracing).
 */
export function traceOrigin(
  kind: SpanOptions['kind'],
  { traceparent, tracestate }: Readonly<Record<string, unknown>>,
  events: readonly TraceContext[] = [],
): TraceOrigin {
  const own = contextOf(traceparent, tracestate)
  const [first] = events
  const parent = own ?? (events.length === 1 ? first : undefined)
  return {
    ...(kind ? { kind } : {}),
    parent,
    links: events.filter(event => event.traceparent !== parent?.traceparent),
  }
}

/** What is written in headers, attributes or variables; undefined where it is none. */
export function contextOf(traceparent: unknown, tracestate: unknown): TraceContext | undefined {
  if (typeof traceparent !== 'string' || !PARENT.test(traceparent)) return undefined
  return typeof tracestate === 'string' && tracestate !== '' ? { traceparent, tracestate } : { traceparent }
}

/** Ids of nothing but zeros are none. */
const PARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/
