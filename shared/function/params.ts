/** The parameters that functions share, parsed from what people type: `wsk -p`, JSON, an event's data. */
import * as z from 'zod'

const names = z
  .string()
  .transform(text => text.split(',').map(name => name.trim()))
  .or(z.array(z.string()))
  .pipe(z.array(z.string().min(1, 'an empty name')).min(1, 'expected at least one name'))

export const tables = names
  .optional()
  .describe('topics, tables or database.table: a list, or text with commas; all where absent')

export const table = z
  .string()
  .min(1, 'expected a topic, a table or database.table')
  .describe('a topic, a table or database.table')

export const partitions = names
  .optional()
  .describe(
    'partition values joined by /, such as 2019/09/01/01, or in Hive’s form, year=2019/month=09/…: a list, or text with commas',
  )

export const mode = z
  .enum(['recent', 'full'])
  .default('recent')
  .describe('recent: what changed since the last scan; full: everything')

export const require = z
  .boolean()
  .default(false)
  .describe('fail unless the named partitions, or else all that were looked at, can be queried now')

export const dryRun = z.boolean().default(false).describe('plan only: write nothing')

export const rest = z
  .strictObject({ scan: z.string().min(1), lakes: z.array(z.string()), tables: z.array(z.string()) })
  .optional()
  .describe('what a scan before this one could not hand on; goldsync sends it to itself')

export const reread = z
  .boolean()
  .default(false)
  .describe('a full scan that reads the footers of registered partitions too, whether they changed or not')
