import { afterEach, describe, expect, it } from 'vitest'
import type { Which } from '../../shared/catalogs/catalog.ts'
import { nameOf } from '../../shared/catalogs/hive-limits.ts'
import { openMetastore } from '../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import { prefixesOf, valuesOf } from '../../shared/catalogs/metastore/requests/partition-names.ts'
import { openCatalog } from '../../shared/catalogs/open.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Partition } from '../../shared/schema/partition.ts'
import type { Table } from '../../shared/schema/table.ts'
import {
  applicationException,
  type FakeCall,
  FOLLOWS,
  fakeMetastore,
  isProbe,
} from '../support/fake-metastore.ts'
import { columns } from '../support/types.ts'
import { NO_LIMITS } from '../support/waiting.ts'

const keys = columns('year string', 'month string', 'day string')
const orders: Table = {
  name: { database: 'golden', name: 'orders' },
  kind: 'external',
  format: 'parquet',
  columns: columns('id bigint', 'name string'),
  partitionKeys: keys,
  location: '/golden/orders',
  parameters: {},
}
const partitionOf = (at: number, change: Partial<Partition> = {}): Partition => ({
  values: ['2019', '09', `${at}`],
  location: `/golden/orders/2019/09/${at}`,
  columns: orders.columns,
  parameters: {},
  files: [],
  ...change,
})
const partitions = (count: number, change: Partial<Partition> = {}) =>
  Array.from({ length: count }, (_, at) => partitionOf(at, change))
const moveOf = (at: number) => {
  const { values, location } = partitionOf(at)
  return { values, from: location, to: location.replace('golden', 'gold') }
}
const of = { table: orders.name, partitionKeys: keys }
const adding = (all: readonly Partition[]): Change => ({ kind: 'addPartitions', ...of, partitions: all })

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** The catalog over a server that has the table and otherwise answers as the test says. */
async function catalogOver(
  respond: (call: FakeCall) => object | undefined,
  version = '4.0.1',
  more: object = {},
  parameters: object = {},
) {
  const sd = { cols: [{ name: 'id', type: 'bigint' }], location: orders.location }
  const stored = { tableName: 'orders', dbName: 'golden', sd, parameters }
  const server = await fakeMetastore(
    call => (call.method === 'get_table_req' ? { success: { table: stored } } : respond(call)),
    version,
  )
  const uris = `thrift://127.0.0.1:${server.port}`
  const catalog = openMetastore(
    'hive',
    metastoreOptions.parse({ kind: 'metastore', uris, ...NO_LIMITS, ...more }),
  )
  closing.push(() => catalog.close(), server.close)
  const apply = (...changes: Change[]) => catalog.apply(catalog.plan(orders.name, changes))
  const read = (which: Which) => catalog.partitions(orders, which)
  return { catalog, apply, read, calls: server.calls }
}

interface AddRequest {
  readonly parts: readonly { readonly values: readonly string[]; readonly parameters: object }[]
  readonly ifNotExists: boolean
}
const requestOf = ({ args }: FakeCall) => args.request as AddRequest

