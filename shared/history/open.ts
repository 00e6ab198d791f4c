/** Opens the history that a config names; only this file knows the kinds. */
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { GoldsyncError } from '../base/errors.ts'
import type { History } from './history.ts'
import type { FileOptions, HistoryOptions } from './options.ts'

/** What is kept where nobody said: on the command line, on a machine of one's own. */
export const byDefault = (env: NodeJS.ProcessEnv): HistoryOptions =>
  env.KUBERNETES_SERVICE_HOST === undefined ? { kind: 'file', days: 30 } : { kind: 'off' }

/** Reaches no server, and never throws: what cannot be opened fails when it is written or read. Undefined where it is off. */
export async function openHistory(
  options: HistoryOptions,
  env: NodeJS.ProcessEnv,
): Promise<History | undefined> {
  try {
    return await open(options, env)
  } catch (error) {
    return unopened(options, error)
  }
}

async function open(options: HistoryOptions, env: NodeJS.ProcessEnv): Promise<History | undefined> {
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

function unopened({ kind }: HistoryOptions, error: unknown): History {
  const fail = () => Promise.reject(error)
  return {
    place: kind === 'file' ? 'a folder' : 'PostgreSQL',
    write: fail,
    read: () => ({ [Symbol.asyncIterator]: () => ({ next: fail }) }),
    close: async () => undefined,
  }
}

/** The folder of the XDG base directory specification for what is kept between runs. */
function folderOf({ path }: FileOptions, { XDG_STATE_HOME: state = '' }: NodeJS.ProcessEnv): string {
  if (path !== undefined) return path
  return join(isAbsolute(state) ? state : join(home(), '.local', 'state'), 'goldsync', 'history')
}

function home(): string {
  try {
    return homedir()
  } catch (cause) {
    // HOME is not set, and the system does not know the user: in containers that run as any uid.
    throw new GoldsyncError('CONFIG_INVALID', 'the history has no folder: this user has no home', {
      hint: 'set history.path, XDG_STATE_HOME or HOME, or history: {kind: off}',
      cause,
    })
  }
}
