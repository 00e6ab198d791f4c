/** Brings one table up to date: the partitions that are named, or all of it. */
import * as z from 'zod'
import { dryRun, mode, partitions, require, table } from '../shared/function/params.ts'
import { defineFunction } from '../shared/function/run-request.ts'

const NOT_IN_A_PLAN = {
  path: ['require'],
  message: 'a dry run makes nothing queryable: leave out require or dryRun',
}

export const sync = defineFunction({
  name: 'sync',
  params: z
    .strictObject({ table, partitions, mode: mode.default('full'), require, dryRun })
    .refine(({ require, dryRun }) => !(require && dryRun), NOT_IN_A_PLAN),
  request: ({ table, ...request }) => ({ ...request, tables: [table] }),
})