describe('the plan', () => {
  const plan = (options: object, ...changes: Change[]) =>
    openMetastore(
      'hive',
      metastoreOptions.parse({ kind: 'metastore', uris: 'thrift://nowhere', ...options }),
    ).plan(orders.name, changes).steps

  it('tells each request in a line', () => {
    const commands = plan(
      {},
      { kind: 'createDatabase', database: 'golden' },
      { kind: 'createTable', table: orders },
      { kind: 'addColumns', table: orders.name, columns: columns('extra int') },
      { kind: 'addColumns', table: orders.name, columns: columns('s struct<a:int>'), cascade: true },
      {
        kind: 'changeColumnTypes',
        table: orders.name,
        columns: [
          { name: 'id', from: { kind: 'int' }, to: { kind: 'bigint' } },
          { name: 'ratio', from: { kind: 'float' }, to: { kind: 'double' } },
        ],
        cascade: true,
        parameters: { pending: 'id' },
      },
      adding(partitions(600)),
      { kind: 'alterPartitions', ...of, partitions: partitions(1) },
      { kind: 'movePartitions', ...of, partitions: [1, 2].map(at => moveOf(at)) },
      { kind: 'dropPartitions', ...of, partitions: partitions(3) },
      { kind: 'moveTable', table: orders.name, from: '/golden/orders', to: '/gold/orders' },
      {
        kind: 'setParameters',
        table: orders.name,
        parameters: { 'goldsync.mark': 'now' },
        removed: ['pending'],
      },
    ).map(({ command }) => command)
    expect(commands).toEqual([
      'create_database(golden)',
      'create_table(golden.orders, external, columns (id bigint, name string), partition keys (year string, month string, day string), parquet, /golden/orders)',
      'alter_table(golden.orders, add (extra int))',
      'alter_table(golden.orders, add (s struct<a:int>), cascade)',
      'alter_table(golden.orders, id from int to bigint, ratio from float to double, cascade, set pending=id)',
      'add_partitions_req(golden.orders, 500 partitions, 2019/09/0 to 2019/09/499)',
      'add_partitions_req(golden.orders, 100 partitions, 2019/09/500 to 2019/09/599)',
      'alter_partitions(golden.orders, 2019/09/0)',
      'alter_partitions(golden.orders, 2 partitions, 2019/09/1 to 2019/09/2, from /golden/orders/2019/09/1 to /gold/orders/2019/09/1)',
      'drop_partitions_req(golden.orders, 3 partitions, 2019/09/0 to 2019/09/2, keep files)',
      'alter_table(golden.orders, from /golden/orders to /gold/orders)',
      'alter_table(golden.orders, set goldsync.mark=now, remove pending)',
    ])
  })

  it('puts fewer partitions in a request where each has thousands of columns', () => {
    const wide = columns(...Array.from({ length: 2000 }, (_, at) => `c${at} string`))
    expect(plan({}, adding(partitions(500, { columns: wide })))).toHaveLength(5)
    expect(plan({ batchSize: 50 }, adding(partitions(500)))).toHaveLength(10)
  })
})

