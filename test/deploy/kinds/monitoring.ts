/** Kinds of the Prometheus operator: Documentation/api-reference of prometheus-operator/prometheus-operator (0.86). */
import * as z from 'zod'
import { object, selector } from './meta.ts'

/** Prometheus' own form, too: prometheus/model/rulefmt. */
export const rules = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Goldsync[A-Z]\w+$/),
          expr: z.string(),
          for: z.string().regex(/^\d+[mh]$/),
          labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.strictObject({
            summary: z.string(),
            description: z.string(),
            runbook_url: z.url(),
          }),
        }),
      ),
    }),
  ),
})

const endpoint = z.strictObject({
  port: z.string(),
  path: z.literal('/metrics'),
  interval: z.string().regex(/^\d+[sm]$/),
})

export const prometheusRule = object('monitoring.coreos.com/v1', 'PrometheusRule', { spec: rules })

export const podMonitor = object('monitoring.coreos.com/v1', 'PodMonitor', {
  spec: z.strictObject({ selector, podMetricsEndpoints: z.array(endpoint).min(1) }),
})

export const serviceMonitor = object('monitoring.coreos.com/v1', 'ServiceMonitor', {
  spec: z.strictObject({ selector, endpoints: z.array(endpoint).min(1) }),
})
