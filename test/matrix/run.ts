/** One entry of the matrix: its server up, its suites run, its server down again. */
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { GROUPS } from './groups.ts'
import { byFeature, type EntryResult, type TestResult } from './results.ts'

/** As `test/stack/stack matrix` lists it. */
export interface Entry {
  readonly name: string
  readonly group: string
  readonly version: string
  /** Test files. */
  readonly suites: readonly string[]
}

const STACK = ['test/stack/stack']

async function stack(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('python3', [...STACK, ...args], { maxBuffer: 1 << 26 })
  return stdout
}

export const listEntries = async (): Promise<readonly Entry[]> => JSON.parse(await stack('matrix'))

/** Brings the entry up, runs its suites and takes it down, whatever happens. */
export async function runEntry(entry: Entry): Promise<EntryResult> {
  const { name, group, version } = entry
  const about = { entry: name, group, version, date: new Date().toISOString().slice(0, 10) }
  try {
    const env = environmentOf(await stack('up', `matrix:${name}`))
    return { ...about, features: byFeature(GROUPS[group]!, await runSuites(entry, env)) }
  } catch (error) {
    return { ...about, error: lastLines(error), features: [] }
  } finally {
    await stack('down', `matrix:${name}`)
  }
}

const environmentOf = (lines: string): Record<string, string> =>
  Object.fromEntries([...lines.matchAll(/^(\w+)=(.*)$/gm)].map(([, key, value]) => [key, value]))

function lastLines(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string }
  const said = (stderr || message).trim().split('\n').slice(-6)
  return anywhere(said.join(' ')).slice(0, 600)
}

/**
 * Suites take their servers' addresses from the environment (test/support/stack.ts). What fails is tried once more: a server that starts
 * on a busy machine is slow at first.
 */
async function runSuites(entry: Entry, env: Record<string, string>): Promise<readonly TestResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-'))
  const json = join(folder, 'results.json')
  const child = spawn(
    'npx',
    ['vitest', 'run', '--project', 'stack', '--project', 'matrix', '--retry', '1', ...entry.suites],
    {
      env: { ...process.env, ...env, TEST_JSON: json, GOLDSYNC_MATRIX: entry.name },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  await new Promise(resolve => child.once('exit', resolve))
  try {
    return testsOf(JSON.parse(await readFile(json, 'utf8')))
  } finally {
    await rm(folder, { recursive: true })
  }
}

const UNMADE = 'what its tests begin with failed on this server'

/** Without the paths of this machine. */
const anywhere = (text: string): string => text.replaceAll(process.cwd(), '.').replaceAll(homedir(), '~')

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages?: readonly string[]
      readonly meta?: {
        readonly down?: readonly string[]
        readonly limit?: { readonly name: string; readonly word: string }
      }
    }[]
  }[]
}

/** Without those that wait for a server which the entry does not have. @throws Error where a file has no test at all */
export function testsOf({ testResults }: Report): readonly TestResult[] {
  return testResults.flatMap(({ name: path, status: whole, message, assertionResults }) => {
    const file = relative(process.cwd(), path)
    const tests = assertionResults
      .filter(({ meta }) => !meta?.down)
      .map(
        ({ fullName, status, failureMessages, meta }): TestResult => ({
          file,
          name: fullName.trim(),
          state: status === 'passed' || status === 'failed' ? status : 'skipped',
          ...(failureMessages?.length ? { message: anywhere(failureMessages.join('\n')) } : {}),
          ...(meta?.limit ? { limit: meta.limit } : {}),
        }),
      )
    // What some of its tests need could not be made: these did not run, and none failed.
    if (whole === 'failed' && !tests.some(({ state }) => state === 'failed'))
      return tests.map(test =>
        test.state === 'passed'
          ? test
          : { ...test, state: 'failed' as const, message: anywhere(message || UNMADE) },
      )
    if (tests.length === 0) throw new Error(`${file} ran no test: ${message || 'its servers are down'}`)
    return tests
  })
}
