/** Knative's kinds. Fields: the CRDs of knative/serving, knative/eventing and knative-extensions/eventing-kafka-broker (1.21 and 1.22). */
import * as z from 'zod'
import { cron, destination, metadata, object } from './meta.ts'
import { revisionSpec } from './pods.ts'

/** ISO 8601, as Knative's brokers parse it. */
const duration = z.string().regex(/^PT\d+(\.\d+)?S$/)

// The API server lets anything through below `delivery` and `filters`: x-kubernetes-preserve-unknown-fields.
const delivery = z.strictObject({
  retry: z.int().positive().optional(),
  backoffPolicy: z.enum(['linear', 'exponential']).optional(),
  backoffDelay: duration.optional(),
  deadLetterSink: destination.optional(),
})

const exact = z.strictObject({ exact: z.strictObject({ type: z.string() }) })

const bootstrapServers = z.array(z.string().regex(/^[^:]+:\d+$/)).min(1)

export const service = object('serving.knative.dev/v1', 'Service', {
  spec: z.strictObject({
    template: z.strictObject({ metadata: metadata.omit({ name: true }), spec: revisionSpec }),
  }),
})

export const broker = object('eventing.knative.dev/v1', 'Broker', {
  spec: z.strictObject({
    config: z
      .strictObject({ apiVersion: z.string(), kind: z.string(), name: z.string(), namespace: z.string() })
      .optional(),
    delivery,
  }),
})

export const trigger = object('eventing.knative.dev/v1', 'Trigger', {
  spec: z.strictObject({
    broker: z.string(),
    filters: z.array(z.union([exact, z.strictObject({ any: z.array(exact).min(2) })])),
    delivery: delivery.optional(),
    subscriber: destination,
  }),
})

export const pingSource = object('sources.knative.dev/v1', 'PingSource', {
  spec: z.strictObject({
    schedule: cron,
    timezone: z.string(),
    contentType: z.literal('application/json'),
    data: z.string(),
    sink: destination,
  }),
})

export const sinkBinding = object('sources.knative.dev/v1', 'SinkBinding', {
  spec: z.strictObject({
    subject: z.strictObject({ apiVersion: z.string(), kind: z.string(), name: z.string() }),
    sink: destination,
  }),
})

export const kafkaSource = object('sources.knative.dev/v1', 'KafkaSource', {
  spec: z.strictObject({
    bootstrapServers,
    topics: z.array(z.string()).min(1),
    consumerGroup: z.string(),
    initialOffset: z.enum(['earliest', 'latest']),
    ordering: z.enum(['ordered', 'unordered']),
    sink: destination,
    delivery,
  }),
})

export const kafkaSink = object('eventing.knative.dev/v1alpha1', 'KafkaSink', {
  spec: z.strictObject({
    bootstrapServers,
    topic: z.string(),
    numPartitions: z.int().positive(),
    replicationFactor: z.int().positive(),
  }),
})
