/** Mistakes that only a run meets, as somebody makes them at the command line: what it then prints, and how it ends. */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { invoke } from '../../shared/hosts/cli/invoke.ts'
import type { Terminal } from '../../shared/hosts/cli/terminal.ts'
import { showError } from '../../shared/hosts/cli/text/error.ts'

const DEFAULTS = { dryRun: false, json: false, verbose: false, quiet: false, logLevel: 'silent' } as const

interface Said {
  readonly status: number
  readonly text: string
}

/** What the command prints, a config in GOLDSYNC_CONFIG. */
async function said(config: string, name: 'scan' | 'plan' | 'sync' = 'scan', params = {}): Promise<Said> {
  vi.stubEnv('GOLDSYNC_CONFIG', config)
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  const terminal: Terminal = { print: write, note: write, paint: (_, text) => text, redraw: undefined }
  const status = await invoke(name, params, DEFAULTS, terminal).catch(error => {
    showError(terminal, error, false)
    return 1
  })
  return { status, text: lines.join('\n') }
}

/** A folder with the same real file at each path. */
async function lakeOf(...paths: string[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'goldsync-mistake-'))
  onTestFinished(() => rm(root, { recursive: true }))
  for (const path of paths) {
    await mkdir(join(root, dirname(path)), { recursive: true })
    await cp('test/fixtures/orders/v1.parquet', join(root, path))
  }
  return root
}

const config = (location: string, lake = {}, more = {}) =>
  JSON.stringify({
    lakes: [{ location, createDatabase: true, ...lake }],
    catalogs: { hive: { kind: 'memory' } },
    ...more,
  })

const HOUR = 'orders/2026/11/20/07/a.parquet'
const DAY = 'orders/2026/11/20/a.parquet'

type Row = readonly [mistake: string, run: () => Promise<Said>, says: RegExp, toDo: RegExp]

const fails: readonly Row[] = [
  [
    'a layout of hours for a lake of days',
    async () => said(config(await lakeOf(DAY))),
    /layout \{topic\}\/\{yyyy\}\/\{MM\}\/\{dd\}\/\{HH\} fits no topic of .*folders such as orders\/2026\/11\/20/,
    /set layout: "\{topic\}\/\{yyyy\}\/\{MM\}\/\{dd\}"/,
  ],
  [
    'hdfs:/x',
    () => said(config('hdfs:/golden')),
    /lakes\[0\]\.location: .*names no NameNode/,
    /write hdfs:\/\/NAMENODE\/golden/,
  ],
  [
    'hdfs:///x',
    () => said(config('hdfs:///golden')),
    /lakes\[0\]\.location: .*names no NameNode/,
    /write hdfs:\/\/NAMENODE\/golden/,
  ],
  [
    'a path that is not there',
    async () => said(config(join(await lakeOf(), 'nothing'))),
    /\/nothing does not exist/,
    /check the location of the lake/,
  ],
  [
    'a database that is not there, at a scan',
    async () => said(config(await lakeOf(HOUR), { createDatabase: false })),
    /database golden does not exist in hive/,
    /create it, or .*createDatabase: true/,
  ],
  [
    'a database that is not there, at a plan',
    async () => said(config(await lakeOf(HOUR), { createDatabase: false }), 'plan'),
    /database golden does not exist in hive/,
    /create it, or .*createDatabase: true/,
  ],
  [
    'a lake that is a file',
    async () => said(config(join(await lakeOf(HOUR), HOUR))),
    /a\.parquet is not a directory/,
    /check the location of the lake/,
  ],
  [
    'a root that is one level too deep',
    async () => said(config(join(await lakeOf(HOUR), 'orders'))),
    /fits no topic of .*orders.*they fit it from another root/,
    /one level too deep, perhaps.*set it to the folder above/,
  ],
  [
    'a root that is one level too high',
    async () => said(config(await lakeOf('zone/orders/2026/11/20/07/a.parquet'))),
    /fits no topic of .*folders such as zone\/orders\/2026/,
    /the root is too high, perhaps: set it to .*\/zone/,
  ],
  [
    'an empty config',
    () => said('{}'),
    /lakes: is missing: expected a list\n\s+catalogs: is missing: expected a map/,
    /docs\/configuration\.md/,
  ],
  [
    'no catalogs',
    () => said('lakes: [{location: /lake}]'),
    /catalogs: is missing: expected a map/,
    /docs\/configuration\.md/,
  ],
  [
    'a kind of catalog that is none',
    () => said('lakes: [{location: /lake}]\ncatalogs: {hive: {kind: hive}}'),
    /catalogs\.hive\.kind: expected one of duckdb, glue, hiveserver2.*not "hive"/,
    /docs\/configuration\.md/,
  ],
  [
    'a kind of engine that is none',
    () => said(config('/lake', {}, { engines: { i: { kind: 'impala' } } })),
    /engines\.i\.kind: expected one of trino, presto, hive, not "impala"/,
    /docs\/configuration\.md/,
  ],
  [
    'two topics, one table name',
    async () => said(config(await lakeOf('a.b/2026/11/20/07/a.parquet', 'a-b/2026/11/20/07/a.parquet'))),
    /topic "a\.b" is not synced: its table a_b is also the table of "a-b"/,
    /tables\.rename: \{"a\.b": a_b_2\}, or leave it out with tables\.exclude/,
  ],
  [
    'a table that no topic has',
    async () => said(config(await lakeOf(HOUR)), 'sync', { table: 'ordres' }),
    /no topic .*becomes, the table ordres/,
    /topics: orders; tables\.include and tables\.exclude/,
  ],
  [
    'a partition of too few values',
    async () => said(config(await lakeOf(HOUR)), 'sync', { table: 'orders', partitions: ['2026/11/20'] }),
    /"2026\/11\/20" names no partition: it has 3 of 4 values/,
    /year\/month\/day\/hour/,
  ],
]

describe('ends with 1, and says what, where and what to do', () => {
  it.each(fails)('%s', async (_, run, says, toDo) => {
    const { status, text } = await run()
    expect(text).toMatch(says)
    expect(text).toMatch(toDo)
    expect(status).toBe(1)
    // What a config or a lake lacks is no bug, and nobody is told to take data away.
    expect(text).not.toMatch(/INTERNAL|remove the folder|delete the folder/)
  })
})

describe('is told, and the rest is done', () => {
  it('a column that is named like a partition key: once, however many files have it', async () => {
    const root = await lakeOf('orders/a/1.parquet', 'orders/a/2.parquet', 'orders/b/1.parquet')
    const { status, text } = await said(config(root, { layout: '{topic}/{amount}' }))
    expect(text.match(/PARTITION_KEY_COLUMN/g)).toHaveLength(1)
    expect(text).toMatch(/amount is named like a partition key/)
    expect(status).toBe(0)
  })

  it('a layout that fits one topic, and another one not', async () => {
    const { status, text } = await said(config(await lakeOf(HOUR, 'daily/2026/11/20/a.parquet')))
    expect(text).toMatch(/LAYOUT_MISMATCH.*fits no folder of topic daily.*they suggest \{topic\}/)
    expect(text).toMatch(/give the topic a lake of its own/)
    expect(status).toBe(0)
  })
})
