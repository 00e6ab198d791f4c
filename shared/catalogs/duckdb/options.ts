/** Settings of the duckdb catalog. */
import * as z from 'zod'

export const duckdbOptions = z.strictObject({
  kind: z.literal('duckdb'),
  file: z
    .string()
    .min(1)
    .default('catalog.duckdb')
    .describe('The database file; made when it is not there, in a folder that is'),
  wait: z.int().min(0).default(5000).describe('How long to wait for another process that holds the file, ms'),
})

export type DuckdbOptions = z.infer<typeof duckdbOptions>
