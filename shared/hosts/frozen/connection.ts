/** A config, and what is open for it, for as long as a process is kept that its platform freezes between its answers. */
import { openLog } from '../../base/log.ts'
import { type Config, loadConfig } from '../../config/config.ts'
import { type Connection, connect } from '../../function/connect.ts'
import { recorderOf } from '../history.ts'
import type { Recorder } from '../recorder.ts'
import { openTelemetry, type Telemetry } from './telemetry.ts'

export type FrozenHost = 'openwhisk' | 'lambda'

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
  /** Invocations that work with it now: more than one where the process takes several at once. */
  users: number
}

/** Of the last settings: a process mostly has one config all its life. Others never get it. */
let kept: Kept | undefined

/**
 * Works with the connection that the process keeps between invocations of the same config.
 * @param variables what the config is made of: GOLDSYNC_CONFIG, and the variables that it names
 * @throws GoldsyncError `CONFIG_INVALID`; what the work throws
 */
export async function withKept<R>(
  host: FrozenHost,
  variables: NodeJS.ProcessEnv,
  work: (connected: Connected) => Promise<R>,
): Promise<R> {
  const used = await take(host, variables)
  try {
    return await work(used)
  } finally {
    used.users -= 1
    await closeIfLeft(used)
  }
}

async function take(host: FrozenHost, variables: NodeJS.ProcessEnv): Promise<Kept> {
  const settings = JSON.stringify(variables)
  if (kept?.settings === settings) {
    kept.users += 1
    return kept
  }
  const config = await loadConfig(variables)
  const telemetry = await openTelemetry(config)
  const log = openLog(config.log.level ?? 'info')
  const recorder = await recorderOf(config, variables, { host, log })
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
