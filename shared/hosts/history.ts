/** Whether runs of a host are written to a history. Loads nothing of it where they are not. */
import type { Log } from '../base/log.ts'
import type { Config } from '../config/config.ts'
import type { Recorder } from './recorder.ts'

interface Recording {
  readonly host: 'cli' | 'server' | 'openwhisk' | 'lambda'
  readonly log: Log
  /** Whether there is one where the config says nothing. */
  readonly byDefault?: boolean
}

/** Undefined where the history is off. */
export async function recorderOf(
  config: Pick<Config, 'history' | 'lakes'>,
  env: NodeJS.ProcessEnv,
  { host, log, byDefault = false }: Recording,
): Promise<Recorder | undefined> {
  if (config.history === undefined ? !byDefault : config.history.kind === 'off') return undefined
  const { openRecorder } = await import('./recorder.ts')
  return openRecorder(config, env, { host, log })
}
