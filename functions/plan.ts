/** The same path as scan, stopped before apply: what would be done, and why the rest would not. */
import * as z from 'zod'
import { mode, reread, table, tables } from '../shared/function/params.ts'
import { defineFunction } from '../shared/function/run-request.ts'

export const plan = defineFunction({
  name: 'plan',
  params: z.strictObject({ tables, table: table.optional(), mode, reread }),
  request: ({ tables, table, mode, reread }) => ({
    mode: reread ? 'full' : mode,
    reread,
    tables: table === undefined ? tables : [table],
    dryRun: true,
  }),
})
