/** An action's config: from its environment and its bound parameters, never from a file of the zip. */
import { type Config, loadConfig } from '../../config.ts'
import { type ActionParams, boundOf } from './params.ts'

/**
 * The environment (`wsk … --env`) goes before bound parameters (`GOLDSYNC_CONFIG`, as text or object, and the variables
 * that it names). A caller could send parameters of these names: the manifest's annotation `final` refuses that.
 * @throws GoldsyncError `CONFIG_INVALID`
 */
export const configOf = (params: ActionParams, env: NodeJS.ProcessEnv): Promise<Config> =>
  loadConfig({ ...boundOf(params), ...env })
