/** The built hosts as child processes: what is tested is what is shipped. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

export interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a script to its end. */
export async function runNode(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ])
  return { status, stdout, stderr }
}

async function text(stream: Readable): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

export interface Listening {
  readonly url: string
  readonly process: ChildProcess
  /** What it has printed. */
  readonly lines: readonly string[]
  /** Ends it and waits. @returns the exit code */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts a server and waits for the line that tells its port. */
export const startNode = (
  args: readonly string[],
  portOf: (line: string) => number | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Listening> =>
  listening(spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }), portOf)

/** Waits for the line that tells the port. @param kill where a signal to the child is not one to the server */
export async function listening(
  child: ChildProcess,
  portOf: (line: string) => number | undefined,
  kill: (signal: NodeJS.Signals) => unknown = signal => child.kill(signal),
): Promise<Listening> {
  const lines: string[] = []
  const note = (line: string) => {
    lines.push(line)
    return portOf(line)
  }
  const streams = [child.stdout, child.stderr] as Readable[]
  const port = await firstPort(streams, note)
  if (port === undefined) throw new Error(`${child.spawnargs.join(' ')} ended before it listened`)
  return {
    url: `http://127.0.0.1:${port}`,
    process: child,
    lines,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const ended = once(child, 'exit') as Promise<[number | null]>
      kill(signal)
      return (await ended)[0]
    },
  }
}

// Reads on after the port: the rest is of interest too, and a full pipe would block the child.
async function firstPort(
  streams: readonly Readable[],
  portOf: (line: string) => number | undefined,
): Promise<number | undefined> {
  const all = streams.map(input => createInterface({ input }))
  const ended = Promise.all(all.map(lines => once(lines, 'close')))
  const told = new Promise<number>(resolve => {
    for (const lines of all)
      lines.on('line', line => {
        const port = portOf(line)
        if (port !== undefined) resolve(port)
      })
  })
  return Promise.race([told, ended.then(() => undefined)])
}

/** What the container entry says once it serves. */
export const servingPort = (line: string): number | undefined =>
  line.includes('"serving"') ? (JSON.parse(line) as { port: number }).port : undefined

/** The container entry, on a free port. */
export const startServer = (folder: string, env: NodeJS.ProcessEnv): Promise<Listening> =>
  startNode([join(folder, 'main.mjs')], servingPort, { ...process.env, PORT: '0', ...env })

export interface Action extends Listening {
  /** One activation. @param platform what the platform puts beside the parameters: `activation_id`, `deadline` */
  run(params: unknown, platform?: Readonly<Record<string, string>>): Promise<ActionResult>
}

export interface ActionResult {
  readonly status: number
  readonly result: Record<string, unknown>
}

/** An OpenWhisk action from the built zip, initialized. @param main the export that the action names */
export async function startAction(
  folder: string,
  main: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Action> {
  return startContainer((await readFile(join(folder, 'goldsync.zip'))).toString('base64'), main, env)
}

/** A container of an action, initialized. @param code the zip in base64 */
export const startContainer = async (
  code: string,
  main: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Action> => initialized(await openContainer(), code, main, env)

/** A container that has no action yet. */
export const openContainer = (): Promise<Listening> =>
  startNode(['test/support/openwhisk-runner.mjs'], line => Number(line) || undefined)

/** Gives a container its action. @param code the zip in base64 */
export async function initialized(
  container: Listening,
  code: string,
  main: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Action> {
  const post = async (path: string, body: unknown): Promise<ActionResult> => {
    const response = await fetch(container.url + path, { method: 'POST', body: JSON.stringify(body) })
    return { status: response.status, result: (await response.json()) as Record<string, unknown> }
  }
  const init = await post('/init', { value: { name: main, main, binary: true, code, env } })
  if (init.status !== 200) throw new Error(`/init answered ${init.status}: ${JSON.stringify(init.result)}`)
  return {
    ...container,
    run: (params, platform = {}) =>
      post('/run', { value: params, activation_id: 'activation-1', ...platform }),
  }
}

/** A lake of two orders partitions in a new folder: one file of each of the first two schema versions. */
export async function makeLake(): Promise<string> {
  const lake = await mkdtemp(join(tmpdir(), 'goldsync-lake-'))
  await lay(lake, 'orders/v1.parquet', 'orders/2026/11/20/06/part-0.parquet')
  await lay(lake, 'orders/v2.parquet', 'orders/2026/11/20/07/part-0.parquet')
  return lake
}

/** Copies a fixture into the lake. */
export async function lay(lake: string, fixture: string, path: string): Promise<void> {
  await mkdir(join(lake, path, '..'), { recursive: true })
  await cp(join('test/fixtures', fixture), join(lake, path))
}
