/** What objects of Kubernetes have in common. Strict throughout: the API server drops or ignores what it does not know. */
import * as z from 'zod'

/** DNS label, RFC 1123. */
const name = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/)

const LABELS = [
  'app.kubernetes.io/name',
  'app.kubernetes.io/part-of',
  'networking.knative.dev/visibility',
  'pod-security.kubernetes.io/enforce',
  'kubernetes.io/metadata.name',
  'serving.knative.dev/service',
] as const

const ANNOTATIONS = [
  'autoscaling.knative.dev/min-scale',
  'autoscaling.knative.dev/max-scale',
  'autoscaling.knative.dev/scale-to-zero-pod-retention-period',
  'eventing.knative.dev/broker.class',
  'messaging.knative.dev/async-handler',
  'kafka.eventing.knative.dev/delivery.order',
] as const

export const labels = z.partialRecord(z.enum(LABELS), z.string())

export const metadata = z.strictObject({
  name,
  labels: labels.optional(),
  annotations: z.partialRecord(z.enum(ANNOTATIONS), z.string()).optional(),
})

export const selector = z.strictObject({
  matchLabels: labels.optional(),
  matchExpressions: z
    .array(
      z.strictObject({
        key: z.enum(['serving.knative.dev/service', 'kubernetes.io/metadata.name']),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).optional(),
      }),
    )
    .optional(),
})

/** A reference to something that takes events. */
export const destination = z.strictObject({
  ref: z.strictObject({ apiVersion: z.string(), kind: z.string(), name }),
})

/** An object of one kind. */
export const object = <S extends z.ZodRawShape>(apiVersion: string, kind: string, shape: S) =>
  z.strictObject({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), metadata, ...shape })

/** The schedule of cron with five fields. */
export const cron = z.string().regex(/^\S+ \S+ \S+ \S+ \S+$/)
