/** `npm run deploy:openwhisk [-- --config FILE] [--dry-run]`: builds the zip and deploys openwhisk.yaml; docs/deploy/openwhisk.md. */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import { summarizeError } from '../shared/base/errors.ts'
import { configOf } from '../shared/config/config.ts'
import { type Deployment, deploy } from './steps.ts'

const MANIFEST = 'openwhisk.yaml'

const TOOLS = {
  wskdeploy: 'github.com/apache/openwhisk-wskdeploy',
  wsk: 'github.com/apache/openwhisk-cli',
}

/** @param file the config; GOLDSYNC_CONFIG where there is none */
function deployment(file: string | undefined): Deployment {
  const config = configText(file)
  const env = { ...process.env, ...(config === undefined ? {} : { GOLDSYNC_CONFIG: config }) }
  return {
    tools: TOOLS,
    problems: [...unsetVariables(env), ...configProblems(config, env), ...missingAccount()],
    steps: [
      ['npm', 'run', 'build', 'openwhisk'],
      ['wskdeploy', '-m', MANIFEST],
      ['wsk', 'action', 'get', 'goldsync/file-closed', '--url'],
    ],
    ...(config === undefined ? {} : { env: { GOLDSYNC_CONFIG: config } }),
  }
}

/** As one line of JSON. */
function configText(file: string | undefined): string | undefined {
  const text = file === undefined ? process.env.GOLDSYNC_CONFIG : readFileSync(file, 'utf8')
  return text === undefined ? undefined : JSON.stringify(parse(text))
}

// wskdeploy takes a variable that is not set for an empty text, and says nothing.
const unsetVariables = (env: NodeJS.ProcessEnv): string[] =>
  manifestVariables()
    .filter(name => !env[name])
    .map(name => `the environment variable ${name}, which ${MANIFEST} names`)

function manifestVariables(): string[] {
  const used = JSON.stringify(parse(readFileSync(MANIFEST, 'utf8'))).matchAll(/\$\{(\w+)\}/g)
  return [...new Set([...used].map(([, name = '']) => name))]
}

/** The actions see what the manifest binds, and nothing else of this environment. */
function configProblems(config: string | undefined, env: NodeJS.ProcessEnv): string[] {
  if (config === undefined) return []
  const bound = Object.fromEntries(manifestVariables().map(name => [name, env[name]]))
  try {
    configOf(JSON.parse(config), 'the config', bound)
    return []
  } catch (error) {
    return [`a config that the actions can read: ${summarizeError(error).message}`]
  }
}

function missingAccount(): string[] {
  const file = process.env.WSK_CONFIG_FILE ?? join(homedir(), '.wskprops')
  return existsSync(file) ? [] : [`${file}: wsk property set --apihost … --auth …`]
}

const { values } = parseArgs({
  options: { config: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } },
})
process.exitCode = deploy(deployment(values.config), values['dry-run'])
