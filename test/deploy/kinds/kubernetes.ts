/** Kubernetes' own kinds, and kustomize's. */
import * as z from 'zod'
import { cron, labels, metadata, object, selector } from './meta.ts'
import { podSpec } from './pods.ts'

export const namespace = object('v1', 'Namespace', {})

export const serviceAccount = object('v1', 'ServiceAccount', {
  automountServiceAccountToken: z.literal(false),
})

export const coreService = object('v1', 'Service', {
  spec: z.strictObject({
    selector: labels,
    ports: z.array(z.strictObject({ port: z.int(), targetPort: z.int() })),
  }),
})

export const deployment = object('apps/v1', 'Deployment', {
  spec: z.strictObject({
    replicas: z.int().positive(),
    selector,
    template: z.strictObject({ metadata: metadata.omit({ name: true }), spec: podSpec }),
  }),
})

export const cronJob = object('batch/v1', 'CronJob', {
  spec: z.strictObject({
    schedule: cron,
    timeZone: z.string(),
    concurrencyPolicy: z.enum(['Allow', 'Forbid', 'Replace']),
    startingDeadlineSeconds: z.int().positive(),
    jobTemplate: z.strictObject({
      spec: z.strictObject({
        backoffLimit: z.int().min(0),
        activeDeadlineSeconds: z.int().positive(),
        ttlSecondsAfterFinished: z.int().min(0),
        template: z.strictObject({ metadata: metadata.omit({ name: true }), spec: podSpec }),
      }),
    }),
  }),
})

const ports = z.array(z.strictObject({ port: z.int(), protocol: z.enum(['TCP', 'UDP']) })).optional()

const peers = z.array(
  z.union([
    z.strictObject({ namespaceSelector: selector }),
    z.strictObject({ ipBlock: z.strictObject({ cidr: z.cidrv4() }) }),
  ]),
)

export const networkPolicy = object('networking.k8s.io/v1', 'NetworkPolicy', {
  spec: z.strictObject({
    podSelector: selector,
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
    ingress: z.array(z.strictObject({ from: peers, ports })).optional(),
    egress: z.array(z.strictObject({ to: peers, ports })).optional(),
  }),
})

const files = z.array(z.string())

const kustomize = {
  namespace: z.string().optional(),
  resources: files,
  components: files.optional(),
  configurations: files.optional(),
  patches: z.array(z.strictObject({ path: z.string() })).optional(),
  images: z.array(z.strictObject({ name: z.string(), newName: z.string(), newTag: z.string() })).optional(),
  configMapGenerator: z.array(z.strictObject({ name: z.string(), files })).optional(),
}

export const kustomization = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
  kind: z.literal('Kustomization'),
  ...kustomize,
})

export const component = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1alpha1'),
  kind: z.literal('Component'),
  ...kustomize,
})
