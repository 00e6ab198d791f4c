import { access, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Report } from '../../shared/run/report.ts'
import { type Ended, lay, makeLake, runNode, startNode } from '../support/hosts.ts'
import { faultsOf } from '../support/output.ts'
import { s3, s3Storage } from '../support/s3.ts'
import { shipped } from '../support/shipped.ts'
import { describeStack } from '../support/stack.ts'

let program: string
beforeAll(async () => {
  program = resolve(await shipped('cli'), 'goldsync.mjs')
})

const goldsync = (...args: string[]): Promise<Ended> => runNode([program, ...args])
function json(ended: Ended, definition = 'RunOutput'): Report {
  const output = JSON.parse(ended.stdout) as Report
  expect(faultsOf(definition, output)).toEqual([])
  return output
}

async function onLake(): Promise<{ lake: string; options: string[] }> {
  const lake = await makeLake()
  return {
    lake,
    options: ['--lake', lake, '--catalog', `${lake}.duckdb`, '--log-level', 'silent'],
  }
}

describe('goldsync init', () => {
  /** A layout that is not the default, whose hours are those of Shanghai. */
  async function lakeOfDays(): Promise<string> {
    const lake = await makeLake()
    const parquet = await readFile('test/fixtures/orders/v1.parquet')
    for (const topic of ['web-events', 'payments'])
      for (const day of ['2026-11-20_06', '2026-11-21_22']) {
        const file = join(lake, 'golden', topic, 'parquet', day, 'part-0.parquet')
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, parquet)
        const time = new Date(`${day.replace('_', 'T')}:20:00+08:00`)
        await utimes(file, time, time)
      }
    return join(lake, 'golden')
  }

  it('proposes a config that a plan takes at once, and writes it only when told', async () => {
    const lake = await lakeOfDays()
    const cwd = dirname(lake)
    const here = (...args: string[]) => runNode([program, ...args], { cwd })
    const file = join(cwd, 'goldsync.yaml')
    const shown = await here('init', lake)
    expect(shown).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('{topic}/parquet/{yyyy}-{MM}-{dd}_{HH}'),
    })
    expect(shown.stdout).toContain('Asia/Shanghai')
    await expect(access(file)).rejects.toThrow()
    expect((await here('init', lake, '--write')).status).toBe(0)
    expect((await here('init', lake, '--write')).status).toBe(1)
    expect((await here('init', lake, '--write', '--force')).status).toBe(0)
    expect((await here('check')).status).toBe(0)
    const plan = await here('plan', '--json')
    expect([plan.status, json(plan).failures, json(plan).tables.map(({ outcome }) => outcome)]).toEqual([
      2,
      [],
      ['planned', 'planned'],
    ])
    expect(json(plan).tables.flatMap(({ diagnostics }) => diagnostics)).toEqual([])
  })

  it('prints JSON by the schema, and exits with 1 where no layout can be told', async () => {
    const lake = await lakeOfDays()
    const output = await goldsync('init', lake, '--json')
    expect(json(output, 'InitOutput')).toMatchObject({ lakes: [{ timeZone: { value: 'Asia/Shanghai' } }] })
    const none = await goldsync('init', join(lake, 'payments', 'parquet', '2026-11-20_06'), '--json')
    expect(none.status).toBe(1)
    expect(json(none, 'InitOutput')).not.toHaveProperty('config')
  })
})

describe('goldsync check', () => {
  it('exits with 0 where a run has what it needs, and with 1 where a folder is missing', async () => {
    const { options, lake } = await onLake()
    const well = await goldsync('check', ...options)
    expect(well).toMatchObject({ status: 0, stdout: expect.stringContaining('a run has what it needs') })
    const wrong = await goldsync('check', '--lake', `${lake}/nope`, '--catalog', `${lake}.duckdb`)
    expect(wrong).toMatchObject({ status: 1, stdout: expect.stringContaining('what to do:') })
  })

  it('prints JSON by the schema, of a config that is not valid too', async () => {
    const { options, lake } = await onLake()
    const well = await goldsync('check', '--json', ...options)
    expect(json(well, 'CheckOutput')).toMatchObject({ version: 1, ok: true })
    await writeFile(`${lake}.yaml`, 'lakes: []')
    const wrong = await goldsync('check', '--json', '--config', `${lake}.yaml`)
    expect(wrong.status).toBe(1)
    expect(json(wrong, 'CheckOutput')).toMatchObject({
      ok: false,
      checks: [{ area: 'config', state: 'failed' }, { state: 'notAsked' }],
    })
  })
})

