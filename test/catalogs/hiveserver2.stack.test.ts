import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import { openHiveServer2 } from '../../shared/catalogs/hiveserver2/hiveserver2.ts'
import { hiveServer2Options } from '../../shared/catalogs/hiveserver2/options.ts'
import { hiveClient } from '../../shared/hiveserver2/client.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Partition } from '../../shared/schema/partition.ts'
import type { PartitionValues, Table } from '../../shared/schema/table.ts'
import { printType } from '../../shared/schema/type.ts'
import { describeCatalog } from '../conformance/catalog.ts'
import type { CatalogHarness } from '../conformance/catalog-support.ts'
import { hdfs } from '../support/hdfs.ts'
import { writeToHdfs } from '../support/hdfs-rows.ts'
import { hiveOverHttp } from '../support/hive-http.ts'
import { closedPort, relay, relayUntil, serveTls, testAuthority } from '../support/net.ts'
import { metastoreEvents } from '../support/notifications.ts'
import { refuseInMetastore } from '../support/refusing.ts'
import { describeStack, stack } from '../support/stack.ts'
import { columns } from '../support/types.ts'
import { ENDLESS, passLimit, stopTimers, turns } from '../support/waiting.ts'

const database = `hs2_test_${process.pid}`
const root = `/golden/${database}`
const keys = columns('year string', 'hour string')

const options = (more: object = {}) =>
  hiveServer2Options.parse({
    kind: 'hiveserver2',
    host: stack.hiveserver2.host,
    port: stack.hiveserver2.port,
    auth: stack.hiveserver2.auth === 'NOSASL' ? 'nosasl' : 'plain',
    ...more,
  })

const tableOf = (name: string, ...data: string[]): Table => ({
  name: { database, name },
  kind: 'external',
  format: 'parquet',
  columns: columns(...data),
  partitionKeys: keys,
  location: hdfs.location(`${root}/${name}`),
  parameters: { 'discover.partitions': 'false', 'external.table.purge': 'false' },
})

const partitionOf = (table: Table, values: PartitionValues, folder = values.join('/')): Partition => ({
  values,
  location: `${table.location}/${folder}`,
  columns: table.columns,
  parameters: {},
  files: [],
})

const adding = (table: Table, ...partitions: Partition[]): Change => ({
  kind: 'addPartitions',
  table: table.name,
  partitionKeys: table.partitionKeys,
  partitions,
})

describeStack(['hdfs', 'metastore', 'hiveserver2', 'python'], 'hiveserver2, with data on HDFS', () => {
  describeCatalog('hiveserver2', harness)
})

