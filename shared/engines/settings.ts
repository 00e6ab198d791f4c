/** Settings that all engines have. */
import * as z from 'zod'

/** @param engine how people call it */
export const engineSettings = (engine: string) => ({
  catalogs: z
    .array(z.string())
    .optional()
    .describe(`Catalogs of this config whose tables ${engine} reads there; by default all`),
  verify: z
    .enum(['read', 'metadata', 'off'])
    .default('read')
    .describe(
      'What is asked after a run: read, whether it sees the new partitions and reads a file of each new kind; metadata, whether it sees them; off, nothing',
    ),
})