describe('commands for operators', () => {
  const configured = async (tables: object = {}) => {
    const { lake } = await onLake()
    const write = async (tables: object): Promise<void> => {
      const catalogs = { duckdb: { kind: 'duckdb', file: `${lake}.duckdb` } }
      const config = { lakes: [{ location: lake, createDatabase: true, tables }], catalogs }
      await writeFile(`${lake}.json`, JSON.stringify(config))
    }
    await write(tables)
    const run = (...args: string[]) => goldsync(...args, '--config', `${lake}.json`, '--log-level', 'silent')
    expect((await run('scan')).status).toBe(0)
    return { lake, run, write }
  }

  it('rename a table once the config names it so, and the next scan has nothing to do', async () => {
    const { run, write } = await configured()
    const early = await run('rename', 'orders', 'sales')
    expect(early).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('tables.rename: {"orders": sales}'),
    })
    await write({ rename: { orders: 'sales' } })
    const second = await run('scan')
    expect(second).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('goldsync rename golden.orders sales'),
    })
    expect((await run('rename', 'orders', 'sales', '--dry-run')).stdout).toContain(
      'rename the table to sales',
    )
    expect((await run('rename', 'orders', 'sales')).status).toBe(0)
    const after = await run('scan', '--json')
    expect(json(after).tables).toMatchObject([{ table: 'golden.sales', outcome: 'unchanged' }])
  })

  it('forget a table once the config leaves its topic out', async () => {
    const { run, write } = await configured()
    expect((await run('forget', 'orders')).stderr).toContain('tables.exclude: ["orders"]')
    await write({ exclude: ['orders'] })
    const forgotten = await run('forget', 'orders', '--json')
    expect(forgotten.status).toBe(0)
    expect(json(forgotten).tables).toMatchObject([{ outcome: 'changed', partitions: { altered: 2 } }])
    expect(json(await run('forget', 'golden.orders', '--json')).tables).toMatchObject([
      { outcome: 'unchanged' },
    ])
  })

  it('prune what has vanished, within the limits that are given', async () => {
    const { lake, run } = await configured()
    await rm(join(lake, 'orders/2026/11/20/07'), { recursive: true })
    const refused = await run('prune')
    expect(refused).toMatchObject({ status: 1, stdout: expect.stringContaining('--most') })
    const pruned = await run('prune', 'orders', '--most', '1', '--share', '0.5', '--json')
    expect(pruned.status).toBe(0)
    expect(json(pruned).tables).toMatchObject([{ partitions: { dropped: 1 } }])
    expect((await run('prune', '--share', 'half')).status).toBe(1)
  })

  it('say in their help what has to be done before', async () => {
    expect((await goldsync('forget', '--help')).stdout).toContain('tables.exclude')
    expect((await goldsync('rename', '--help')).stdout).toContain('tables.rename')
    expect((await goldsync('prune', '--help')).stdout).toContain('never touched')
  })
})

describe('goldsync scan', () => {
  it('makes tables of a folder, and finds nothing to do the second time', async () => {
    const { options } = await onLake()
    const first = await goldsync('scan', '--json', ...options)
    expect(first).toMatchObject({ status: 0, stderr: '' })
    expect(json(first).tables).toMatchObject([
      { topic: 'orders', outcome: 'changed', partitions: { added: 2 } },
    ])
    const second = await goldsync('scan', '--json', ...options)
    expect(second.status).toBe(0)
    expect(json(second).tables).toMatchObject([{ outcome: 'unchanged', steps: [] }])
  })

  it('holds back an incompatible file, says why, and is done all the same', async () => {
    const { lake, options } = await onLake()
    await lay(lake, 'orders/wrong.parquet', 'orders/2026/11/20/07/part-1.parquet')
    const ended = await goldsync('scan', ...options)
    expect(ended.stdout).toContain('part-1.parquet')
    expect(ended.stdout).toContain('fix: ')
    expect(ended.status).toBe(0)
  })

  it('writes nothing in a dry run', async () => {
    const { lake, options } = await onLake()
    expect((await goldsync('scan', '--dry-run', ...options)).status).toBe(0)
    await expect(access(`${lake}.duckdb`)).rejects.toThrow('ENOENT')
  })

  it.each([
    ['--catalog', './test.duckdb'],
    ['--layout', '{topic}/{yyyy}'],
  ])(
    'refuses %s without --lake, which the goldsync.yaml beside it would make nothing of',
    async (option, value) => {
      for (const command of [['scan', 'orders'], ['plan'], ['status']]) {
        const ended = await goldsync(option, value, ...command)
        expect(ended).toMatchObject({ status: 64, stdout: '' })
        expect(ended.stderr).toContain(`'${option}' counts only with '--lake <dir>'`)
      }
    },
  )

  it('ends with 1 and one paragraph where the lake is not there', async () => {
    const ended = await goldsync('scan', '--lake', '/there/is/no/such/lake', '--log-level', 'silent')
    expect(ended.status).toBe(1)
    expect(ended.stdout + ended.stderr).toContain('/there/is/no/such/lake')
    expect(ended.stdout + ended.stderr).not.toMatch(/^\s+at /m)
  })
})