describeStack(['hdfs', 'metastore', 'hiveserver2'], 'the hiveserver2 catalog on a real HiveServer2', () => {
  const hive = hiveClient(options())
  const catalog = openHiveServer2('hive', options({ batch: 50 }))
  const apply = (table: Table, changes: readonly Change[], on: Catalog = catalog) =>
    on.apply(on.plan(table.name, changes))
  const created = async (name: string, ...data: string[]): Promise<Table> => {
    const table = tableOf(name, ...data)
    await apply(table, [{ kind: 'createTable', table }])
    return table
  }

  beforeAll(async () => {
    await hdfs.mkdir(root)
    await hdfs.chmod(root, '777')
    await catalog.apply(catalog.plan({ database, name: '' }, [{ kind: 'createDatabase', database }]))
  })
  afterAll(async () => {
    await hive.execute(`DROP DATABASE IF EXISTS \`${database}\` CASCADE`)
    await Promise.all([hive.close(), catalog.close(), hdfs.rm(root)])
  })

  it('brings names, comments, types, values and parameters through as they are, whatever is in them', async () => {
    const nasty = [
      `it's`,
      'a\\',
      '"q"',
      '100%',
      '%41',
      'a;b',
      'x\ny --z',
      '\t\u0001',
      'é漢🙂',
      '/* c */',
      '`b`',
    ]
    const random = fc.sample(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), {
      numRuns: 20,
      seed: 7,
    })
    const texts = [...nasty, ...random].filter(text => text === text.trimEnd() && !text.includes('\0'))
    const parameters = { ...tableOf('x').parameters, substituted: '${env:HOME} ${hiveconf:hive.x}' }
    const table: Table = {
      ...tableOf('quoting'),
      columns: [
        {
          name: 'back`quote ; % é',
          type: columns('c struct<from:int,b:array<decimal(9,2)>>')[0]!.type,
        },
        ...texts.map((comment, at) => ({ name: `c${at}`, type: { kind: 'int' as const }, comment })),
      ],
      parameters: { ...parameters, ...Object.fromEntries(texts.map((text, at) => [`p ${at}`, text])) },
    }
    const partitions = texts.map((text, at) => partitionOf(table, [text, String(at)], `odd ${at} a%25b é'`))
    await apply(table, [{ kind: 'createTable', table }, adding(table, ...partitions)])

    const seen = await catalog.inspect(table.name)
    expect(seen).toMatchObject(table)
    const among = partitions.map(({ values }) => values)
    const names = await catalog.partitions(table, { want: 'names', among })
    expect(names.map(({ values }) => values)).toEqual(expect.arrayContaining(among))
    const details = await catalog.partitions(table, { want: 'details', among: among.slice(0, 12) })
    expect(details.map(({ values, location }) => ({ values, location }))).toEqual(
      partitions.slice(0, 12).map(({ values, location }) => ({ values, location })),
    )
  })

  it('adds partitions in batches, tells each step, and lists the asked ones', async () => {
    const table = await created('batches', 'id int')
    const hours = Array.from({ length: 120 }, (_, hour) => partitionOf(table, ['2019', String(hour)]))
    const done: string[] = []
    await catalog.apply(catalog.plan(table.name, [adding(table, ...hours)]), {
      onStep: (step, count) => done.push(`${count}: ${step.summary}`),
    })
    expect(done).toEqual(['1: add 50 partitions', '2: add 50 partitions', '3: add 20 partitions'])
    expect(await catalog.partitions(table, { want: 'names' })).toHaveLength(120)
    const among = [
      ['2019', '7'],
      ['2019', '500'],
      ['2020', '1'],
    ]
    expect(await catalog.partitions(table, { want: 'names', among })).toEqual([{ values: ['2019', '7'] }])
    expect(await catalog.partitions(table, { want: 'details', among })).toMatchObject([
      { values: ['2019', '7'], location: hours[7]!.location, columns: table.columns },
    ])
  })

  it('makes every change twice with the same result', async () => {
    const table = await created('twice', 'a int', 'b float')
    const [first, second] = [partitionOf(table, ['2019', '1']), partitionOf(table, ['2019', '2'])]
    await apply(table, [adding(table, first)])
    const wide = columns('a bigint', 'b float', 'c struct<x:int,date:date>', 'd string')
    const changes: Change[] = [
      { kind: 'createDatabase', database },
      { kind: 'createTable', table },
      {
        kind: 'changeColumnTypes',
        table: table.name,
        columns: [{ name: 'a', from: { kind: 'int' }, to: { kind: 'bigint' } }],
        cascade: true,
      },
      { kind: 'addColumns', table: table.name, columns: wide.slice(2) },
      adding(table, first, second),
      {
        kind: 'alterPartitions',
        table: table.name,
        partitionKeys: keys,
        partitions: [{ ...first, columns: wide }],
      },
      { kind: 'setParameters', table: table.name, parameters: { 'goldsync.mark': '5' } },
    ]
    for (const _ of [1, 2]) {
      await apply(table, changes)
      const seen = await catalog.inspect(table.name)
      expect(seen).toMatchObject({ columns: wide, parameters: { 'goldsync.mark': '5', ...table.parameters } })
      const details = await catalog.partitions(table, {
        want: 'details',
        among: [first.values, second.values],
      })
      expect(details.map(({ location }) => location)).toEqual([first.location, second.location])
      expect(details.map(partition => partition.columns)).toEqual([wide, wide])
    }
  })

  it('a cascade reaches registered partitions, an added column does not', async () => {
    const table = await created('cascade', 'a int')
    const partition = partitionOf(table, ['2019', '1'])
    await apply(table, [
      adding(table, partition),
      {
        kind: 'changeColumnTypes',
        table: table.name,
        columns: [{ name: 'a', from: { kind: 'int' }, to: { kind: 'bigint' } }],
        cascade: true,
      },
      { kind: 'addColumns', table: table.name, columns: columns('b string') },
    ])
    const [seen] = await catalog.partitions(table, { want: 'details', among: [partition.values] })
    expect(seen!.columns!.map(({ name, type }) => `${name} ${printType(type)}`)).toEqual(['a bigint'])
  })

  it('adds the missing ones of a batch, where the others are there already', async () => {
    const table = await created('some', 'a int')
    const hours = Array.from({ length: 5 }, (_, hour) => partitionOf(table, ['2019', String(hour)]))
    await apply(table, [adding(table, hours[1]!, hours[3]!)])
    await apply(table, [adding(table, ...hours)])
    expect(await catalog.partitions(table, { want: 'names' })).toHaveLength(5)
  })

  it('adds new partitions by one event and one statement', async () => {
    const table = await created('one', 'a int')
    const before = (await metastoreEvents(database)).length
    await apply(table, [adding(table, partitionOf(table, ['2019', '1']), partitionOf(table, ['2019', '2']))])
    expect((await metastoreEvents(database)).slice(before)).toEqual(['ADD_PARTITION one'])
  })

  it('two at once add the same partitions, and both succeed', async () => {
    const table = await created('race', 'a int')
    const other = openHiveServer2('other', options())
    const hours = Array.from({ length: 40 }, (_, hour) => partitionOf(table, ['2019', String(hour)]))
    await Promise.all([
      apply(table, [adding(table, ...hours)]),
      apply(table, [adding(table, ...hours)], other),
    ])
    await other.close()
    expect(await catalog.partitions(table, { want: 'names' })).toHaveLength(40)
  })

  it('a partition that exists elsewhere is a CONFLICT that names both places, and nothing is added', async () => {
    const table = await created('elsewhere', 'a int')
    await apply(table, [adding(table, partitionOf(table, ['2019', '1'], 'old'))])
    const wanted = [partitionOf(table, ['2019', '1']), partitionOf(table, ['2019', '2'])]
    const failure = await apply(table, [adding(table, ...wanted)]).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'CONFLICT' })
    expect(String(failure)).toContain(`${database}.elsewhere: add 2 partitions: partition 2019/1`)
    expect(String(failure)).toContain(`${table.location}/old instead of ${table.location}/2019/1`)
    expect(await catalog.partitions(table, { want: 'names' })).toHaveLength(1)
  })

  it('a table that exists elsewhere, a column of another type, an impossible widening are CONFLICTs', async () => {
    const table = await created('conflicts', 'a int')
    const moved = { ...table, location: `${table.location}/moved` }
    const to = (kind: 'boolean'): Change => ({
      kind: 'changeColumnTypes',
      table: table.name,
      columns: [{ name: 'a', from: { kind: 'int' }, to: { kind } }],
      cascade: false,
    })
    const changes: Change[] = [
      { kind: 'createTable', table: moved },
      { kind: 'addColumns', table: table.name, columns: columns('a string') },
      to('boolean'),
    ]
    for (const change of changes) {
      await expect(apply(table, [change])).rejects.toMatchObject({ code: 'CONFLICT' })
    }
    expect(await catalog.inspect(table.name)).toMatchObject({
      columns: table.columns,
      location: table.location,
    })
  })

  it('what does not exist is undefined to look at and NOT_FOUND to change', async () => {
    const missing = [
      { database, name: 'no_table' },
      { database: 'no_database', name: 'x' },
    ]
    for (const name of missing) {
      expect(await catalog.inspect(name)).toBeUndefined()
      const change: Change = { kind: 'setParameters', table: name, parameters: { a: 'b' } }
      await expect(catalog.apply(catalog.plan(name, [change]))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
  })

  it('a column name that Hive cannot have is UNSUPPORTED', async () => {
    const table = { ...tableOf('names', 'a int'), columns: [{ name: 'a.b', type: { kind: 'int' as const } }] }
    await expect(apply(table, [{ kind: 'createTable', table }])).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    })
  })

  it('a folder that Hive may not make is PERMISSION_DENIED, with the reason', async () => {
    const table = { ...tableOf('denied', 'a int'), location: hdfs.location('/golden/hs2_denied') }
    const failure = await apply(table, [{ kind: 'createTable', table }]).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'PERMISSION_DENIED', retryable: false })
    expect(String(failure)).toMatch(/Permission denied: user=hive, access=WRITE/)
  })

  it('knows a view and a managed table', async () => {
    await hive.execute(`CREATE VIEW ${database}.a_view AS SELECT 1 AS one`)
    expect(await catalog.inspect({ database, name: 'a_view' })).toMatchObject({ kind: 'view' })
  })

  it('an abort cancels the running statement, and the next one works', async () => {
    const controller = new AbortController()
    const between = await relayUntil(stack.hiveserver2, 'GetOperationStatus', () => controller.abort())
    const client = hiveClient(options({ host: '127.0.0.1', port: between.port }))
    const start = performance.now()
    const sleep = client.execute(`SELECT reflect('java.lang.Thread', 'sleep', bigint(120000))`, {
      signal: controller.signal,
    })
    await expect(sleep).rejects.toMatchObject({ code: 'ABORTED' })
    // Before the statement could end.
    expect(performance.now() - start).toBeLessThan(120_000)
    expect(await client.execute('SHOW DATABASES')).not.toHaveLength(0)
    await client.close()
    await between.close()
  })

  it('a cut connection is UNAVAILABLE, a stalled one a TIMEOUT, and the next call connects anew', async () => {
    stopTimers()
    const between = await relay(stack.hiveserver2)
    const client = hiveClient(options({ host: '127.0.0.1', port: between.port, timeout: ENDLESS }))
    await client.execute('SHOW DATABASES')
    between.cut()
    await turns()
    await client.execute('SHOW DATABASES')
    const cut = client.execute('SHOW DATABASES')
    await Promise.resolve()
    between.cut()
    await expect(cut).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await client.execute('SHOW DATABASES')
    between.stall()
    const stalled = expect(client.execute('SHOW DATABASES')).rejects.toMatchObject({ code: 'TIMEOUT' })
    await passLimit(ENDLESS)
    await stalled
    await client.execute('SHOW DATABASES')
    await client.close()
    await between.close()
  })

  it('the HTTP transport works, with the user and path of the options', async () => {
    const gateway = await hiveOverHttp(stack.hiveserver2, '/hive')
    const over = { host: '127.0.0.1', port: gateway.port, transport: 'http', user: 'ann', password: 'x' }
    const [right, wrong] = [hiveClient(options({ ...over, path: '/hive' })), hiveClient(options(over))]
    expect(await right.execute('SHOW DATABASES')).not.toHaveLength(0)
    await expect(wrong.execute('SHOW DATABASES')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(gateway.users).toEqual(['ann:x'])
    await Promise.all([right.close(), wrong.close()])
    await gateway.close()
  })

  it('TLS works with the authority that signed the certificate, and only with it', async () => {
    const between = await relay(stack.hiveserver2, serveTls)
    const secure = (tls: object | boolean) =>
      hiveClient(options({ host: 'localhost', port: between.port, tls, connectTimeout: ENDLESS }))
    const [known, unknown] = [secure({ ca: testAuthority }), secure(true)]
    expect(await known.execute('SHOW DATABASES')).not.toHaveLength(0)
    await expect(unknown.execute('SHOW DATABASES')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await Promise.all([known.close(), unknown.close(), between.close()])
  })
})

