/** f, g. What processes cost: memory of a first sync and of a large footer, cold starts, sizes of what is deployed. */
import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build } from '../support/builder.ts'
import { metastoreConfig } from '../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { type Listening, startNode, startServer } from '../support/hosts.ts'
import { largeFile } from './footers.ts'
import { contest, median, type Result } from './measure.ts'
import { dropDatabase } from './peers.ts'
import { KEYED, zone } from './zone.ts'

const run = promisify(execFile)

const BARE = 'limit: an empty server of Node, process start → first 200'
const BARE_SERVER =
  'const server = require("http").createServer((_, response) => response.end()).listen(0, "127.0.0.1", () => console.log(server.address().port))'
/** Node 20 reads these certificates before anything else, half of a bare server's start: that is the machine's, and would flatter the ratio. */
export const NO_CERTIFICATES = { NODE_EXTRA_CA_CERTS: '' } as const

export const startBare = (): Promise<Listening> =>
  startNode(['--eval', BARE_SERVER], Number, { ...process.env, ...NO_CERTIFICATES })

const SERVER = 'goldsync, process start → first 200'

const ms = (value = Number.NaN): string => `${value.toFixed(0)} ms`

export async function untilAnswered(start: () => Promise<Listening>): Promise<number> {
  const started = performance.now()
  const server = await start()
  await fetch(`${server.url}/health/ready`)
  const took = performance.now() - started
  await server.stop('SIGKILL')
  return took
}

export async function coldStart(runs: number): Promise<Result> {
  const folder = await build('server', 'dist/bench')
  const lakes = [{ location: process.cwd() }]
  const config = { lakes, catalogs: { memory: { kind: 'memory' } } }
  const env = { ...NO_CERTIFICATES, GOLDSYNC_CONFIG: JSON.stringify(config) }
  const values = await contest(runs * 2, {
    [BARE]: () => untilAnswered(startBare),
    [SERVER]: () => untilAnswered(() => startServer(folder, env)),
  })
  const [bare, server] = [BARE, SERVER].map(name => median(values.get(name) as readonly number[]))
  const zip = await stat(`${await build('openwhisk', 'dist/bench')}/goldsync.zip`)
  return {
    bench: 'cold-start',
    title: 'Cold start of the server',
    rows: [...values].map(([name, values]) => ({ name, unit: 'ms', values })),
    notes: [
      `${ms(server)} (budget 130 ms); ${ms(bare)} of it are Node's own`,
      `the OpenWhisk zip has ${Math.round(zip.size / 1024)} KB`,
    ],
  }
}

/** Peak memory of the command line: a lake of `count` partitions, first sync and recent scan, and one large footer. */
export async function memory(count: number): Promise<Result> {
  const database = `bench_memory_${count}`
  await dropDatabase(database)
  const config = {
    lakes: [
      {
        location: hdfs.location(await zone(KEYED, count)),
        layout: KEYED,
        database,
        createDatabase: true,
        storage: hdfsStorage,
      },
    ],
    catalogs: { hive: metastoreConfig('metastore') },
    log: { level: 'error' },
  }
  const env = { ...process.env, GOLDSYNC_CONFIG: JSON.stringify(config) }
  const cli = resolve(await build('cli', 'dist/bench'), 'goldsync.mjs')
  const first = await peak(cli, ['scan', '--mode', 'full', '--json'], [], env)
  const recent = await peak(cli, ['scan', '--json'], [], env)
  const full = await peak(cli, ['scan', '--mode', 'full', '--json'], [], env)
  await dropDatabase(database)
  const large = await largeFile()
  const footer = await peak(cli, ['schema', large.path, '--json'], ['--max-old-space-size=64'], process.env)
  await large.remove()
  const partitions = `${count.toLocaleString('en-US')} partitions`
  return {
    bench: 'memory',
    title: `Peak memory (RSS) of the process`,
    rows: [
      { name: `first sync of ${partitions}`, unit: 'MB', values: [first] },
      { name: `recent scan of ${partitions}`, unit: 'MB', values: [recent] },
      { name: `full scan of ${partitions}, nothing new`, unit: 'MB', values: [full] },
      {
        name: `a footer of ${large.footerMegabytes} MB, --max-old-space-size=64`,
        unit: 'MB',
        values: [footer],
      },
    ],
    notes: [
      `first sync ${first.toFixed(0)} MB, recent scan ${recent.toFixed(0)} MB, full scan ${full.toFixed(0)} MB`,
    ],
    targets: [
      { what: `first sync of ${partitions}, MB`, measured: first, most: 130 },
      { what: `full scan of ${partitions}, nothing new, MB`, measured: full, most: 130 },
    ],
  }
}

/**
 * Runs the command line. @returns its peak RSS, MB: as /proc has it, since what getrusage tells of a child begins with the
 * size of its parent
 */
async function peak(
  cli: string,
  args: readonly string[],
  nodeOptions: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const script = `
    import { readFileSync } from 'node:fs'
    process.argv.splice(1, 0, '')
    process.on('exit', () => console.error(readFileSync('/proc/self/status', 'utf8')))
    await import(${JSON.stringify(pathToFileURL(cli).href)})`
  const { stderr } = await run(
    process.execPath,
    [...nodeOptions, '--input-type=module', '-e', script, ...args],
    { env, maxBuffer: 1 << 28 },
  )
  return Number(/^VmHWM:\s*(\d+) kB/m.exec(stderr)?.[1]) / 1024
}
