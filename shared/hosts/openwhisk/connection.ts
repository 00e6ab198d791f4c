/** An action's config: from its environment and its bound parameters, never from a file of the zip. */
import { type Connected, withKept } from '../frozen/connection.ts'
import { type ActionParams, boundOf } from './params.ts'

/**
 * Works with the connection that the container keeps between activations of the same config.
 * The environment (`wsk … --env`) goes before bound parameters (`GOLDSYNC_CONFIG`, as text or object, and the variables
 * that it names). A caller could send parameters of these names: the manifest's annotation `final` refuses that.
 * @throws GoldsyncError `CONFIG_INVALID`; what the work throws
 */
export const withConnection = <R>(
  params: ActionParams,
  env: NodeJS.ProcessEnv,
  work: (connected: Connected) => Promise<R>,
): Promise<R> => withKept('openwhisk', { ...boundOf(params), ...own(env) }, work)

/** Without what the platform says of the activation. */
const own = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('__OW_')))
