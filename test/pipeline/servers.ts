/** The servers of `npm run stack -- up pipeline` and what is done to them. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { stack } from '../support/stack.ts'

export const run = promisify(execFile)

const STACK = ['test/stack/stack']

/** Addresses as `npm run stack -- env` prints them. */
export interface Servers {
  /** hdfs://HOST:PORT of the HDFS that may be broken. */
  readonly hdfs: string
  readonly webhdfs: string
  /** thrift://HOST:PORT */
  readonly metastore: string
  readonly kafka: string
  readonly flink: string
  /** A tool's path: flink, sql-client.sh, dfsadmin, kafka-java. */
  tool(name: string): string
  /** The folder of core-site.xml and hdfs-site.xml. */
  readonly conf: string
}

/** Starts them, and what they need. */
export const up = (): Promise<Servers> => start('pipeline')

/** Starts what was killed of them: whatever others do with the stack meanwhile, the fault lasts no longer for it. */
export const upAgain = (): Promise<Servers> => start('--alone', 'pipeline')

async function start(...what: readonly string[]): Promise<Servers> {
  const { stdout } = await run('python3', [...STACK, 'up', ...what], { maxBuffer: 1 << 26 })
  const env = Object.fromEntries(stdout.split('\n').map(line => line.split(/=(.*)/s))) as Record<
    string,
    string
  >
  const of = (name: string): string => env[`PIPELINE_${name}`] ?? ''
  return {
    hdfs: of('HDFS_URI'),
    webhdfs: of('WEBHDFS'),
    metastore: of('METASTORE_URI'),
    kafka: of('KAFKA'),
    flink: of('FLINK_URL'),
    tool: name => join(of('BIN'), name),
    conf: of('HADOOP_CONF'),
  }
}

export const down = (): Promise<unknown> => run('python3', [...STACK, 'down', 'pipeline'])

/** Without a chance to say farewell; `up` starts it again. @param name as `npm run stack -- status` has it */
export async function kill(name: string): Promise<void> {
  const [pid] = (await readFile(join(stack.home, 'run', `${name}.pid`), 'utf8')).split(' ')
  process.kill(Number(pid), 'SIGKILL')
}

/** Until the check is true. @throws after so many seconds */
export async function until(what: string, check: () => Promise<boolean>, seconds = 300): Promise<void> {
  const end = Date.now() + seconds * 1000
  let last: unknown = ''
  while (Date.now() < end) {
    try {
      if (await check()) return
      last = ''
    } catch (error) {
      last = error
    }
    await sleep(250)
  }
  throw new Error(`${what}: not after ${seconds} s ${last}`)
}
