/** Settings of the metastore catalog. */
import * as z from 'zod'
import { checkHms, hmsSettings } from '../hms/options.ts'

export const metastoreOptions = z
  .strictObject({
    kind: z.literal('metastore'),
    ...hmsSettings.shape,
    batchSize: z
      .int()
      .min(1)
      .max(5000)
      .default(500)
      .describe('Partitions that one request adds or alters at most'),
  })
  .superRefine(checkHms)

export type MetastoreOptions = z.infer<typeof metastoreOptions>