describe('--json', () => {
  it('is as the schema of outputs says, of each command and of each failure', async () => {
    const { lake, options } = await onLake()
    await lay(lake, 'orders/truncated.parquet', 'orders/2026/11/20/08/part-0.parquet').catch(() => undefined)
    json(await goldsync('plan', '--json', ...options))
    json(await goldsync('scan', '--json', ...options))
    json(await goldsync('sync', 'orders', '--json', '-p', '2026/11/20/07', ...options))
    json(await goldsync('status', '--json', ...options), 'StatusOutput')
    json(await goldsync('sync', 'ordres', '--json', ...options), 'ErrorOutput')
    json(await goldsync('scan', '--json', '--config', '/there/is/none.yaml'), 'ErrorOutput')
    json(await goldsync('scan', '--json', '--lake', '/there/is/no/such/lake'))
  })
})

describe('where nobody watches', () => {
  it('a run writes no log, unless the config asks for it, and audits into the file that it names', async () => {
    const { lake } = await onLake()
    const config = (log: object) =>
      JSON.stringify({
        lakes: [{ location: lake }],
        catalogs: { duckdb: { kind: 'duckdb', file: `${lake}.duckdb` } },
        log,
      })
    const run = (log: object) =>
      runNode([program, 'scan', '--mode', 'full'], { env: { ...process.env, GOLDSYNC_CONFIG: config(log) } })
    const first = await run({ audit: `${lake}.audit` })
    expect(first).toMatchObject({ status: 0, stderr: '' })
    expect(first.stdout).toMatch(/^1 table created, 2 partitions added; /m)
    const audited = (await readFile(`${lake}.audit`, 'utf8')).trim().split('\n')
    expect(audited.map(line => (JSON.parse(line) as { change: string }).change)).toContain('addPartitions')
    await lay(lake, 'orders/v1.parquet', 'orders/2026/11/20/09/part-0.parquet')
    const logged = await run({ level: 'info' })
    expect(logged.stderr).toContain('"audit":true')
    await lay(lake, 'orders/v1.parquet', 'orders/2026/11/20/10/part-0.parquet')
    expect((await run({ level: 'debug' })).stderr).toContain('"operation":"list"')
  })

  it('a quiet run says nothing, until something is wrong, and then once', async () => {
    const { lake, options } = await onLake()
    const quiet = ['--quiet', '--lake', lake, '--catalog', `${lake}.duckdb`]
    expect(await goldsync('scan', ...quiet)).toEqual({ status: 0, stdout: '', stderr: '' })
    await lay(lake, 'orders/wrong.parquet', 'orders/2026/11/20/07/part-1.parquet')
    const ended = await goldsync('scan', '-q', '--mode', 'full', ...options)
    expect([ended.status, ended.stderr]).toEqual([0, ''])
    expect(ended.stdout).toContain('part-1.parquet')
    const missing = await goldsync('scan', '-q', '--lake', '/there/is/no/such/lake')
    expect([missing.status, missing.stderr]).toEqual([1, ''])
    expect(
      missing.stdout.match(/no such file|does not exist|not there|NOT_FOUND/gi)?.length,
    ).toBeLessThanOrEqual(1)
  })
})

describe('goldsync plan', () => {
  it('takes several tables, and shows statements where they are asked for', async () => {
    const { lake, options } = await onLake()
    await lay(lake, 'orders/v1.parquet', 'clicks/2026/11/20/07/part-0.parquet')
    await lay(lake, 'orders/v1.parquet', 'views/2026/11/20/07/part-0.parquet')
    const few = await goldsync('plan', 'orders', 'clicks', ...options)
    expect(few.status).toBe(2)
    expect(few.stdout).toContain('golden.orders')
    expect(few.stdout).toContain('golden.clicks')
    expect(few.stdout).not.toContain('golden.views')
    expect(few.stdout).not.toMatch(/create or replace/i)
    expect(few.stdout).toMatch(/^2 tables to create, 3 partitions to add; /m)
    expect((await goldsync('plan', '-v', 'orders', ...options)).stdout).toMatch(/create /i)
  })

  it('ends with 2 and shows the statements while there are changes to make, then with 0', async () => {
    const { options } = await onLake()
    const before = await goldsync('plan', ...options)
    expect(before.status).toBe(2)
    expect(before.stdout).toMatch(/create table/i)
    await goldsync('scan', ...options)
    expect(await goldsync('plan', ...options)).toMatchObject({ status: 0 })
  })
})

