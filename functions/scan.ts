/** Brings all topics' tables up to date, or those that are named. */
import * as z from 'zod'
import { defineFunction } from '../shared/function.ts'
import { dryRun, mode, tables } from '../shared/params.ts'

export const scan = defineFunction({
  name: 'scan',
  params: z.strictObject({ tables, mode, dryRun }),
  request: params => params,
})
