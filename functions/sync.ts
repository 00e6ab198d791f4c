/** Brings one table up to date: the partitions that are named, or all of it. */
import * as z from 'zod'
import { defineFunction } from '../shared/function.ts'
import { dryRun, partitions, table } from '../shared/params.ts'

export const sync = defineFunction({
  name: 'sync',
  params: z.strictObject({ table, partitions, dryRun }),
  request: ({ table, partitions, dryRun }) => ({ mode: 'full', tables: [table], partitions, dryRun }),
})
