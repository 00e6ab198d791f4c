/** Opens the history that a config names; only this file knows the kinds. */
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { History } from './history.ts'
import type { FileOptions, HistoryOptions } from './options.ts'

/** What is kept where nobody said: on the command line, on a machine of one's own. */
export const byDefault = (env: NodeJS.ProcessEnv): HistoryOptions =>
  env.KUBERNETES_SERVICE_HOST === undefined ? { kind: 'file', days: 30 } : { kind: 'off' }

/**
 * Reaches no server; a driver's package is loaded here. Undefined where it is off.
 * @throws GoldsyncError `CONFIG_INVALID`
 */
export async function openHistory(
  options: HistoryOptions,
  env: NodeJS.ProcessEnv,
): Promise<History | undefined> {
  switch (options.kind) {
    case 'off':
      return undefined
    case 'file': {
      const { openFileHistory } = await import('./file/history.ts')
      return openFileHistory({ path: folderOf(options, env), days: options.days })
    }
    case 'postgres': {
      const { openPostgresHistory } = await import('./postgres/history.ts')
      return openPostgresHistory(options)
    }
  }
}

/** The folder of the XDG base directory specification for what is kept between runs. */
function folderOf({ path }: FileOptions, { XDG_STATE_HOME: state = '' }: NodeJS.ProcessEnv): string {
  if (path !== undefined) return path
  return join(isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'goldsync', 'history')
}
