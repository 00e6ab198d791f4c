/** Brings all topics' tables up to date, or those that are named. */
import * as z from 'zod'
import { fanOut, tellFanOut } from '../shared/function/fan-out.ts'
import { parseParams, platformOptions, settled } from '../shared/function/function.ts'
import { restOf } from '../shared/function/hand-over.ts'
import { outcomeOf } from '../shared/function/outcome.ts'
import { dryRun, mode, reread, rest, tables } from '../shared/function/params.ts'
import { runRequest } from '../shared/function/run-request.ts'

const definition = { name: 'scan', params: z.strictObject({ tables, mode, dryRun, reread, rest }) }

/** All tables are handed on where the platform takes them. Who names some, or plans, waits for the report. */
export const scan = settled(definition.name, async (invocation, context) => {
  const { rest, ...params } = parseParams(definition, invocation.params)
  const request = params.reread ? { ...params, mode: 'full' as const } : params
  const { delivery } = context
  if (rest && delivery === undefined)
    return runRequest(definition.name, restOf(request, rest), invocation, context)
  if (delivery === undefined || request.tables || request.dryRun || request.reread)
    return runRequest(definition.name, request, invocation, context)
  const options = { ...platformOptions(definition.name, invocation, context), mode: request.mode }
  const { report, errors } = await fanOut(await context.lakes(), options, delivery, rest)
  tellFanOut(context.log, { runId: invocation.id, trigger: definition.name }, report)
  return outcomeOf(report, errors, report.left + report.unanswered.length > 0, 'accepted')
})
