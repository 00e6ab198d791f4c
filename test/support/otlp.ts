/** A receiver of OTLP over HTTP, which reads what it is sent by the names of opentelemetry-proto's JSON form. */
import * as z from 'zod'
import { openRecorder, type Reply } from './recorder.ts'

const attributes = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
  .default([])
  .transform(list => Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]])))

const id = (length: number) => z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`))

const span = z.object({
  traceId: id(32),
  spanId: id(16),
  parentSpanId: id(16).optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes,
  links: z.array(z.object({ traceId: id(32), spanId: id(16) })).default([]),
  status: z.object({ code: z.number().default(0) }).default({ code: 0 }),
})

const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(z.object({ scope: z.object({ name: z.string() }), spans: z.array(span) })),
    }),
  ),
})

export type ReceivedSpan = z.output<typeof span>

export async function openReceiver(reply: () => Reply | Promise<Reply> = () => [200]) {
  const recorder = await openRecorder(reply)
  const sent = () =>
    recorder.requests
      .filter(({ path }) => path === '/v1/traces')
      .map(({ body }) => request.parse(JSON.parse(body)))
  return {
    ...recorder,
    resources: () =>
      sent().flatMap(({ resourceSpans }) => resourceSpans.map(({ resource }) => resource.attributes)),
    spans: (): ReceivedSpan[] =>
      sent().flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
  }
}
