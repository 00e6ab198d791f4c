/** Held, damaged, missing and foreign: what the duckdb catalog says, and what it leaves as it was. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openDuckdb } from '../../shared/catalogs/duckdb/duckdb.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import type { Table } from '../../shared/schema/table.ts'
import { duckdb, holdDuckdb, writeParquet } from '../support/duckdb.ts'
import { columns } from '../support/types.ts'
import { ENDLESS, eventually } from '../support/waiting.ts'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'goldsync-duckdb-'))
  file = join(folder, 'catalog.duckdb')
})
afterEach(() => rm(folder, { recursive: true }))

const catalog = (wait = 0) => openDuckdb('duckdb', { kind: 'duckdb', file, wait })
const apply = (...changes: Change[]) => catalog().apply(catalog().plan(orders().name, changes))
const orders = (name = 'orders'): Table => ({
  name: { database: 'golden', name },
  kind: 'external',
  format: 'parquet',
  columns: columns('id int'),
  partitionKeys: columns('key string'),
  location: join(folder, 'orders'),
  parameters: {},
})
const create = (table = orders()): Change => ({ kind: 'createTable', table })
const of = { table: { database: 'golden', name: 'orders' }, partitionKeys: columns('key string') }
const change = (kind: 'addPartitions' | 'alterPartitions', value: string, ...files: DataFile[]): Change => ({
  kind,
  ...of,
  partitions: [
    {
      values: [value],
      location: join(folder, 'orders', value),
      columns: columns('id int'),
      parameters: {},
      files,
    },
  ],
})
const write = (name: string, rows = 1) =>
  writeParquet(
    join(folder, 'orders', name),
    `select range::integer as id from range(${rows})`,
    columns('id int'),
  )
const rows = async () => (await duckdb('select count(*)::int as rows from golden.orders', file))[0]?.rows

/** Runs SQL on the catalog file as its owner may do. */
async function byHand(sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  await connection.run(sql)
  connection.closeSync()
  instance.closeSync()
}

describe('a file that another process holds', () => {
  it('is named with the process, and nothing is lost', async () => {
    await apply(create())
    const holder = await holdDuckdb(file)
    const applying = apply({ kind: 'setParameters', table: orders().name, parameters: { a: 'b' } })
    await expect(applying).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true })
    await expect(applying).rejects.toThrow(`${file} is held by`)
    await expect(applying).rejects.toThrow(`(PID ${holder.pid})`)
    await holder.release()
    expect(await catalog().inspect(orders().name)).toEqual(orders())
  })

  it('can be read while the other only reads, but not written', async () => {
    await apply(create())
    const holder = await holdDuckdb(file, 'READ_ONLY')
    expect(await catalog().inspect(orders().name)).toEqual(orders())
    await expect(apply(create(orders('other')))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      hint: expect.stringContaining('-readonly'),
    })
    await holder.release()
  })

  /** Until the file was found held, and it was tried again. */
  function waiting(): () => Promise<unknown> {
    const tries = vi.spyOn(DuckDBInstance, 'create')
    return () => eventually(() => expect(tries.mock.calls.length).toBeGreaterThan(1))
  }

  it('is waited for', async () => {
    await apply(create())
    const holder = await holdDuckdb(file)
    const isWaitedFor = waiting()
    const inspecting = catalog(ENDLESS).inspect(orders().name)
    await isWaitedFor()
    await holder.release()
    expect(await inspecting).toEqual(orders())
  })

  it('is not waited for once the caller has given up', async () => {
    const holder = await holdDuckdb(file)
    const isWaitedFor = waiting()
    const controller = new AbortController()
    const inspecting = catalog(ENDLESS).inspect(orders().name, { signal: controller.signal })
    void isWaitedFor().then(() => controller.abort())
    await expect(inspecting).rejects.toMatchObject({ code: 'ABORTED' })
    await holder.release()
  })
})

describe('a file that is no catalog', () => {
  it('is said to be damaged, and is left as it is', async () => {
    await writeFile(file, 'these are the notes of my holiday. '.repeat(200))
    await expect(catalog().inspect(orders().name)).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringContaining(file),
    })
    await expect(apply(create())).rejects.toMatchObject({ code: 'DATA_INVALID' })
  })

  it('is not made by questions', async () => {
    expect(await catalog().inspect(orders().name)).toBeUndefined()
    expect(await catalog().partitions(orders(), { want: 'names' })).toEqual([])
    expect(existsSync(file)).toBe(false)
  })

  it('cannot be made in a folder that does not exist', async () => {
    const lost = openDuckdb('duckdb', { kind: 'duckdb', file: join(folder, 'no', 'where.duckdb'), wait: 0 })
    const plan = lost.plan(orders().name, [create()])
    await expect(lost.apply(plan)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining(join(folder, 'no')),
    })
  })

  it("may be somebody's own database: its tables and views are told apart and left alone", async () => {
    await byHand(
      'create schema golden; create table golden.orders(id int); create view golden.seen as select 1',
    )
    expect(await catalog().inspect(orders().name)).toMatchObject({ kind: 'managed', format: 'duckdb' })
    expect(await catalog().inspect(orders('seen').name)).toMatchObject({ kind: 'view' })
    expect(await catalog().partitions(orders(), { want: 'names' })).toEqual([])
    await expect(apply(create())).rejects.toMatchObject({ code: 'CONFLICT' })
    const ours = orders('ours')
    await catalog().apply(catalog().plan(ours.name, [create(ours)]))
    expect((await catalog().inspect(orders('ours').name))?.kind).toBe('external')
    expect(await rows()).toBe(0)
  })
})

