/** Settings of the memory catalog. */
import { z } from 'zod'

export const memoryOptions = z.strictObject({ kind: z.literal('memory') })
