/** Flink's job of deploy/examples/pipeline. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mavenPackage } from '../support/java.ts'
import { folder } from './lake.ts'
import { run, type Servers, until } from './servers.ts'

const PROJECT = 'deploy/examples/pipeline'
const JAR = 'target/golden-zone.jar'
export const CHECKPOINT_SECONDS = 5

export const buildJob = (): Promise<void> => mavenPackage(PROJECT, JAR)

/** Submits it and waits until all its tasks run. @param from a checkpoint or savepoint @returns its id */
export async function submit(
  servers: Servers,
  lake: string,
  schemas: string,
  from?: string,
): Promise<string> {
  const job = [
    '--brokers',
    servers.kafka,
    '--lake',
    lake,
    '--schemas',
    schemas,
    '--checkpoint-seconds',
    `${CHECKPOINT_SECONDS}`,
  ]
  const args = ['run', '-d', '-p', '2', ...(from ? ['-s', from] : []), `${PROJECT}/${JAR}`, ...job]
  const { stdout } = await run(servers.tool('flink'), args)
  const id = /JobID (\w+)/.exec(stdout)?.[1]
  if (!id) throw new Error(`flink run said: ${stdout}`)
  await until(`job ${id} runs`, () => runs(servers, id))
  return id
}

/** Submits orders-hourly.sql. @param lake where it writes to @returns the job's id */
export async function submitSql(servers: Servers, lake: string, from?: string): Promise<string> {
  const text = await readFile(`${PROJECT}/orders-hourly.sql`, 'utf8')
  const own = text
    .replace('kafka:9092', servers.kafka)
    .replace('hdfs://datalake-vol/hourly', lake)
    .replace("'60 s'", `'${CHECKPOINT_SECONDS} s'`)
  const folder = await mkdtemp(join(tmpdir(), 'goldsync-sql-'))
  const file = join(folder, 'orders-hourly.sql')
  await writeFile(
    file,
    `SET 'parallelism.default' = '1';\n${from ? `SET 'execution.state-recovery.path' = '${from}';\n` : ''}${own}`,
  )
  const { stdout } = await run(servers.tool('sql-client.sh'), ['-j', `${PROJECT}/${JAR}`, '-f', file])
  await rm(folder, { recursive: true })
  const id = /Job ID: (\w+)/.exec(stdout)?.[1]
  if (!id) throw new Error(`sql-client.sh said: ${stdout}`)
  await until(`job ${id} runs`, () => runs(servers, id))
  return id
}

export async function runs(servers: Servers, id: string): Promise<boolean> {
  const { vertices } = (await get(servers, `/jobs/${id}`)) as { vertices: readonly { status: string }[] }
  return vertices.every(({ status }) => status === 'RUNNING')
}

/** Stops it with a savepoint. @returns the savepoint */
export async function stop(servers: Servers, id: string): Promise<string> {
  const { stdout } = await run(servers.tool('flink'), ['stop', id])
  const path = /Path: (\S+)/.exec(stdout)?.[1]
  if (!path) throw new Error(`flink stop said: ${stdout}`)
  return path
}

export const cancel = (servers: Servers, id: string): Promise<unknown> =>
  run(servers.tool('flink'), ['cancel', id])

/** The newest complete checkpoint of a job that is no more. */
export async function newestCheckpoint(servers: Servers, id: string): Promise<string> {
  const path = `/flink/checkpoints/${id}`
  const numbers = (await folder(servers, path))
    .map(({ name }) => Number(/^chk-(\d+)$/.exec(name)?.[1]))
    .filter(number => number > 0)
    .sort((one, other) => other - one)
  for (const number of numbers) {
    const files = await folder(servers, `${path}/chk-${number}`)
    if (files.some(({ name }) => name === '_metadata')) return `${servers.hdfs}${path}/chk-${number}`
  }
  throw new Error(`no checkpoint in ${path}`)
}

/** Ends what runs from an earlier time. */
export async function cancelAll(servers: Servers): Promise<void> {
  const { jobs } = (await get(servers, '/jobs')) as { jobs: readonly { id: string; status: string }[] }
  for (const { id, status } of jobs)
    if (!['CANCELED', 'FAILED', 'FINISHED'].includes(status)) await cancel(servers, id)
  await until('earlier jobs are cancelled', async () => {
    const now = (await get(servers, '/jobs')) as { jobs: readonly { status: string }[] }
    return now.jobs.every(({ status }) => ['CANCELED', 'FAILED', 'FINISHED'].includes(status))
  })
}

async function get(servers: Servers, path: string): Promise<unknown> {
  const response = await fetch(servers.flink + path)
  if (!response.ok) throw new Error(`Flink answered ${response.status} for ${path}`)
  return response.json()
}
