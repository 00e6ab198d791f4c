/** Where the tables stand: nothing is read but what goldsync keeps on them. */
import * as z from 'zod'
import { parseParams, settled } from '../shared/function/function.ts'
import { outcomeOf } from '../shared/function/outcome.ts'
import { tables } from '../shared/function/params.ts'
import { errorsOfStatus, readStatus } from '../shared/function/status.ts'
import { tellError } from '../shared/run/tell.ts'

const definition = { name: 'status', params: z.strictObject({ tables }) }

export const status = settled(definition.name, async ({ id, params, signal }, context) => {
  const { tables } = parseParams(definition, params)
  const report = await readStatus(await context.lakes(), { tables, ...(signal ? { signal } : {}) })
  for (const { table, catalog, error } of report.tables)
    if (error) tellError(context.log, { runId: id, table, catalog }, error)
  for (const { location, error } of report.failures)
    tellError(context.log, { runId: id, lake: location }, error)
  return outcomeOf(report, errorsOfStatus(report), false)
})
