/** What goes wrong while the pipeline runs. */
import { setTimeout as sleep } from 'node:timers/promises'
import { RATE, sumsOf } from './events.ts'
import { newestCheckpoint, stop, submit, submitSql } from './flink.ts'
import type { Goldsync } from './goldsync.ts'
import type { Sender } from './kafka.ts'
import { rowsOf } from './looks.ts'
import { kill, run, type Servers, until, upAgain } from './servers.ts'

export interface Pipeline {
  readonly servers: Servers
  readonly lake: string
  /** Where orders-hourly.sql writes to. */
  readonly hourly: string
  readonly goldsync: Goldsync
  readonly sender: Sender
  /** The id of the job that runs, and the schemas it writes by. */
  job: string
  schemas: string
  hourlyJob: string
}

export interface Fault {
  readonly name: string
  happen(pipeline: Pipeline): Promise<void>
}

/** How long a server is away, ms. */
const AWAY = 10_000

export const FAULTS: readonly Fault[] = [
  {
    name: 'goldsync killed for 10 s',
    happen: async ({ goldsync }) => {
      await goldsync.kill()
      await sleep(AWAY)
      await goldsync.start()
    },
  },
  {
    name: 'Flink killed, and started from its newest checkpoint',
    happen: async pipeline => {
      await Promise.all(['taskmanager', 'jobmanager'].map(each => kill(`pipeline-${each}`)))
      await upAgain()
      const from = await newestCheckpoint(pipeline.servers, pipeline.job)
      const hourlyFrom = await newestCheckpoint(pipeline.servers, pipeline.hourlyJob)
      pipeline.job = await submit(pipeline.servers, pipeline.lake, pipeline.schemas, from)
      pipeline.hourlyJob = await submitSql(pipeline.servers, pipeline.hourly, hourlyFrom)
    },
  },
  {
    name: 'HDFS in safe mode for 20 s',
    happen: async ({ servers }) => {
      await run(servers.tool('dfsadmin'), ['-safemode', 'enter'])
      await sleep(2 * AWAY)
      await run(servers.tool('dfsadmin'), ['-safemode', 'leave'])
    },
  },
  {
    name: 'the metastore killed for 10 s',
    happen: async () => {
      await kill('pipeline-metastore')
      await sleep(AWAY)
      await upAgain()
    },
  },
  {
    name: "Flink's task manager alone killed",
    happen: async () => {
      await kill('pipeline-taskmanager')
      await upAgain()
    },
  },
  {
    name: 'orders get a column and a wider one, from a savepoint',
    happen: async pipeline => {
      pipeline.sender.become('between')
      await takesAllOfV1(pipeline)
      const from = await stop(pipeline.servers, pipeline.job)
      pipeline.schemas = 'v2'
      pipeline.job = await submit(pipeline.servers, pipeline.lake, pipeline.schemas, from)
      pipeline.sender.become(2)
    },
  },
  {
    name: 'goldsync and the forwarder killed for 10 s',
    happen: async ({ goldsync }) => {
      await Promise.all([goldsync.kill(), goldsync.killForwarder()])
      await sleep(AWAY)
      await goldsync.start()
    },
  },
]

/** Until the job has taken what was sent before the events that are the same to both schemas. */
async function takesAllOfV1({ sender }: Pipeline): Promise<void> {
  await until(
    'events are between the schemas',
    async () => sender.sent > sender.phases.betweenFrom + 2 * RATE,
  )
  const { rows } = sumsOf('orders', sender.sent, sender.phases)
  await until('the job has taken them', async () => (await rowsOf('orders')) >= rows)
}
