/** Settings of the presto engine. */
import * as z from 'zod'
import { keepsSecrets, saysOnce, statementSettings, TWICE, UNSAFE } from '../statements/options.ts'

export const prestoOptions = z
  .strictObject({
    kind: z.literal('presto'),
    ...statementSettings('Presto'),
    caching: z
      .boolean()
      .default(false)
      .describe(
        'Whether the catalog caches the metastore (hive.metastore-cache-ttl) and is to be flushed: from Presto 0.291 on, with hive.invalidate-metastore-cache-procedure-enabled',
      ),
  })
  .refine(keepsSecrets, UNSAFE)
  .refine(saysOnce, TWICE)

export type PrestoOptions = z.infer<typeof prestoOptions>
