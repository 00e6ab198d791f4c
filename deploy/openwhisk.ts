/** `npm run deploy:openwhisk [-- --config FILE] [--dry-run]`: builds the zip and deploys openwhisk.yaml; docs/deploy/openwhisk.md. */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { summarizeError } from '../shared/base/errors.ts'
import { configOf } from '../shared/config/config.ts'
import { parseYaml } from '../shared/config/yaml.ts'
import { withoutKept } from './alarms.ts'
import { readArguments } from './script.ts'
import { type Deployment, deploy } from './steps.ts'

const MANIFEST = 'openwhisk.yaml'
/** The same without the alarms that are there already. */
const REST = 'dist/openwhisk.yaml'

const TOOLS = {
  wskdeploy: 'github.com/apache/openwhisk-wskdeploy',
  wsk: 'github.com/apache/openwhisk-cli',
}

/** @param file the config; GOLDSYNC_CONFIG where there is none */
function deployment(file: string | undefined): Deployment {
  const { config, problems } = readConfig(file)
  const manifest = manifestVariables()
  const bound = typeof manifest === 'string' ? [] : manifest
  const env = { ...process.env, ...(config === undefined ? {} : { GOLDSYNC_CONFIG: config }) }
  return {
    tools: TOOLS,
    problems: [
      ...problems,
      ...unsetVariables(bound, env, file),
      ...(typeof manifest === 'string' ? [manifest] : configProblems(config, bound, env)),
      ...missingAccount(),
    ],
    steps: [
      ['npm', 'run', 'build', 'openwhisk'],
      { shown: ['wskdeploy', '-m', MANIFEST], now: () => ['wskdeploy', '-m', restOfManifest()] },
      ['wsk', 'action', 'get', 'goldsync/file-closed', '--url'],
    ],
    ...(config === undefined ? {} : { env: { GOLDSYNC_CONFIG: config } }),
  }
}

const restOfManifest = (): string => withoutKept(MANIFEST, readFileSync(MANIFEST, 'utf8'), REST)

/** The config as one line of JSON. */
function readConfig(file: string | undefined): { config?: string; problems: readonly string[] } {
  try {
    const text = file === undefined ? process.env.GOLDSYNC_CONFIG : readFileSync(file, 'utf8')
    return text === undefined
      ? { problems: [] }
      : { config: JSON.stringify(parseYaml(text, file ?? 'GOLDSYNC_CONFIG')), problems: [] }
  } catch (error) {
    return { problems: [`a config that can be read: ${summarizeError(error).message}`] }
  }
}

/** wskdeploy takes a variable that is not set for an empty text, and says nothing. @param file from which GOLDSYNC_CONFIG was to come */
const unsetVariables = (
  bound: readonly string[],
  env: NodeJS.ProcessEnv,
  file: string | undefined,
): string[] =>
  bound
    .filter(name => !env[name] && !(name === 'GOLDSYNC_CONFIG' && file !== undefined))
    .map(name => `the environment variable ${name}, which ${MANIFEST} names`)

/** Those that the manifest names, or a sentence about what is missing: it is there to be edited. */
function manifestVariables(): string[] | string {
  try {
    const used = JSON.stringify(parse(readFileSync(MANIFEST, 'utf8'))).matchAll(/\$\{(\w+)\}/g)
    return [...new Set([...used].map(([, name = '']) => name))]
  } catch (error) {
    return `${MANIFEST} that can be read: ${summarizeError(error).message}`
  }
}

/** The actions see what the manifest binds, and nothing else of this environment. */
function configProblems(
  config: string | undefined,
  bound: readonly string[],
  env: NodeJS.ProcessEnv,
): string[] {
  if (config === undefined) return []
  const unbound = variablesOf(config).filter(name => !bound.includes(name))
  const values = Object.fromEntries([...bound, ...unbound].map(name => [name, env[name]]))
  return [
    ...unbound.map(
      name =>
        `a line under \`inputs\` of ${MANIFEST}: ${name}: "\${${name}}" (the config names it, and actions see what is bound)`,
    ),
    ...validity(config, values),
  ]
}

/** Without those that have a default. */
const variablesOf = (config: string): string[] => {
  const used = [...config.matchAll(/\$\$\{|\$\{(\w+)\}/g)].flatMap(([, name]) => name ?? [])
  return [...new Set(used)]
}

function validity(config: string, values: NodeJS.ProcessEnv): string[] {
  try {
    configOf(JSON.parse(config), 'the config', values)
    return []
  } catch (error) {
    return [`a config that the actions can read: ${summarizeError(error).message}`]
  }
}

function missingAccount(): string[] {
  const file = process.env.WSK_CONFIG_FILE ?? join(homedir(), '.wskprops')
  return existsSync(file) ? [] : [`${file}: wsk property set --apihost … --auth …`]
}

const { values } = readArguments({
  options: { config: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } },
})
process.exitCode = deploy(deployment(values.config), values['dry-run'])
