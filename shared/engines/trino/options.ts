/** Settings of the trino engine. */
import * as z from 'zod'
import { keepsSecrets, statementSettings, UNSAFE } from '../statements/options.ts'

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

export type TrinoOptions = z.infer<typeof trinoOptions>
