/** func.yaml, as schema/func_yaml-schema.json of knative/func has it (specVersion 0.36.0). */
import * as z from 'zod'

const quantities = z.strictObject({ cpu: z.string(), memory: z.string() })

export const func = z.strictObject({
  specVersion: z.literal('0.36.0'),
  name: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/),
  runtime: z.literal('typescript'),
  created: z.string(),
  invoke: z.enum(['http', 'cloudevent']),
  build: z.strictObject({
    builder: z.enum(['pack', 's2i']),
    buildEnvs: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  }),
  run: z.strictObject({
    envs: z.array(z.strictObject({ name: z.string().optional(), value: z.string() })),
  }),
  deploy: z.strictObject({
    healthEndpoints: z.strictObject({ liveness: z.string(), readiness: z.string() }),
    labels: z.array(z.strictObject({ key: z.string(), value: z.string() })),
    options: z.strictObject({
      scale: z.strictObject({ min: z.int().min(0), max: z.int().positive() }),
      resources: z.strictObject({
        requests: quantities,
        limits: quantities.extend({ concurrency: z.int().min(0) }),
      }),
    }),
  }),
})
