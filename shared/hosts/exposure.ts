/** Who can reach a server is the platform's to know, so what it says goes before the config. */
import { GoldsyncError } from '../base/errors.ts'
import type { Config } from '../config/config.ts'

/**
 * The config with GOLDSYNC_EXPOSURE in it, where that is set.
 * @throws GoldsyncError `CONFIG_INVALID` where it is misspelt, or makes a webhook public that has no secret
 */
export function withExposure(config: Config, { GOLDSYNC_EXPOSURE: exposure }: NodeJS.ProcessEnv): Config {
  if (!exposure) return config
  if (exposure !== 'public' && exposure !== 'cluster-local')
    throw new GoldsyncError(
      'CONFIG_INVALID',
      `GOLDSYNC_EXPOSURE: expected public or cluster-local, not ${exposure}`,
    )
  if (exposure === 'public' && config.webhook === undefined)
    throw new GoldsyncError(
      'CONFIG_INVALID',
      'GOLDSYNC_EXPOSURE: a public server needs a secret for its webhook',
      { hint: 'set webhook.standard (docs/webhook.md)' },
    )
  return { ...config, server: { ...config.server, exposure } }
}