describe('partitions that are added', () => {
  it('take one request, which is all or none', async () => {
    const seen: AddRequest[] = []
    const { apply, calls } = await catalogOver(call => {
      seen.push(requestOf(call))
      return { success: {} }
    })
    await apply(adding(partitions(500)))
    expect(calls).toEqual(['get_table_req', 'add_partitions_req'])
    expect(seen[0]).toMatchObject({ ifNotExists: false })
    expect(seen[0]?.parts).toHaveLength(500)
  })

  it.each([
    [
      'with statistics need not be listed by the server',
      { numRows: '9', numFiles: '1', totalSize: '100' },
      '0',
    ],
    ['without statistics are listed by the server', { 'goldsync.fingerprint': '1:2:3' }, undefined],
  ])('%s', async (_, parameters, erasureCoded) => {
    let request: AddRequest | undefined
    const { apply } = await catalogOver(call => {
      request = requestOf(call)
      return { success: {} }
    })
    await apply(adding(partitions(1, { parameters })))
    const expected = { ...parameters, ...(erasureCoded && { numFilesErasureCoded: erasureCoded }) }
    expect(request?.parts[0]?.parameters).toEqual(expected)
  })

  it('go on in halves where the server fails on so many', async () => {
    const added: string[] = []
    const { catalog, calls } = await catalogOver(call => {
      const { parts } = requestOf(call)
      if (parts.length > 100) return { MetaException: { message: 'Expression is too large' } }
      added.push(...parts.map(({ values }) => values.join('/')))
      return { success: {} }
    })
    let retries = 0
    const plan = catalog.plan(orders.name, [adding(partitions(300))])
    await catalog.apply(plan, { onRetry: times => (retries += times) })
    expect(retries).toBe(2)
    expect(added).toEqual(partitions(300).map(({ values }) => values.join('/')))
    expect(calls.filter(name => name === 'add_partitions_req')).toHaveLength(2 + 4)
  })

  it('are few from then on, and more again after many that did not fail', async () => {
    const sizes: number[] = []
    let weak = true
    const respond = (call: FakeCall) => {
      const { length } = requestOf(call).parts
      if (weak && length > 100) return { MetaException: { message: 'Expression is too large' } }
      sizes.push(length)
      return { success: {} }
    }
    const { apply } = await catalogOver(respond, '4.0.1', { batchSize: 2000 })
    await apply(adding(partitions(400)))
    weak = false
    await apply(adding(partitions(1600)))
    expect(sizes).toEqual([...Array(8).fill(100), ...Array(6).fill(200)])
  })

  it('are as many as before once one of them is the only culprit', async () => {
    const sizes: number[] = []
    const { apply } = await catalogOver(call => {
      const { parts } = requestOf(call)
      sizes.push(parts.length)
      return parts.some(({ values }) => values[2] === '0')
        ? { MetaException: { message: 'no way' } }
        : { success: {} }
    })
    await expect(apply(adding(partitions(8)))).rejects.toThrow('no way')
    await apply(adding(partitions(8).slice(1)))
    expect(sizes).toEqual([8, 4, 2, 1, 7])
  })

  it('go on in halves where the server closes the connection on so many', async () => {
    let added = 0
    const { apply } = await catalogOver(call => {
      const { parts } = requestOf(call)
      if (parts.length > 100) {
        call.socket.destroy()
        return undefined
      }
      added += parts.length
      return { success: {} }
    })
    await apply(adding(partitions(300)))
    expect(added).toBe(300)
  })

  it('fail with the one that the server cannot take, named', async () => {
    const { apply, calls } = await catalogOver(() => ({ MetaException: { message: 'no way' } }))
    await expect(apply(adding(partitions(8)))).rejects.toThrow(/golden\.orders: add 8 partitions: .*no way/)
    expect(calls.filter(name => name === 'add_partitions_req')).toHaveLength(4)
  })

  it('are completed where another run adds some at the same moment, each time some more', async () => {
    const registered = new Set<string>()
    const asPartition = (name: string) => {
      const values = valuesOf(name)
      return { values, sd: { location: `/golden/orders/${values.join('/')}` } }
    }
    const nameAll = (parts: AddRequest['parts']) => parts.map(({ values }) => nameOf(keys, values))
    let rounds = 0
    const { apply } = await catalogOver(({ method, args }) => {
      if (method === 'get_partitions_by_names')
        return { success: (args.names as string[]).filter(name => registered.has(name)).map(asPartition) }
      const names = nameAll((args.request as AddRequest).parts)
      rounds += 1
      if (rounds < 4) for (const name of names.slice(0, 10)) registered.add(name)
      if (names.some(name => registered.has(name))) return { AlreadyExistsException: { message: 'there' } }
      for (const name of names) registered.add(name)
      return { success: {} }
    })
    await apply(adding(partitions(100)))
    expect(registered.size).toBe(100)
    expect(rounds).toBe(4)
  })
})

describe('partitions that are moved', () => {
  const moving: Change = { kind: 'movePartitions', ...of, partitions: [1, 2].map(moveOf) }

  it('are sent back as they were read, at their new places', async () => {
    const sent: unknown[] = []
    const { apply } = await catalogOver(({ method, args }) => {
      if (method === 'get_partitions_by_names') return { success: [storedAt(1), storedAt(2, moveOf(2).to)] }
      sent.push(...(args.new_parts as unknown[]))
      return {}
    })
    await apply(moving)
    expect(sent).toEqual([storedAt(1, moveOf(1).to)])
  })

  it('are not sent at all where they lie there already', async () => {
    const there = [1, 2].map(at => storedAt(at, moveOf(at).to))
    const { apply, calls } = await catalogOver(() => ({ success: there }))
    await apply(moving)
    expect(calls).toEqual(['get_partitions_by_names'])
  })

  const storedAt = (at: number, location = moveOf(at).from) => ({
    values: moveOf(at).values,
    sd: { location, cols: [{ name: 'id', type: 'int', comment: 'kept' }], numBuckets: 4 },
    parameters: { numRows: '7' },
  })
})