describe('goldsync sync', () => {
  it('adds one named partition', async () => {
    const { lake, options } = await onLake()
    await goldsync('scan', ...options)
    await lay(lake, 'orders/v2.parquet', 'orders/2026/11/20/08/part-0.parquet')
    await lay(lake, 'orders/v2.parquet', 'orders/2026/11/20/09/part-0.parquet')
    const ended = await goldsync('sync', 'orders', '--partition', '2026/11/20/08', '--json', ...options)
    expect(json(ended).tables).toMatchObject([{ partitions: { added: 1 } }])
  })

  it('names the topics that there are when it is asked for another', async () => {
    const { options } = await onLake()
    const ended = await goldsync('sync', 'ordres', ...options)
    expect(ended.status).toBe(1)
    expect(ended.stderr).toContain('ordres')
    expect(ended.stderr).toContain('topics: orders')
  })
})

describe('goldsync status', () => {
  it('tells where each table stands, and what waits', async () => {
    const { lake, options } = await onLake()
    await goldsync('scan', ...options)
    await lay(lake, 'orders/wrong.parquet', 'orders/2026/11/20/08/part-0.parquet')
    await lay(lake, 'orders/v1.parquet', 'clicks/2026/11/20/06/part-0.parquet')
    await goldsync('scan', 'orders', '--mode', 'full', ...options)
    const ended = await goldsync('status', ...options)
    expect(ended).toMatchObject({ status: 0, stderr: '' })
    const time = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\dZ'
    expect(ended.stdout).toMatch(
      new RegExp(
        [
          '^table +catalog +state +last change +by a full scan +waiting',
          'golden\\.clicks +duckdb +no table',
          '    there is a folder, and no table of it: .* \\(goldsync plan clicks says which\\)',
          `golden\\.orders +duckdb +synced +${time} +${time} +1`,
          `    waits: 2026/11/20/08: INCOMPATIBLE_TYPE part-0.parquet, since ${time}`,
          '    what to do \\(INCOMPATIBLE_TYPE\\): .*',
          `.*: last scan of all tables ${time}; last full one: none with --mode full is known of; .* \\(kept on golden.orders\\)\n$`,
        ].join('\n'),
      ),
    )
  })

  it('prints JSON of the tables that are named, and refuses those that are not there', async () => {
    const { options } = await onLake()
    const ended = await goldsync('status', 'orders', '--json', ...options)
    expect(JSON.parse(ended.stdout)).toMatchObject({
      tables: [{ table: 'golden.orders', state: 'noTable' }],
      failures: [],
    })
    expect(await goldsync('status', 'ordres', ...options)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('ordres'),
    })
  })

  it('ends with 1 where a lake cannot be asked', async () => {
    const ended = await goldsync('status', '--lake', '/there/is/no/such/lake', '--log-level', 'silent')
    expect(ended).toMatchObject({ status: 1, stdout: expect.stringContaining('/there/is/no/such/lake') })
  })
})

describe('goldsync schema', () => {
  it('prints one JSON object a line, and ends with 1 where a file is rejected', async () => {
    const { lake } = await onLake()
    const broken = join(lake, 'broken.parquet')
    await writeFile(broken, 'PAR1 and no more')
    const good = 'test/fixtures/orders/v2.parquet'
    const ended = await goldsync('schema', good, broken, '--json')
    const [first, second] = ended.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as unknown)
    expect(first).toMatchObject({
      file: good,
      rows: 2,
      columns: [
        { name: 'id', type: 'bigint' },
        { name: 'amount', type: 'double' },
        { name: 'note', type: 'string' },
      ],
    })
    expect(second).toMatchObject({ file: broken, error: { code: expect.any(String) } })
    expect(ended.status).toBe(1)
    expect((await goldsync('schema', good)).status).toBe(0)
  })
})

