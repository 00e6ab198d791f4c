/** What the deploy scripts share: find out all that is missing first, then run the commands, or show them. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A command and its arguments. */
export type Step = readonly [command: string, ...args: string[]]

/** What is known when it is its turn: shown as it is without that. */
interface LaterStep {
  readonly shown: Step
  readonly now: () => Step
}

export interface Deployment {
  /** What has to be installed, and where it is from. */
  readonly tools: Readonly<Record<string, string>>
  /** What is missing besides tools, a sentence each. */
  readonly problems: readonly string[]
  readonly steps: readonly (Step | LaterStep)[]
  /** For the commands, beside the environment. */
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Runs the steps until one fails; with `dryRun` prints them only. Nothing is run where something is missing.
 * @returns the exit status
 */
export function deploy(deployment: Deployment, dryRun: boolean): number {
  const missing = [...missingTools(deployment.tools), ...deployment.problems]
  for (const problem of missing) console.error(`missing: ${problem}`)
  if (dryRun) for (const step of deployment.steps) console.log(shownOf(step).map(quote).join(' '))
  if (dryRun || missing.length > 0) return missing.length > 0 ? 1 : 0
  return run(deployment)
}

export const missingTools = (tools: Deployment['tools']): string[] =>
  Object.entries(tools)
    .filter(([name]) => !isInstalled(name))
    .map(([name, source]) => `${name} on the PATH (${source})`)

export const isInstalled = (tool: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some(folder => isExecutable(join(folder, tool)))

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const shownOf = (step: Step | LaterStep): Step => ('shown' in step ? step.shown : step)

function run({ steps, env }: Deployment): number {
  for (const each of steps) {
    const step = 'now' in each ? each.now() : each
    const [command, ...args] = step
    console.error(`> ${step.map(quote).join(' ')}`)
    const { status, signal, error } = spawnSync(command, args, {
      stdio: 'inherit',
      env: { ...process.env, ...env },
    })
    if (status === 0) continue
    const how = status === null ? `was ended by ${signal}` : `failed with exit status ${status}`
    console.error(`${command} ${error ? `failed: ${error.message}` : how}`)
    return 1
  }
  return 0
}

/** As a shell would want it. */
const quote = (text: string): string =>
  /^[\w./:=@,+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
