import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { handler } from '../../shared/hosts/lambda.ts'
import { makeLake } from '../support/hosts.ts'
import { closedPort } from '../support/net.ts'

const MINUTE = 60_000

const context = (left = MINUTE) => ({ awsRequestId: 'r-1', getRemainingTimeInMillis: () => left })

let lake: string
beforeEach(async () => {
  lake = await makeLake()
  configure()
})

function configure(more: object = {}): void {
  const config = {
    lakes: [{ location: lake, createDatabase: true }],
    catalogs: { memory: { kind: 'memory' } },
    log: { level: 'silent' },
    ...more,
  }
  vi.stubEnv('GOLDSYNC_CONFIG', JSON.stringify(config))
}

const FILE = 'orders/2026/11/20/06/part-0.parquet'

const messages = (...bodies: readonly unknown[]) => ({
  Records: bodies.map((body, at) => ({
    messageId: `m-${at}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    eventSource: 'aws:sqs',
  })),
})

describe('the handler', () => {
  it('runs a function that is invoked, and answers with its outcome', async () => {
    expect(await handler({ function: 'sync', table: 'orders' }, context())).toMatchObject({
      version: 1,
      status: 'ok',
      report: { runId: 'r-1', mode: 'full', tables: [{ table: 'golden.orders', partitions: { added: 2 } }] },
    })
  })

  it('scans when a schedule says so, with what is open for the next one', async () => {
    const schedule = { source: 'aws.scheduler', 'detail-type': 'Scheduled Event', detail: '{}' }
    const added = [await handler(schedule, context()), await handler({ function: 'scan' }, context())]
    expect(added).toMatchObject([
      { report: { mode: 'recent', tables: [{ partitions: { added: 2 } }] } },
      { report: { tables: [{ partitions: { added: 0 } }] } },
    ])
  })

  it('keeps nothing open for another config, whatever Lambda says of the trace', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1')
    await handler({ function: 'scan' }, context())
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=2')
    const again = await handler({ function: 'scan' }, context())
    expect(again).toMatchObject({ report: { tables: [{ partitions: { added: 0 } }] } })
    lake = await makeLake()
    configure()
    const other = await handler({ function: 'scan' }, context())
    expect(other).toMatchObject({ report: { tables: [{ partitions: { added: 2 } }] } })
  })

  it('answers for messages with those that failed', async () => {
    const event = messages({ path: join(lake, FILE) }, '{', { function: 'sync', table: 'nothing' })
    expect(await handler(event, context())).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm-1' }, { itemIdentifier: 'm-2' }],
    })
    expect(await handler(messages({ path: join(lake, FILE) }), context())).toEqual({ batchItemFailures: [] })
  })

  it.each([0, -1])('leaves files to the next delivery when the time is up (%s ms)', async left => {
    expect(await handler(messages({ path: join(lake, FILE) }), context(left))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm-0' }],
    })
  })

  it('has time for work within Lambda’s default of three seconds', async () => {
    expect(await handler({ function: 'scan' }, context(3_000))).toMatchObject({ status: 'ok' })
  })
})

describe('what fails is thrown, for Lambda to tell and to repeat', () => {
  it.each([
    [{ function: 'sync' }, 'sync: table'],
    [{ function: 'sync', table: 'nothing' }, 'nothing'],
    [{ function: 'nothing' }, 'there is no function "nothing"'],
    [{ hello: 'world' }, 'the message names no file'],
    [null, 'the message names no file'],
    [{ Records: [{ eventSource: 'aws:kinesis' }] }, 'events of aws:kinesis are not read'],
  ])('a request that is wrong: %j', async (event, message) => {
    await expect(handler(event, context())).rejects.toMatchObject({
      name: 'REQUEST_INVALID',
      message: expect.stringContaining(message) as string,
    })
  })

  it('a config that is wrong, for messages too, without its secrets', async () => {
    configure({ catalogs: { memory: { kind: 'metastore', uris: 'thrift://user:hunter2@hive:9083' } } })
    for (const event of [{ function: 'scan' }, messages({ path: join(lake, FILE) })]) {
      const error = await handler(event, context()).catch((error: unknown) => error)
      expect(error).toMatchObject({ name: 'CONFIG_INVALID' })
      expect(String((error as Error).stack)).not.toContain('hunter2')
    }
  })

  it('a server that cannot be reached', async () => {
    configure({ catalogs: { hive: { kind: 'metastore', uris: `thrift://127.0.0.1:${await closedPort()}` } } })
    await expect(handler({ function: 'scan' }, context())).rejects.toMatchObject({ name: 'UNAVAILABLE' })
  })
})