/** Folders and files on HDFS, by pyarrow; rows counted by Hive itself. */
async function harness(): Promise<CatalogHarness> {
  const name = `${database}_suite`
  const folder = `/golden/${name}`
  const local = await mkdtemp(join(tmpdir(), 'hiveserver2-'))
  const hive = hiveClient(options())
  await hdfs.mkdir(folder)
  await hdfs.chmod(folder, '777')
  return {
    catalog: async () => openHiveServer2('hive', options()),
    database: name,
    location: path => hdfs.location(`${folder}/${path}`),
    unreachable: async () => openHiveServer2('gone', options({ port: await closedPort() })),
    refusing: async () => ({
      catalog: openHiveServer2('hive', options()),
      value: 'unwelcome',
      // Hive SQL takes seconds for each statement of hundreds of partitions.
      many: 60,
      mend: await refuseInMetastore('metastore', name, 'unwelcome'),
    }),
    data: {
      write: writeToHdfs(local),
      // By fetching: a count would run as a job inside HiveServer2, whose heap is small.
      count: async ({ database, name }) =>
        (await hive.execute(`SELECT id FROM \`${database}\`.\`${name}\``)).length,
    },
    cleanup: async () => {
      for (const each of [name, `${name}_2`])
        await hive.execute(`DROP DATABASE IF EXISTS \`${each}\` CASCADE`)
      await Promise.all([hive.close(), hdfs.rm(folder), rm(local, { recursive: true })])
    },
  }
}
