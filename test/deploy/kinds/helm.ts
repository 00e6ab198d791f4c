/** Objects of the chart: those of deploy/kubernetes with the labels, ports and volumes that a chart has. Fields: the API reference of Kubernetes 1.34. */
import * as z from 'zod'
import { cron } from './meta.ts'
import { rules } from './monitoring.ts'

const name = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/)
const texts = z.record(z.string().regex(/^([a-z0-9.-]+\/)?[\w.-]+$/), z.string())
const metadata = z.strictObject({ name, labels: texts, annotations: texts.optional() })
const ofPods = metadata.omit({ name: true })
const selector = z.strictObject({ matchLabels: texts })
const key = z.strictObject({ name: z.string(), key: z.string() })

const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string().startsWith('/health/'), port: z.literal('http') }),
  periodSeconds: z.int().positive().optional(),
  failureThreshold: z.int().positive().optional(),
})

const container = z.strictObject({
  name: z.literal('goldsync'),
  image: z.string().regex(/^\S+[:@]\S+$/),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']),
  command: z.array(z.string()).optional(),
  env: z.array(
    z.union([
      z.strictObject({ name: z.string(), value: z.string() }),
      z.strictObject({ name: z.string(), valueFrom: z.strictObject({ configMapKeyRef: key }) }),
    ]),
  ),
  envFrom: z.array(z.strictObject({ secretRef: z.strictObject({ name }) })).optional(),
  ports: z.array(z.strictObject({ name: z.literal('http'), containerPort: z.literal(8080) })).optional(),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
  lifecycle: z
    .strictObject({
      preStop: z.strictObject({
        exec: z.strictObject({ command: z.tuple([z.literal('sleep'), z.string()]) }),
      }),
    })
    .optional(),
  resources: z.strictObject({ requests: texts, limits: texts }),
  volumeMounts: z
    .array(z.strictObject({ name, mountPath: z.string(), readOnly: z.boolean().optional() }))
    .optional(),
  securityContext: z.looseObject({}),
})

const template = z.strictObject({
  metadata: ofPods,
  spec: z.strictObject({
    serviceAccountName: name,
    automountServiceAccountToken: z.literal(false),
    enableServiceLinks: z.literal(false),
    imagePullSecrets: z.array(z.strictObject({ name })).optional(),
    volumes: z.array(z.strictObject({ name, secret: z.strictObject({ secretName: name }) })).optional(),
    restartPolicy: z.literal('Never').optional(),
    terminationGracePeriodSeconds: z.literal(300).optional(),
    containers: z.tuple([container]),
  }),
})

const peers = z.array(
  z.union([
    z.strictObject({ podSelector: selector }),
    z.strictObject({ namespaceSelector: selector }),
    z.strictObject({ ipBlock: z.strictObject({ cidr: z.cidrv4() }) }),
  ]),
)
const ports = z.array(z.strictObject({ port: z.literal(8080), protocol: z.literal('TCP') }))
const endpoint = z.strictObject({
  port: z.literal('http'),
  path: z.literal('/metrics'),
  interval: z.string(),
})

const backend = z.strictObject({
  service: z.strictObject({ name, port: z.strictObject({ name: z.literal('http') }) }),
})
const route = z.strictObject({ path: z.string(), pathType: z.enum(['Exact', 'Prefix']), backend })

const SPECS: Readonly<Record<string, z.ZodRawShape>> = {
  'v1 ConfigMap': { data: z.record(z.string(), z.string()) },
  'v1 ServiceAccount': { automountServiceAccountToken: z.literal(false) },
  'v1 Service': {
    spec: z.strictObject({
      selector: texts,
      ports: z.array(
        z.strictObject({ name: z.literal('http'), port: z.int(), targetPort: z.literal('http') }),
      ),
    }),
  },
  'apps/v1 Deployment': {
    spec: z.strictObject({ replicas: z.int().positive(), selector, template }),
  },
  'batch/v1 CronJob': {
    spec: z.strictObject({
      schedule: cron,
      timeZone: z.string(),
      concurrencyPolicy: z.literal('Forbid'),
      startingDeadlineSeconds: z.int().positive(),
      jobTemplate: z.strictObject({
        spec: z.strictObject({
          backoffLimit: z.literal(0),
          activeDeadlineSeconds: z.int().positive(),
          ttlSecondsAfterFinished: z.int().positive(),
          template,
        }),
      }),
    }),
  },
  'policy/v1 PodDisruptionBudget': {
    spec: z.strictObject({ maxUnavailable: z.literal(1), selector }),
  },
  'networking.k8s.io/v1 NetworkPolicy': {
    spec: z.strictObject({
      podSelector: selector,
      policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
      ingress: z.array(z.strictObject({ from: peers.min(1), ports })).optional(),
      egress: z.array(z.strictObject({ to: peers, ports: ports.optional() })).optional(),
    }),
  },
  'networking.k8s.io/v1 Ingress': {
    spec: z.strictObject({
      ingressClassName: z.string().optional(),
      tls: z.array(z.strictObject({ secretName: name, hosts: z.array(z.string()) })).optional(),
      rules: z.array(
        z.strictObject({ host: z.string(), http: z.strictObject({ paths: z.array(route).length(1) }) }),
      ),
    }),
  },
  'monitoring.coreos.com/v1 ServiceMonitor': {
    spec: z.strictObject({ selector, endpoints: z.array(endpoint).length(1) }),
  },
  'monitoring.coreos.com/v1 PrometheusRule': { spec: rules },
}

/** @throws where the chart has no object of this kind */
export function helmSchemaOf({ apiVersion, kind }: { readonly apiVersion?: unknown; readonly kind: string }) {
  const shape = SPECS[`${apiVersion} ${kind}`]
  if (!shape) throw new Error(`no schema for ${apiVersion} ${kind}`)
  return z.strictObject({ apiVersion: z.string(), kind: z.string(), metadata, ...shape })
}
