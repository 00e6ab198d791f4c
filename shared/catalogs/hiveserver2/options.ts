/** Settings of the hiveserver2 catalog. */
import * as z from 'zod'
import { checkAuth, hiveConnection } from '../../hiveserver2/options.ts'

export const hiveServer2Options = z
  .strictObject({
    kind: z.literal('hiveserver2'),
    ...hiveConnection,
    timeout: z
      .int()
      .positive()
      .default(300_000)
      .describe('Time limit of one statement, ms; a widening in N partitions takes about N × 4 ms'),
    batch: z
      .int()
      .min(1)
      .max(1000)
      .default(500)
      .describe('Partitions that one ALTER TABLE … ADD registers at most'),
  })
  .superRefine(checkAuth)

export type HiveServer2Options = z.infer<typeof hiveServer2Options>
