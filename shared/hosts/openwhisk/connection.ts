/** An action's config, from its environment and its bound parameters, never from a file of the zip; and what is open for it. */
import { openLog } from '../../base/log.ts'
import { type Config, loadConfig } from '../../config/config.ts'
import { type Connection, connect } from '../../function/connect.ts'
import { recorderOf } from '../history.ts'
import type { Recorder } from '../recorder.ts'
import { type ActionParams, boundOf } from './params.ts'
import { openTelemetry, type Telemetry } from './telemetry.ts'

export interface Connected {
  readonly config: Config
  readonly connection: Connection
  /** Absent where no history is kept. */
  readonly recorder: Recorder | undefined
  readonly telemetry: Telemetry
}

interface Kept extends Connected {
  /** All that the config was made of. */
  readonly settings: string
  /** Activations that work with it now: more than one where the container takes several at once. */
  users: number
}

/** Of the last settings: a container mostly has one config all its life. Others never get it. */
let kept: Kept | undefined

/**
 * Works with the connection that the container keeps between activations of the same config.
 * The environment (`wsk … --env`) goes before bound parameters (`GOLDSYNC_CONFIG`, as text or object, and the variables
 * that it names). A caller could send parameters of these names: the manifest's annotation `final` refuses that.
 * @throws GoldsyncError `CONFIG_INVALID`; what the work throws
 */
export async function withConnection<R>(
  params: ActionParams,
  env: NodeJS.ProcessEnv,
  work: (connected: Connected) => Promise<R>,
): Promise<R> {
  const used = await take({ ...boundOf(params), ...own(env) })
  try {
    return await work(used)
  } finally {
    used.users -= 1
    await closeIfLeft(used)
  }
}

/** Without what the platform says of the activation. */
const own = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('__OW_')))

async function take(variables: NodeJS.ProcessEnv): Promise<Kept> {
  const settings = JSON.stringify(variables)
  if (kept?.settings === settings) {
    kept.users += 1
    return kept
  }
  const config = await loadConfig(variables)
  const telemetry = await openTelemetry(config)
  const log = openLog(config.log.level ?? 'info')
  const recorder = await recorderOf(config, variables, { host: 'openwhisk', log })
  const before = kept
  const connection = connect(config, telemetry.counter)
  const opened: Kept = { settings, config, connection, telemetry, recorder, users: 1 }
  kept = opened
  if (before) await closeIfLeft(before)
  return opened
}

async function closeIfLeft(one: Kept): Promise<void> {
  if (one === kept || one.users > 0) return
  await Promise.all([one.connection.close(), one.recorder?.close()])
}
