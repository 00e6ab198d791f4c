/** Settings of the memory catalog. */
import * as z from 'zod'

export const memoryOptions = z.strictObject({ kind: z.literal('memory') })