describe('what cannot be shown', () => {
  it.each(['golden', '_goldsync', 'temp'])('is a database called %s in golden.duckdb', database => {
    const named = openDuckdb('duckdb', { kind: 'duckdb', file: join(folder, 'golden.duckdb'), wait: 0 })
    expect(() => named.plan({ database, name: 'orders' }, [])).toThrow(/database .* cannot be in/)
  })

  it('is a lake on HDFS', () => {
    const table = { ...orders(), location: 'hdfs://lake/golden/orders' }
    const moved = { kind: 'moveTable', table: table.name, from: '/lake', to: table.location } as const
    for (const change of [create(table), moved]) {
      expect(() => catalog().plan(table.name, [change])).toThrow('cannot show hdfs://lake/golden/orders')
    }
  })

  it('is a table that lies elsewhere', async () => {
    await apply(create())
    const elsewhere = { ...orders(), location: '/elsewhere' }
    await expect(apply(create(elsewhere))).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('/elsewhere'),
    })
  })
})

describe('files that come and go', () => {
  it('fail the plan that names them when they have vanished before it is applied', async () => {
    await apply(create())
    const gone = await write('a.parquet')
    await rm(gone.path)
    await expect(apply(change('addPartitions', 'a', gone))).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `${gone.path} has vanished since it was listed`,
    })
    expect(await catalog().partitions(orders(), { want: 'names' })).toEqual([])
  })

  it('fail the plan that names them when DuckDB cannot read them', async () => {
    await apply(create())
    const broken = await write('broken.parquet')
    await writeFile(broken.path, 'PAR1 and nothing of the kind PAR1')
    const applying = apply(change('addPartitions', 'a', broken))
    await expect(applying).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringContaining(broken.path),
    })
  })

  it('are left out by the next change when they vanish later', async () => {
    const [a, b] = [await write('a.parquet', 3), await write('b.parquet', 4)]
    await apply(create(), change('addPartitions', 'a', a), change('addPartitions', 'b', b))
    await rm(a.path)
    await expect(rows()).rejects.toThrow(a.path)
    await apply(change('addPartitions', 'c', await write('c.parquet', 5)))
    expect(await rows()).toBe(9)
  })

  it('are exchanged with those that an altered partition names', async () => {
    const [a, b] = [await write('a.parquet', 3), await write('b.parquet', 4)]
    await apply(create(), change('addPartitions', 'a', a))
    await apply(change('alterPartitions', 'a', b))
    expect(await rows()).toBe(4)
  })

  it.each([
    ['some', 1],
    ['all', 2],
  ])('that vanished, %s of a partition, are out of every query once it is altered', async (_, vanished) => {
    const files = [await write('a/1.parquet', 3), await write('a/2.parquet', 4)]
    await apply(create(), change('addPartitions', 'a', ...files))
    await apply(change('addPartitions', 'b', await write('b.parquet', 5)))
    await Promise.all(files.slice(0, vanished).map(({ path }) => rm(path)))
    await expect(rows()).rejects.toThrow('1.parquet')
    await apply(change('alterPartitions', 'a', ...files.slice(vanished)))
    expect(await rows()).toBe(vanished === 1 ? 9 : 5)
    expect(await duckdb("from _goldsync.files where file like '%/a/1.parquet'", file)).toEqual([])
  })

  it('of an unregistered partition are out of every query, and may be gone before', async () => {
    const [a, b] = [await write('a.parquet', 3), await write('b.parquet', 4)]
    await apply(create(), change('addPartitions', 'a', a), change('addPartitions', 'b', b))
    await rm(a.path)
    await apply({ ...of, kind: 'dropPartitions', partitions: [{ values: ['a'] }] })
    expect(await rows()).toBe(4)
    await apply({ ...of, kind: 'dropPartitions', partitions: [{ values: ['b'] }] })
    expect(await rows()).toBe(0)
  })

  it('of a moved partition are those of before until it is altered', async () => {
    const [old, young] = [await write('a/1.parquet', 3), await write('new/1.parquet', 5)]
    await apply(create(), change('addPartitions', 'a', old))
    const [from, to] = [join(folder, 'orders', 'a'), join(folder, 'orders', 'new')]
    await apply({ ...of, kind: 'movePartitions', partitions: [{ values: ['a'], from, to }] })
    expect(await rows()).toBe(3)
    await apply(change('alterPartitions', 'a', young))
    expect(await rows()).toBe(5)
    const [seen] = await catalog().partitions(orders(), { want: 'details', among: [['a']] })
    expect(seen?.location).toBe(to)
  })

  it('leave the view as it is when they are the same', async () => {
    const a = await write('a.parquet', 3)
    await apply(create(), change('addPartitions', 'a', a))
    await byHand("create or replace view golden.orders as select 'by hand'")
    await apply(create(), change('addPartitions', 'a', a), change('alterPartitions', 'a', a))
    await apply({ kind: 'setParameters', table: orders().name, parameters: { mark: 'now' } })
    expect(await duckdb('from golden.orders', file)).toEqual([{ "'by hand'": 'by hand' }])
    await apply(change('alterPartitions', 'a', a, await write('b.parquet')))
    expect(await rows()).toBe(4)
  })
})

