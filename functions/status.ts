/** Where the tables stand: nothing is read but what goldsync keeps on them. */
import * as z from 'zod'
import { parseParams, settled } from '../shared/function/function.ts'
import { outcomeOf } from '../shared/function/outcome.ts'
import { tables } from '../shared/function/params.ts'
import { errorsOfStatus, readStatus } from '../shared/function/status.ts'

const definition = { name: 'status', params: z.strictObject({ tables }) }

export const status = settled(definition.name, async ({ params, signal }, context) => {
  const { tables } = parseParams(definition, params)
  const report = await readStatus(await context.lakes(), { tables, ...(signal ? { signal } : {}) })
  return outcomeOf(report, errorsOfStatus(report), false)
})
