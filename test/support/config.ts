/** Configs written as YAML in tests. */
import { parseYaml } from '../../shared/config/yaml.ts'
import { type Config, configOf } from '../../shared/config.ts'

/** @throws GoldsyncError `CONFIG_INVALID` */
export const readConfig = (
  text: string,
  source: string,
  env: Readonly<Record<string, string | undefined>>,
): Config => configOf(parseYaml(text, source), source, env)
