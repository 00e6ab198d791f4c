/** Settings of the hive engine. */
import * as z from 'zod'
import { checkAuth, hiveConnection } from '../../hiveserver2/options.ts'
import { engineSettings } from '../settings.ts'

export const hiveOptions = z
  .strictObject({
    kind: z.literal('hive'),
    ...hiveConnection,
    ...engineSettings('Hive'),
    timeout: z.int().positive().default(60_000).describe('Time limit of one statement, ms'),
  })
  .superRefine(checkAuth)

export type HiveOptions = z.infer<typeof hiveOptions>
