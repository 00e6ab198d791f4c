/** Pods, as the standard `restricted` of Pod Security admits them; Knative allows less: serving/pkg/apis/serving/fieldmask.go. */
import * as z from 'zod'

const quantities = z.strictObject({
  cpu: z.string().regex(/^\d+m?$/),
  memory: z.string().regex(/^\d+Mi$/),
})

const fromKey = z.strictObject({ name: z.string(), key: z.string() })

const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string().startsWith('/'), port: z.int() }),
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

const container = <T extends z.ZodRawShape>(more: T) =>
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
    readinessProbe: probe.optional(),
    livenessProbe: probe.optional(),
    resources: z.strictObject({ requests: quantities, limits: quantities }),
    securityContext: restricted,
    ...more,
  })

export type Container = z.output<typeof podContainer>

const podContainer = container({ lifecycle: lifecycle.optional() })

export const podSpec = z.strictObject({
  serviceAccountName: z.string(),
  enableServiceLinks: z.boolean().optional(),
  restartPolicy: z.enum(['Always', 'Never', 'OnFailure']).optional(),
  terminationGracePeriodSeconds: z.int().positive().optional(),
  containers: z.tuple([podContainer]),
})

/**
 * With all that Knative's admission would fill in (serving/pkg/apis/serving/v1/revision_defaults.go; Go writes a port of 0 where none is
 * named): `kubectl apply` compares lists as a whole, and would say `configured` each time.
 */
const filledIn = {
  readinessProbe: z.union([
    probe.extend({ successThreshold: z.literal(1) }),
    z.strictObject({ tcpSocket: z.strictObject({ port: z.int() }), successThreshold: z.literal(1) }),
  ]),
}

export const revisionSpec = z.strictObject({
  serviceAccountName: z.string(),
  automountServiceAccountToken: z.literal(false),
  enableServiceLinks: z.boolean(),
  containerConcurrency: z.int().min(0).max(1000).optional(),
  timeoutSeconds: z.int().positive().max(600).optional(),
  containers: z.tuple([container(filledIn)]),
})
