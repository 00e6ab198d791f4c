/** What the platform tells of one activation, as a function's context. */
import { randomUUID } from 'node:crypto'
import { auditTarget, type Log, openLog } from '../../base/log.ts'
import type { TraceOrigin } from '../../base/tracing.ts'
import type { Config } from '../../config/config.ts'
import type { Outcome } from '../../function/outcome.ts'
import { openWhiskDelivery } from '../delivery.ts'
import type { Connected } from '../frozen/connection.ts'
import { invokeFrozen } from '../frozen/invoke.ts'
import type { FunctionCall, FunctionName } from '../registry.ts'

export const activationId = (): string => process.env.__OW_ACTIVATION_ID ?? randomUUID()

/** @param log of the config, where that could be read */
export const activationLog = (
  name: FunctionName,
  { level, audit = 'log' }: Partial<Config['log']> = {},
): Log => openLog(level ?? 'info', { function: name, activationId: activationId() }, auditTarget(audit))

export const invokeFunction = (
  call: FunctionCall,
  connected: Connected,
  trace: TraceOrigin,
): Promise<Outcome> =>
  invokeFrozen(call, connected, {
    log: activationLog(call.function, connected.config.log),
    end: endOf(process.env),
    delivery: openWhiskDelivery(process.env),
    trace,
  })

/** Epoch milliseconds at which the platform kills the action; undefined where it does not say. */
function endOf(env: NodeJS.ProcessEnv): number | undefined {
  const end = Number(env.__OW_DEADLINE)
  return end > 0 ? end : undefined
}
