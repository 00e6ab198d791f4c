/** Brings all topics' tables up to date, or those that are named. */
import * as z from 'zod'
import type { Log } from '../shared/base/log.ts'
import { type FanOutReport, fanOut } from '../shared/function/fan-out.ts'
import { parseParams, platformOptions, runRequest, settled } from '../shared/function/function.ts'
import { outcomeOf } from '../shared/function/outcome.ts'
import { dryRun, mode, tables } from '../shared/function/params.ts'
import { tellError, tellFindings } from '../shared/run/tell.ts'

const definition = { name: 'scan', params: z.strictObject({ tables, mode, dryRun }) }

function tellLakes(log: Log, runId: string, { handedOn, left, diagnostics, failures }: FanOutReport): void {
  const about = { runId, trigger: definition.name }
  log.info({ ...about, handedOn: handedOn.length, left }, 'the tables were handed on')
  tellFindings(log, about, diagnostics)
  for (const { location, error } of failures) tellError(log, { ...about, lake: location }, error)
}

/** All tables are handed on where the platform takes them. Who names some, or plans, waits for the report. */
export const scan = settled(definition.name, async (invocation, context) => {
  const request = parseParams(definition, invocation.params)
  const { delivery } = context
  if (delivery === undefined || request.tables || request.dryRun)
    return runRequest(definition.name, request, invocation, context)
  const options = { ...platformOptions(definition.name, invocation, context), mode: request.mode }
  const report = await fanOut(await context.lakes(), options, delivery)
  tellLakes(context.log, invocation.id, report)
  const errors = report.failures.map(({ error }) => error)
  return outcomeOf(report, errors, report.left > 0, 'accepted')
})
