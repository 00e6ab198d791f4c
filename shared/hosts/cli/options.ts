/** The options that all commands share, and the config that they stand for. */
import { Option } from 'commander'
import { type Config, defaultConfig, loadConfig } from '../../config/config.ts'

export interface GlobalOptions {
  readonly config?: string
  readonly lake?: string
  readonly layout?: string
  readonly catalog?: string
  readonly dryRun: boolean
  readonly json: boolean
  readonly verbose: boolean
  readonly quiet: boolean
  readonly logLevel?: string
}

/** Of scan and plan. */
export const reread = (): Option =>
  new Option(
    '--reread',
    'everything, and registered partitions as if their files had changed: after an upgrade',
  )

/**
 * `--lake` needs no file; else `--config`, GOLDSYNC_CONFIG or ./goldsync.yaml.
 * @throws GoldsyncError `CONFIG_INVALID`, which names the key
 */
export async function openConfig(options: GlobalOptions): Promise<Config> {
  const { config, lake, layout, catalog } = options
  return lake === undefined ? loadConfig(process.env, config) : defaultConfig({ lake, layout, catalog })
}