describeStack(['glue'], 'goldsync schema on S3', () => {
  const bucket = 'goldsync-cli'
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL_S3: s3Storage.endpoint,
    AWS_ACCESS_KEY_ID: s3Storage.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3Storage.secretAccessKey,
  }

  it('describes what it can read, as the environment says', async () => {
    await s3.bucket(bucket)
    await s3.put(bucket, 'a b/v2.parquet', await readFile('test/fixtures/orders/v2.parquet'))
    const files = [`s3://${bucket}/a b/v2.parquet`, `s3a://${bucket}/none`, 'test/fixtures/orders/v2.parquet']
    const ended = await runNode([program, 'schema', '--json', ...files], { env })
    const [there, missing, local] = ended.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(there).toMatchObject({ file: files[0], rows: 2 })
    expect(missing).toMatchObject({ file: files[1], error: { code: 'NOT_FOUND' } })
    expect(there.columns).toEqual(local.columns)
    // The SDK has a warning for Node 20, which is ours to mind.
    expect(ended).toMatchObject({ status: 1, stderr: '' })
    await s3.clear(bucket)
  })
})

describe('goldsync serve', () => {
  it('serves the same functions over HTTP until it is told to end', async () => {
    const { options } = await onLake()
    const server = await startNode([program, 'serve', '--port', '0', ...options], line => {
      const port = /serves on port (\d+)/.exec(line)?.[1]
      return port === undefined ? undefined : Number(port)
    })
    const response = await fetch(`${server.url}/invoke/scan`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect(await response.json()).toMatchObject({
      status: 'ok',
      report: { tables: [{ outcome: 'changed' }] },
    })
    expect(await server.stop()).toBe(0)
  })

  // Linux answers on all of 127.0.0.0/8 where a program listens on all addresses.
  it.runIf(process.platform === 'linux').each([
    [[], 'refused'],
    [['--host', '127.0.0.1'], 'refused'],
    [['--host', '0.0.0.0'], 200],
  ])('with %j is reached by another address of the machine: %s', async (host, expected) => {
    const { options } = await onLake()
    const server = await startNode([program, 'serve', '--port', '0', ...host, ...options], line => {
      const port = /serves on port (\d+)/.exec(line)?.[1]
      return port === undefined ? undefined : Number(port)
    })
    const ask = (address: string) =>
      fetch(`http://${address}:${new URL(server.url).port}/health`).then(
        ({ status }) => status,
        () => 'refused',
      )
    expect(await ask('127.0.0.2')).toBe(expected)
    expect(await ask('127.0.0.1')).toBe(200)
    await server.stop()
  })
})

describe('the command line', () => {
  it('suggests the command that was meant, and ends with 64', async () => {
    const ended = await goldsync('scna')
    expect(ended).toMatchObject({ status: 64, stdout: '' })
    expect(ended.stderr).toContain('Did you mean scan?')
  })

  it('refuses an unknown option, a missing argument and a mode that is none', async () => {
    for (const args of [
      ['scan', '--fast'],
      ['sync'],
      ['scan', '--mode', 'some'],
      ['serve', '--port', 'http'],
    ])
      expect((await goldsync(...args)).status, args.join(' ')).toBe(64)
  })

  it('tells its version and its commands', async () => {
    expect((await goldsync('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    const help = await goldsync('--help')
    expect(help.status).toBe(0)
    for (const command of ['scan', 'sync', 'plan', 'status', 'schema', 'serve', 'demo'])
      expect(help.stdout).toContain(command)
  })

  it('names the key of a config that is wrong', async () => {
    const { lake } = await onLake()
    const file = join(lake, 'goldsync.yaml')
    await writeFile(file, 'lakes:\n  - location: /golden\n    layuot: "{topic}"\n')
    const ended = await goldsync('scan', '--config', file)
    expect(ended.status).toBe(1)
    expect(ended.stderr).toContain('layuot')
  })
})

describe('goldsync demo', () => {
  it('works twice, and leaves foreign files alone', async () => {
    const cwd = await makeLake()
    const first = await runNode([program, 'demo'], { cwd })
    expect(first, first.stderr).toMatchObject({ status: 0, stderr: '' })
    expect(first.stdout).toMatch(/rows, \d+ ms after the file was closed/)
    await writeFile(join(cwd, 'demo', 'notes.txt'), 'mine')
    expect(await runNode([program, 'demo'], { cwd })).toMatchObject({ status: 0, stderr: '' })
    expect(await readdir(join(cwd, 'demo'))).toContain('notes.txt')
  }, 120_000)

  it('touches no ./demo that it did not make', async () => {
    const cwd = await makeLake()
    await lay(cwd, 'orders/v1.parquet', 'demo/golden/orders/2026/11/20/06/mine.parquet')
    const ended = await runNode([program, 'demo'], { cwd })
    expect(ended.status).toBe(1)
    expect(ended.stderr).toContain('was not made by the demo')
    await access(join(cwd, 'demo/golden/orders/2026/11/20/06/mine.parquet'))
  })
})
