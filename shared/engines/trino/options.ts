/** Settings of the trino engine. */
import * as z from 'zod'
import { keepsSecrets, saysOnce, statementSettings, TWICE, UNSAFE } from '../statements/options.ts'

export const trinoOptions = z
  .strictObject({
    kind: z.literal('trino'),
    ...statementSettings('Trino'),
    caching: z
      .boolean()
      .default(false)
      .describe('Whether the catalog caches the metastore (hive.metastore-cache-ttl) and is to be flushed'),
  })
  .refine(keepsSecrets, UNSAFE)
  .refine(saysOnce, TWICE)

export type TrinoOptions = z.infer<typeof trinoOptions>