describe('many callers in one process', () => {
  it('take turns', async () => {
    const tables = Array.from({ length: 8 }, (_, at) => orders(`t${at}`))
    await Promise.all(
      tables.map(async table => {
        const own = catalog()
        await own.apply(own.plan(table.name, [create(table)]))
        expect(await own.inspect(table.name)).toEqual(table)
      }),
    )
  })
})

describe('a plan', () => {
  it('is what people would write, with long lists cut', async () => {
    const about = { size: 1, modified: 1, rows: 1, columns: columns('id int'), diagnostics: [] }
    const files = Array.from({ length: 48 }, (_, at) => ({ path: `/lake/orders/a/${at}.parquet`, ...about }))
    const partitions = [
      { values: ['a'], location: '/lake/orders/a', columns: columns('id int'), parameters: {}, files },
    ]
    const { name, partitionKeys } = orders()
    const plan = catalog().plan(name, [
      { kind: 'createDatabase', database: 'golden' },
      create(),
      { kind: 'addColumns', table: name, columns: columns('note string') },
      {
        kind: 'changeColumnTypes',
        table: name,
        columns: [
          { name: 'id', from: { kind: 'int' }, to: { kind: 'bigint' } },
          { name: 'ratio', from: { kind: 'float' }, to: { kind: 'double' } },
        ],
        cascade: true,
        parameters: { pending: 'x' },
      },
      { kind: 'addPartitions', table: name, partitionKeys, partitions },
      {
        kind: 'movePartitions',
        table: name,
        partitionKeys,
        partitions: [{ values: ['a'], from: '/lake/orders/a', to: '/new/a' }],
      },
      {
        kind: 'dropPartitions',
        table: name,
        partitionKeys,
        partitions: ['b', 'c', 'd', 'e'].map(value => ({ values: [value] })),
      },
      { kind: 'moveTable', table: name, from: '/lake/orders', to: '/new' },
      { kind: 'setParameters', table: name, parameters: { mark: "it's" } },
      { kind: 'setParameters', table: name, parameters: {}, removed: ['pending'] },
    ])
    expect(plan.steps.map(step => step.command)).toEqual([
      'create schema if not exists "golden"',
      'create view "golden"."orders" as select cast(null as integer) as "id", cast(null as varchar) as "key" where false',
      'create or replace view "golden"."orders" as select *, cast("note" as varchar) as "note" from read_parquet([… its files])',
      `update _goldsync.tables set parameters = map {'pending': 'x'} where "table" = 'golden.orders'; create or replace view "golden"."orders" as select * replace (cast("id" as bigint) as "id", cast("ratio" as double) as "ratio") from read_parquet([… its files])`,
      `insert into _goldsync.partitions values (['a'], '/lake/orders/a'); create or replace view "golden"."orders" as … union all select *, "key" from read_parquet(['/lake/orders/a/0.parquet', '/lake/orders/a/1.parquet', … 46 more])`,
      `update _goldsync.partitions set location to (['a'], '/new/a') where "table" = 'golden.orders'`,
      `delete from _goldsync.partitions where "table" = 'golden.orders' and "values" in (['b'], ['c'], … 2 more)`,
      `update _goldsync.tables set location = '/new' where "table" = 'golden.orders'`,
      `update _goldsync.tables set parameters = map {'mark': 'it''s'} where "table" = 'golden.orders'`,
      `update _goldsync.tables set parameters = map {} without ['pending'] where "table" = 'golden.orders'`,
    ])
  })
})

describe('a table that somebody else made', () => {
  it('is not taken for none where many are asked for at once', async () => {
    await byHand('create schema golden; create table golden.Notes (id int)')
    const ask = () => catalog().inspectAll?.('golden', ['notes', 'orders', 'other'])
    expect(await ask()).toEqual(new Map(['orders', 'other'].map(name => [name, undefined])))
    await apply(create())
    expect(await ask()).toEqual(
      new Map([
        ['orders', orders()],
        ['other', undefined],
      ]),
    )
    expect(await catalog().inspect({ database: 'golden', name: 'notes' })).toMatchObject({ kind: 'managed' })
  })
})
