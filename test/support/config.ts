/** Configs written as YAML in tests. */
import { type Config, configOf } from '../../shared/config/config.ts'
import { parseYaml } from '../../shared/config/yaml.ts'

/** @throws GoldsyncError `CONFIG_INVALID` */
export const readConfig = (
  text: string,
  source: string,
  env: Readonly<Record<string, string | undefined>>,
): Config => configOf(parseYaml(text, source), source, env)