describe('partitions that are unregistered', () => {
  const dropping: Change = { kind: 'dropPartitions', ...of, partitions: partitions(2) }

  it('take one request, which lets the files stay', async () => {
    const sent: unknown[] = []
    const { apply } = await catalogOver(({ args }) => {
      sent.push(args.req)
      return { success: {} }
    })
    await apply(dropping)
    const names = ['year=2019/month=09/day=0', 'year=2019/month=09/day=1']
    expect(sent).toEqual([
      {
        dbName: 'golden',
        tblName: 'orders',
        parts: { names },
        deleteData: false,
        ifExists: true,
        needResult: true,
      },
    ])
  })

  it('are not, where the table wants their files deleted with them', async () => {
    const purging = { 'external.table.purge': 'TRUE' }
    const { apply, calls } = await catalogOver(() => undefined, '4.0.1', {}, purging)
    await expect(apply(dropping)).rejects.toMatchObject({
      code: 'CONFLICT',
      retryable: false,
      hint: expect.stringContaining("external.table.purge to 'false'"),
    })
    expect(calls).toEqual(['get_table_req'])
  })
})

describe('names of partitions', () => {
  it('are asked for by the few longest prefixes that cover them', async () => {
    const asked: unknown[] = []
    const { read } = await catalogOver(({ args }) => {
      asked.push(args.part_vals)
      return {
        success: ['year=2019/month=12/day=31', 'year=2020/month=01/day=01', 'year=2020/month=01/day=09'],
      }
    })
    const days = (month: string[], count: number) =>
      Array.from({ length: count }, (_, at) => [...month, `${at + 1}`.padStart(2, '0')])
    const among = [...days(['2019', '12'], 31), ...days(['2020', '01'], 8)]
    const found = await read({ want: 'names', among })
    expect(asked).toEqual([
      ['2019', '12'],
      ['2020', '01'],
    ])
    expect(new Set(found.map(({ values }) => values.join('/')))).toEqual(
      new Set(['2019/12/31', '2020/01/01']),
    )
  })

  it('are asked for one by one where there are few', () => {
    const among = [
      ['2019', '01', '01'],
      ['2024', '12', '31'],
    ]
    expect(prefixesOf(among, 3)).toEqual(among)
  })

  it('are asked for all at once where the prefixes have nothing in common', () => {
    expect(
      prefixesOf(
        Array.from({ length: 9 }, (_, at) => [`${at}`, 'x']),
        2,
      ),
    ).toEqual([[]])
  })

  it.each([
    ['2019', 'a/b', 'c=d'],
    ['', '100%', '%3A'],
    ["o'hare", 'città', '注文 [x]*{y}'],
  ])('hold the values %s, %s, %s', (...values) => {
    const back = valuesOf(nameOf(keys, values))
    expect(back).toEqual(values.map(value => value || '__HIVE_DEFAULT_PARTITION__'))
  })

  it('of none are not asked for', async () => {
    const { read, calls } = await catalogOver(() => undefined)
    expect(await read({ want: 'details', among: [] })).toEqual([])
    expect(calls).toEqual([])
  })
})

describe('details of partitions', () => {
  it('come in thousands, in order', async () => {
    const { read, calls } = await catalogOver(({ args }) => ({
      success: (args.names as string[]).map(name => ({ values: valuesOf(name), sd: { location: name } })),
    }))
    const among = partitions(2500).map(({ values }) => values)
    const found = await read({ want: 'details', among })
    expect(found.map(({ values }) => values)).toEqual(among)
    expect(calls).toHaveLength(3)
  })

  it('come in smaller requests where the server limits them', async () => {
    const { read } = await catalogOver(({ args }) => {
      const names = args.names as string[]
      if (names.length > 300)
        return { MetaException: { message: 'Number of partitions scanned exceeds limit' } }
      return { success: names.map(name => ({ values: valuesOf(name) })) }
    })
    const among = partitions(1000).map(({ values }) => values)
    expect(await read({ want: 'details', among })).toHaveLength(1000)
  })
})

