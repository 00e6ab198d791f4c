/** What operators do by hand, with a config beside them: only the command line has it, no server and no platform. */
import * as z from 'zod'
import {
  type Context,
  type GoldsyncFunction,
  type Invocation,
  parseParams,
  platformOptions,
  settled,
} from '../../function/function.ts'
import { type Outcome, outcomeOf } from '../../function/outcome.ts'
import { dryRun, table, tables } from '../../function/params.ts'
import { errorsOf, type Report } from '../../run/report.ts'
import { forgetTable } from '../../upkeep/forget.ts'
import { pruneTables } from '../../upkeep/prune.ts'
import { renameTable } from '../../upkeep/rename.ts'
import type { UpkeepOptions } from '../../upkeep/upkeep.ts'

const FORGET = { name: 'forget', params: z.strictObject({ table, dryRun }) }

const RENAME = {
  name: 'rename',
  params: z.strictObject({ table, to: z.string().min(1).describe('the new name'), dryRun }),
}

const PRUNE = {
  name: 'prune',
  params: z.strictObject({
    tables,
    most: z.int().positive().optional().describe('partitions that are taken out of one table at most'),
    share: z.number().positive().max(1).optional().describe("share of a table's partitions, likewise"),
    dryRun,
  }),
}

const forget = settled(FORGET.name, async (invocation, context) => {
  const { table, dryRun } = parseParams(FORGET, invocation.params)
  const options = optionsOf(FORGET.name, invocation, context, dryRun)
  return outcome(await forgetTable(await context.lakes(), table, options))
})

const rename = settled(RENAME.name, async (invocation, context) => {
  const { table, to, dryRun } = parseParams(RENAME, invocation.params)
  const options = optionsOf(RENAME.name, invocation, context, dryRun)
  return outcome(await renameTable(await context.lakes(), table, to, options))
})

const prune = settled(PRUNE.name, async (invocation, context) => {
  const { dryRun, ...params } = parseParams(PRUNE, invocation.params)
  const options = optionsOf(PRUNE.name, invocation, context, dryRun)
  return outcome(await pruneTables(await context.lakes(), { ...options, ...params }))
})

const OPERATIONS = { forget, rename, prune } as const satisfies Record<string, GoldsyncFunction>

export type OperationName = keyof typeof OPERATIONS

export const operation = (name: OperationName): GoldsyncFunction => OPERATIONS[name]

const optionsOf = (
  trigger: string,
  invocation: Invocation,
  context: Context,
  dryRun: boolean,
): UpkeepOptions => {
  const { announce: _, ...options } = platformOptions(trigger, invocation, context)
  return { ...options, dryRun }
}

const outcome = (report: Report): Outcome => outcomeOf(report, errorsOf(report), report.partial)
