/** Functions that are one run over the lakes: what their parameters ask for, done here and now. */
import type { RunOptions } from '../run/run.ts'
import { runScan } from '../sync/sync-lakes.ts'
import {
  type Context,
  type Definition,
  type GoldsyncFunction,
  type Invocation,
  parseParams,
  platformOptions,
  settled,
} from './function.ts'
import { type Outcome, outcomeOfRun } from './outcome.ts'

/** What a run needs beside the platform's part; `runRequest` adds that. */
type Request = Pick<RunOptions, 'mode' | 'tables' | 'partitions' | 'require' | 'dryRun' | 'reread'>

interface RunDefinition<P> extends Definition<P> {
  request(params: P): Request
}

/**
 * Makes a function of a schema and of what its parameters ask for.
 * @example defineFunction({ name: 'sync', params: z.strictObject({ table: z.string() }), request: … })
 */
export const defineFunction = <P>(definition: RunDefinition<P>): GoldsyncFunction =>
  settled(definition.name, async (invocation, context) => {
    const request = definition.request(parseParams(definition, invocation.params))
    return runRequest(definition.name, request, invocation, context)
  })

/** Does the work here and now. @param name of the function */
export async function runRequest(
  name: string,
  request: Request,
  invocation: Invocation,
  context: Context,
): Promise<Outcome> {
  const options = { ...platformOptions(name, invocation, context), ...request }
  const report = await runScan(await context.lakes(), options)
  return outcomeOfRun(report)
}