describe('many tables at once', () => {
  const sd = { cols: [{ name: 'id', type: 'bigint' }], location: orders.location }
  const tellOf = (names: readonly string[]) => ({
    success: { tables: names.map(tableName => ({ tableName, dbName: 'golden', sd, parameters: {} })) },
  })
  const namesIn = ({ args }: FakeCall) => (args.req as { tblNames: readonly string[] }).tblNames
  const names = Array.from({ length: 250 }, (_, at) => `t${at}`)

  it('are told with those that are not there, a hundred a request', async () => {
    const { catalog, calls } = await catalogOver(call =>
      tellOf(namesIn(call).filter(name => name.endsWith('7'))),
    )
    const found = await catalog.inspectAll?.('golden', names)
    expect([...(found ?? [])].map(([name, table]) => [name, table?.name.name])).toEqual(
      names.map(name => [name, name.endsWith('7') ? name : undefined]),
    )
    expect(calls).toEqual(Array(3).fill('get_table_objects_by_name_req'))
  })

  it('say nothing of one that the server fails on', async () => {
    const { catalog } = await catalogOver(call =>
      namesIn(call).includes('t1') ? { MetaException: { message: 'no way' } } : tellOf([]),
    )
    const found = await catalog.inspectAll?.('golden', ['t0', 't1', 't2'])
    expect([...(found?.keys() ?? [])]).toEqual(['t0', 't2'])
  })

  it('are none in a database that is not there, by as many requests', async () => {
    const { catalog, calls } = await catalogOver(() => ({ UnknownDBException: { message: 'golden' } }))
    const found = await catalog.inspectAll?.('golden', names)
    expect([...(found ?? [])]).toEqual(names.map(name => [name, undefined]))
    expect(calls).toHaveLength(3)
  })
})

describe('a change of a table whose server follows conditions', () => {
  const mark: Change = { kind: 'setParameters', table: orders.name, parameters: { mark: 'b' } }
  const stored = (time: string, parameters: object = {}) => ({
    success: {
      table: {
        tableName: 'orders',
        dbName: 'golden',
        sd: { cols: [{ name: 'id', type: 'bigint' }] },
        parameters: { transient_lastDdlTime: time, ...parameters },
      },
    },
  })

  /** A server whose table another writer changes `busy` times between our read and our write. */
  async function contended(busy: number) {
    const writes: Record<string, Record<string, string>>[] = []
    let time = 4_000_000_000
    const server = await fakeMetastore(call => {
      const { method, args } = call
      if (method === 'get_table_req') return stored(`${time}`)
      if (isProbe(call)) return FOLLOWS
      const context = (args.environment_context as { properties: Record<string, string> }).properties
      if (writes.length < busy) time += 10
      writes.push({
        context,
        parameters: (args.new_tbl as { parameters: Record<string, string> }).parameters,
      })
      const same = context.expected_parameter_value === `${time}`
      return same
        ? {}
        : { MetaException: { message: 'The table has been modified. The parameter value is new' } }
    })
    const uris = `thrift://127.0.0.1:${server.port}`
    const catalog = openMetastore('hive', metastoreOptions.parse({ kind: 'metastore', uris, ...NO_LIMITS }))
    closing.push(() => catalog.close(), server.close)
    let retries = 0
    await catalog.apply(catalog.plan(orders.name, [mark]), { onRetry: times => (retries += times) })
    return { writes, retries }
  }

  it('is made only if nobody changed it since it was read, and moves its version on', async () => {
    const [write] = (await contended(0)).writes
    expect(write?.context).toMatchObject({
      expected_parameter_key: 'transient_lastDdlTime',
      expected_parameter_value: '4000000000',
      DO_NOT_UPDATE_STATS: 'true',
    })
    expect(write?.parameters).toEqual({ mark: 'b', transient_lastDdlTime: '4000000001' })
  })

  it('is computed anew from what the other wrote, until it succeeds', async () => {
    const { writes, retries } = await contended(3)
    expect(retries).toBe(3)
    expect(writes.map(({ context }) => context?.expected_parameter_value)).toEqual([
      '4000000000',
      '4000000010',
      '4000000020',
      '4000000030',
    ])
  })

  it.each<[string, Change]>([
    ['set', { kind: 'setParameters', table: orders.name, parameters: {} }],
    ['removed', { kind: 'setParameters', table: orders.name, parameters: {}, removed: ['not there'] }],
    ['moved', { kind: 'moveTable', table: orders.name, from: '/elsewhere', to: `${orders.location}/` }],
  ])('that is %s already sends nothing', async (_, change) => {
    const { apply, calls } = await catalogOver(call => (isProbe(call) ? FOLLOWS : undefined))
    await apply(change)
    calls.length = 0
    await apply(change)
    expect(calls).toEqual(['get_table_req'])
  })

  it("moves a table of Spark's with its own note of where it writes", async () => {
    const serdeInfo = { name: 'kept', parameters: { 'serialization.format': '1', path: '/golden/orders/' } }
    const spark = { tableName: 'orders', dbName: 'golden', sd: { location: orders.location, serdeInfo } }
    const written: unknown[] = []
    const server = await fakeMetastore(call => {
      const { method, args } = call
      if (method === 'get_table_req') return { success: { table: spark } }
      if (isProbe(call)) return FOLLOWS
      written.push((args.new_tbl as { sd: unknown }).sd)
      return {}
    })
    const uris = `thrift://127.0.0.1:${server.port}`
    const catalog = openMetastore('hive', metastoreOptions.parse({ kind: 'metastore', uris, ...NO_LIMITS }))
    closing.push(() => catalog.close(), server.close)
    const change = {
      kind: 'moveTable',
      table: orders.name,
      from: orders.location,
      to: '/gold/orders',
    } as const
    await catalog.apply(catalog.plan(orders.name, [change]))
    const parameters = { 'serialization.format': '1', path: '/gold/orders' }
    expect(written).toEqual([{ location: '/gold/orders', serdeInfo: { name: 'kept', parameters } }])
  })

  it('moves no table that somebody else has moved', async () => {
    const { apply } = await catalogOver(call => (isProbe(call) ? FOLLOWS : undefined))
    const change: Change = { kind: 'moveTable', table: orders.name, from: '/elsewhere', to: '/gold/orders' }
    await expect(apply(change)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('is at /golden/orders, not at /elsewhere'),
    })
  })
})

