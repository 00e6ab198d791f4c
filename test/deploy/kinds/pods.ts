/** Pods, as the standard `restricted` of Pod Security admits them; Knative allows less: serving/pkg/apis/serving/fieldmask.go. */
import * as z from 'zod'

const quantities = z.strictObject({
  cpu: z.string().regex(/^\d+m?$/),
  memory: z.string().regex(/^\d+Mi$/),
})

const fromKey = z.strictObject({ name: z.string(), key: z.string() })

/** @param port whether a probe names one: Knative takes that of the container */
const probe = (port: z.ZodRawShape) =>
  z.strictObject({
    httpGet: z.strictObject({ path: z.string().startsWith('/'), ...port }),
    periodSeconds: z.int().positive().optional(),
    failureThreshold: z.int().positive().optional(),
  })

const restricted = z.strictObject({
  runAsNonRoot: z.literal(true),
  runAsUser: z.int().positive(),
  allowPrivilegeEscalation: z.literal(false),
  readOnlyRootFilesystem: z.literal(true),
  capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
})

const lifecycle = z.strictObject({
  preStop: z.strictObject({ exec: z.strictObject({ command: z.array(z.string()) }) }),
})

const container = <T extends z.ZodRawShape>(port: z.ZodRawShape, more: T) =>
  z.strictObject({
    name: z.string(),
    image: z.string(),
    command: z.array(z.string()).optional(),
    ports: z.array(z.strictObject({ containerPort: z.int() })).optional(),
    env: z
      .array(
        z.union([
          z.strictObject({ name: z.string(), value: z.string() }),
          z.strictObject({ name: z.string(), valueFrom: z.strictObject({ configMapKeyRef: fromKey }) }),
        ]),
      )
      .optional(),
    envFrom: z.array(z.strictObject({ secretRef: z.strictObject({ name: z.string() }) })).optional(),
    readinessProbe: probe(port).optional(),
    livenessProbe: probe(port).optional(),
    resources: z.strictObject({ requests: quantities, limits: quantities }),
    securityContext: restricted,
    ...more,
  })

export type Container = z.output<typeof podContainer>

const podContainer = container({ port: z.int() }, { lifecycle: lifecycle.optional() })

export const podSpec = z.strictObject({
  serviceAccountName: z.string(),
  enableServiceLinks: z.boolean().optional(),
  restartPolicy: z.enum(['Always', 'Never', 'OnFailure']).optional(),
  terminationGracePeriodSeconds: z.int().positive().optional(),
  containers: z.tuple([podContainer]),
})

export const revisionSpec = z.strictObject({
  serviceAccountName: z.string(),
  automountServiceAccountToken: z.literal(false),
  enableServiceLinks: z.boolean(),
  containerConcurrency: z.int().min(0).max(1000).optional(),
  timeoutSeconds: z.int().positive().max(600).optional(),
  containers: z.tuple([container({}, {})]),
})
