/** Brings all topics' tables up to date, or those that are named. */
import * as z from 'zod'
import type { Log } from '../shared/base/log.ts'
import { type FanOutReport, fanOut } from '../shared/function/fan-out.ts'
import { parseParams, platformOptions, runRequest, settled } from '../shared/function/function.ts'
import type { Rest } from '../shared/function/hand-over.ts'
import { outcomeOf } from '../shared/function/outcome.ts'
import { dryRun, mode, reread, rest, tables } from '../shared/function/params.ts'
import { tellError, tellFindings } from '../shared/run/tell.ts'

const definition = { name: 'scan', params: z.strictObject({ tables, mode, dryRun, reread, rest }) }

function tellLakes(log: Log, runId: string, report: FanOutReport): void {
  const { handedOn, unanswered, handedBack, left, diagnostics, failures } = report
  const about = { runId, trigger: definition.name }
  log.info({ ...about, handedOn: handedOn.length, unanswered, handedBack, left }, 'the tables were handed on')
  tellFindings(log, about, diagnostics)
  for (const { location, error } of failures) tellError(log, { ...about, lake: location }, error)
}

/** What another scan has left, where nothing takes it any more: all, where not even its lakes could be listed. */
const restOf = <R extends object>(request: R, { lakes, tables }: Rest): R =>
  lakes.length > 0 ? request : { ...request, tables }

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
  tellLakes(context.log, invocation.id, report)
  return outcomeOf(report, errors, report.left + report.unanswered.length > 0, 'accepted')
})