it('is opened by its kind', async () => {
  const catalog = await openCatalog('hive', { kind: 'metastore', uris: 'thrift://nowhere' })
  expect(catalog).toMatchObject({
    name: 'hive',
    kind: 'metastore',
    capabilities: { visibility: 'directory', partitionParameters: true, bulkDetails: true, cascades: true },
  })
  await catalog.close()
})

describe("Hive's own catalogs", () => {
  const missing = { NoSuchObjectException: { message: 'gone' } }
  const table = {
    tableName: 'orders',
    dbName: 'golden',
    sd: { cols: [{ name: 'id', type: 'bigint' }], location: '/golden/orders' },
  }
  /** A server that has the table, or not, and that knows catalogs, or not. */
  const over = async (stored: object, catalogs: boolean, more: object) => {
    const server = await fakeMetastore(({ method, sequence }) => {
      if (method === 'get_table_req') return stored
      if (catalogs) return { success: { names: ['hive'] } }
      return applicationException(method, sequence, `Invalid method name: '${method}'`, 1)
    })
    const uris = `thrift://127.0.0.1:${server.port}`
    const options = metastoreOptions.parse({ kind: 'metastore', uris, ...NO_LIMITS, ...more })
    const catalog = openMetastore('hive', options)
    closing.push(() => catalog.close(), server.close)
    return { inspect: () => catalog.inspect(orders.name), calls: server.calls }
  }
  const refused = {
    code: 'UNSUPPORTED',
    message: 'the metastore knows no catalogs, and would take the databases of sales for those of its own',
    hint: expect.stringContaining('take `catalog` out of the config'),
  }

  it('are refused where the server takes none for its only one, with a table or without', async () => {
    for (const stored of [{ success: { table } }, missing]) {
      const { inspect } = await over(stored, false, { catalog: 'sales' })
      await expect(inspect()).rejects.toMatchObject(refused)
    }
  })

  it('cost no call where a table names its own', async () => {
    const named = { success: { table: { ...table, catName: 'sales' } } }
    const { inspect, calls } = await over(named, true, { catalog: 'sales' })
    await inspect()
    expect(calls).toEqual(['get_table_req'])
  })

  it('are asked for before a table is made, and never without the option', async () => {
    const { inspect, calls } = await over(missing, true, { catalog: 'sales' })
    expect(await inspect()).toBeUndefined()
    expect(calls).toEqual(['get_table_req', 'get_catalogs'])
    const without = await over(missing, false, {})
    expect(await without.inspect()).toBeUndefined()
    expect(without.calls).toEqual(['get_table_req'])
  })
})
