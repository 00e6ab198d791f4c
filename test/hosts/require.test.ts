/** What each host makes of a partition that is required to be queryable and is not. */
import { rm } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import { answerEvent, answerOutcome } from '../../shared/hosts/answer.ts'
import { createProgram } from '../../shared/hosts/cli/program.ts'
import { sync as action } from '../../shared/hosts/openwhisk.ts'
import { loadFunction } from '../../shared/hosts/registry.ts'
import { lay, makeLake } from '../support/hosts.ts'
import { testLake } from '../support/lake.ts'

const GOOD = '2026/11/20/06'
const HELD = '2026/11/20/08'

let location: string
let config: Record<string, unknown>
beforeAll(async () => {
  location = await makeLake()
  await lay(location, 'orders/wrong.parquet', `orders/${HELD}/part-0.parquet`)
  config = {
    lakes: [{ location, createDatabase: true }],
    catalogs: { memory: { kind: 'memory' } },
    log: { level: 'silent' },
  }
})
afterAll(() => rm(location, { recursive: true }))

describe('as an HTTP answer', () => {
  async function answers(hour: string) {
    const { lake, put } = testLake()
    put('orders/2019/09/01/01/a.parquet', 'v1')
    put('orders/2019/09/01/02/a.parquet', 'text')
    const { invoke } = await loadFunction('sync')
    const params = { table: 'orders', partitions: `2019/09/01/${hour}`, require: true }
    const outcome = await invoke({ id: 'r', params }, { lakes: async () => [lake], log: openLog('silent') })
    return [answerOutcome(outcome), answerEvent(outcome)] as const
  }

  it('it is 424, which no broker repeats, with the reason, to events too', async () => {
    const [answer, toEvent] = await answers('02')
    expect(answer).toMatchObject({
      status: 424,
      headers: {},
      body: {
        status: 'unmet',
        error: { code: 'NOT_QUERYABLE', retryable: false },
        report: { unmet: [{ table: 'golden.orders', partition: '2019/09/01/02', code: 'NOT_PARQUET' }] },
      },
    })
    expect(toEvent).toEqual(answer)
  })

  it('is 200 where nothing is amiss', async () => {
    const [answer] = await answers('01')
    expect(answer).toMatchObject({ status: 200, body: { status: 'ok', report: { unmet: [] } } })
  })
})

describe('on OpenWhisk', () => {
  const run = (partition: string, more: object = {}) =>
    action({ GOLDSYNC_CONFIG: config, table: 'orders', partitions: partition, ...more })

  it('it is an application error with a status', async () => {
    await run(GOOD)
    expect(await run(HELD, { require: true })).toMatchObject({
      status: 'unmet',
      error: { code: 'NOT_QUERYABLE', statusCode: 424 },
      report: { tables: [{ named: [{ partition: HELD, state: 'held' }] }] },
    })
    expect(await run(GOOD, { require: true })).not.toHaveProperty('error')
    expect(await run(HELD)).not.toHaveProperty('error')
  })
})

describe('on the command line', () => {
  const silent = {
    note: () => {},
    paint: (_: string, text: string) => text,
    redraw: undefined,
  }

  async function goldsync(...args: string[]) {
    const lines: string[] = []
    process.env.GOLDSYNC_CONFIG = JSON.stringify(config)
    try {
      const program = createProgram({ ...silent, print: line => lines.push(line) })
      await program.parseAsync(['node', 'goldsync', ...args, '--log-level', 'silent'])
      return { status: Number(process.exitCode ?? 0), text: lines.join('\n') }
    } finally {
      delete process.env.GOLDSYNC_CONFIG
    }
  }
  afterEach(() => {
    process.exitCode = undefined
  })

  it('it is exit status 4, and a line that says what and why', async () => {
    const { status, text } = await goldsync('sync', 'orders', '-p', GOOD, HELD, '--require')
    expect(status).toBe(4)
    expect(text).toMatch(/cannot be queried: golden\.orders 2026\/11\/20\/08 in memory: /)
    expect(text).toMatch(/2026\/11\/20\/06: registered\n.*2026\/11\/20\/08: held/)
  })

  it('is 0 where it is not required, or can be queried', async () => {
    expect((await goldsync('sync', 'orders', '-p', HELD)).status).toBe(0)
    expect((await goldsync('sync', 'orders', '-p', GOOD, '--require')).status).toBe(0)
  })

  it('cannot be asked of a plan', async () => {
    const { status, text } = await goldsync('sync', 'orders', '--require', '--dry-run', '--json')
    expect([status, text]).toEqual([1, expect.stringContaining('a dry run makes nothing queryable')])
  })
})
