/** Brings one table up to date: the partitions that are named, or all of it. */
import * as z from 'zod'
import { defineFunction } from '../shared/function/function.ts'
import { dryRun, mode, partitions, table } from '../shared/function/params.ts'

export const sync = defineFunction({
  name: 'sync',
  params: z.strictObject({ table, partitions, mode: mode.default('full'), dryRun }),
  request: ({ table, ...request }) => ({ ...request, tables: [table] }),
})
