import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import { metastoreClient } from '../../shared/catalogs/hms/connection/client.ts'
import { openMetastore } from '../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import { withTableLock } from '../../shared/catalogs/metastore/requests/lock.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Partition } from '../../shared/schema/partition.ts'
import type { PartitionValues, Table } from '../../shared/schema/table.ts'
import { printType } from '../../shared/schema/type.ts'
import { expectRefusal } from '../conformance/catalog-support.ts'
import { hdfs } from '../support/hdfs.ts'
import { isLimited } from '../support/limits.ts'
import { dropDatabases } from '../support/metastore.ts'
import { closedPort, type FakeServer, relay, serve, serveTls, testAuthority } from '../support/net.ts'
import { describeStack, locksTables, stack } from '../support/stack.ts'
import { columns } from '../support/types.ts'
import { ENDLESS, eventually, gate, passLimit, stopTimers } from '../support/waiting.ts'

const SERVERS = [
  { version: stack.metastore.version, component: 'metastore' },
  { version: stack.metastore3.version, component: 'metastore3' },
] as const

const keys = columns('year string', 'hour string')

/** A relay that tells which methods went through: their names are plain text in the calls. */
async function listening(target: { readonly host: string; readonly port: number }) {
  const sent: Buffer[] = []
  const between = await relay(target, onConnection =>
    serve(socket => {
      socket.on('data', chunk => sent.push(chunk))
      onConnection(socket)
    }),
  )
  const text = () => Buffer.concat(sent).toString('latin1')
  return {
    ...between,
    count: (method: string) =>
      text().split(`\x80\x01\0\x01\0\0\0${String.fromCharCode(method.length)}${method}\0`).length - 1,
    forget: () => sent.splice(0),
  }
}

for (const { version, component } of SERVERS) {
  describeStack(['hdfs', component], `the metastore catalog on Hive ${version}`, () => {
    const many = locksTables(version) ? 2_500 : 10_000
    const database = `hms_servers_${component}_${process.pid}`
    const root = `/golden/${database}`
    const target = stack[component]
    const options = (more: object = {}) =>
      metastoreOptions.parse({ kind: 'metastore', uris: `thrift://${target.host}:${target.port}`, ...more })
    const closing: { close(): unknown }[] = []
    const opened = <T extends { close(): unknown }>(thing: T): T => {
      closing.push(thing)
      return thing
    }
    const open = (more: object = {}): Catalog => opened(openMetastore('hive', options(more)))
    const catalog = open()
    const apply = (table: Table, changes: readonly Change[], on = catalog) =>
      on.apply(on.plan(table.name, changes))
    const tableOf = (name: string, ...data: string[]): Table => ({
      name: { database, name },
      kind: 'external',
      format: 'parquet',
      columns: columns(...data),
      partitionKeys: keys,
      location: hdfs.location(`${root}/${name}`),
      parameters: { 'discover.partitions': 'false' },
    })
    const created = async (name: string, ...data: string[]): Promise<Table> => {
      const table = tableOf(name, ...data)
      await apply(table, [{ kind: 'createTable', table }])
      return table
    }
    const partitionOf = (table: Table, values: PartitionValues): Partition => ({
      values,
      location: `${table.location}/${values.join('/')}`,
      columns: table.columns,
      parameters: { 'goldsync.fingerprint': '1:2:3' },
      files: [],
    })
    const adding = (table: Table, partitions: readonly Partition[]): Change => ({
      kind: 'addPartitions',
      table: table.name,
      partitionKeys: keys,
      partitions,
    })
    const columnsOf = async (table: Table) =>
      (await catalog.inspect(table.name))?.columns.map(({ name, type }) => `${name} ${printType(type)}`)

    beforeAll(async () => {
      await hdfs.mkdir(root)
      await hdfs.chmod(root, '777')
      await catalog.apply(catalog.plan({ database, name: '' }, [{ kind: 'createDatabase', database }]))
    })
    afterAll(async () => {
      for (const thing of closing) await thing.close()
      await dropDatabases(target, database)
      await hdfs.rm(root)
    })

    it(`lists ${many} partitions in one call, and tells the details of 2,000 in two`, async () => {
      const table = await created('many', 'id bigint')
      const partitions = Array.from({ length: many }, (_, at) => partitionOf(table, ['2019', `${at}`]))
      // In one folder, so that the server need not make thousands.
      const together = partitions.map(partition => ({ ...partition, location: `${table.location}/all` }))
      await apply(table, [adding(table, together)], open({ batchSize: 1000 }))
      const between = opened(await listening(target))
      const through = open({ uris: `thrift://127.0.0.1:${between.port}` })
      expect(await through.partitions(table, { want: 'names' })).toHaveLength(many)
      expect(between.count('get_partition_names')).toBe(1)
      const among = partitions.slice(0, 2000).map(({ values }) => values)
      expect(await through.partitions(table, { want: 'details', among })).toHaveLength(2000)
      expect(between.count('get_partitions_by_names')).toBe(2)
      between.forget()
      const few = partitions.slice(-3).map(({ values }) => values)
      expect(await through.partitions(table, { want: 'names', among: few })).toHaveLength(3)
      expect(between.count('get_partition_names')).toBe(0)
      expect(between.count('get_partition_names_ps')).toBe(3)
    })

    it('loses no column when many runs add different ones at once', async () => {
      const table = await created('contended', 'id bigint')
      const names = Array.from({ length: 8 }, (_, at) => `c${at}`)
      const runs = names.map(name => {
        const change: Change = { kind: 'addColumns', table: table.name, columns: columns(`${name} int`) }
        return apply(table, [change], open())
      })
      await Promise.all(runs)
      expect((await columnsOf(table))?.sort()).toEqual(
        [...names.map(name => `${name} int`), 'id bigint'].sort(),
      )
    })

    it('loses no parameter when many runs set different ones at once', async () => {
      const table = await created('marked', 'id bigint')
      const names = Array.from({ length: 8 }, (_, at) => `goldsync.p${at}`)
      const runs = names.map(name =>
        apply(table, [{ kind: 'setParameters', table: table.name, parameters: { [name]: 'set' } }], open()),
      )
      await Promise.all(runs)
      expect((await catalog.inspect(table.name))?.parameters).toMatchObject(
        Object.fromEntries(names.map(name => [name, 'set'])),
      )
    })

    it('adds the same partitions from several runs at once, without an error', async () => {
      const table = await created('shared', 'id bigint')
      const partitions = Array.from({ length: 400 }, (_, at) => partitionOf(table, ['2019', `${at}`]))
      const orders = [partitions, [...partitions].reverse(), partitions.slice(100)]
      await Promise.all(orders.map(order => apply(table, [adding(table, order)], open({ batchSize: 100 }))))
      expect(await catalog.partitions(table, { want: 'names' })).toHaveLength(400)
    })

    it('widens a column in all partitions by one request, and appends without touching them', async () => {
      const table = await created('widened', 'id int')
      await apply(table, [adding(table, [partitionOf(table, ['2019', '1'])])])
      const from = { kind: 'int' } as const
      await apply(table, [
        {
          kind: 'changeColumnTypes',
          table: table.name,
          columns: [{ name: 'id', from, to: { kind: 'bigint' } }],
          cascade: true,
        },
        { kind: 'addColumns', table: table.name, columns: columns('extra string') },
      ])
      expect(await columnsOf(table)).toEqual(['id bigint', 'extra string'])
      const [partition] = await catalog.partitions(table, { want: 'details', among: [['2019', '1']] })
      expect(partition?.columns).toEqual(columns('id bigint'))
      expect(partition?.parameters).toMatchObject({ 'goldsync.fingerprint': '1:2:3' })
    })

    it('changes several types, in the partitions too, and parameters by a single write', async () => {
      const table = await created('retyped', 'id int', 'ratio float')
      await apply(table, [adding(table, [partitionOf(table, ['2019', '1'])])])
      const between = opened(await listening(target))
      const change: Change = {
        kind: 'changeColumnTypes',
        table: table.name,
        columns: [
          { name: 'id', from: { kind: 'int' }, to: { kind: 'bigint' } },
          { name: 'ratio', from: { kind: 'float' }, to: { kind: 'double' } },
        ],
        cascade: true,
        parameters: { 'goldsync.pending': 'id' },
      }
      const through = open({ uris: `thrift://127.0.0.1:${between.port}` })
      await apply(table, [change, change], through)
      // One more asks whether the server follows conditions, and is refused.
      expect(between.count('alter_table_with_environment_context')).toBe(2)
      const [partition] = await catalog.partitions(table, { want: 'details', among: [['2019', '1']] })
      expect(partition?.columns).toEqual(columns('id bigint', 'ratio double'))
      expect((await catalog.inspect(table.name))?.parameters).toMatchObject({ 'goldsync.pending': 'id' })
    })

    it('says that a database is missing, and what to do', async () => {
      const table = { ...tableOf('orphan', 'id int'), name: { database: `${database}_none`, name: 'orphan' } }
      await expect(apply(table, [{ kind: 'createTable', table }])).rejects.toMatchObject({
        code: 'NOT_FOUND',
        hint: expect.stringContaining('createDatabase'),
      })
    })

    it('says why a type cannot be changed', async () => {
      const table = await created('narrowed', 'id bigint')
      const narrowing: Change = {
        kind: 'changeColumnTypes',
        table: table.name,
        columns: [{ name: 'id', from: { kind: 'bigint' }, to: { kind: 'int' } }],
        cascade: false,
      }
      await expect(apply(table, [narrowing])).rejects.toMatchObject({
        code: 'CONFLICT',
        retryable: false,
        hint: expect.stringContaining('incompatible'),
      })
    })

    if (!isLimited('catalogs'))
      it("works in Hive's catalog of that name, and finds nothing in another", async () => {
        const table = tableOf('in_catalog', 'id bigint')
        const named = open({ catalog: 'hive' })
        const partition = partitionOf(table, ['2019', '1'])
        await apply(
          table,
          [
            { kind: 'createTable', table },
            { kind: 'addColumns', table: table.name, columns: columns('extra int') },
            adding(table, [partition]),
            { kind: 'alterPartitions', table: table.name, partitionKeys: keys, partitions: [partition] },
          ],
          named,
        )
        expect(await columnsOf(table)).toEqual(['id bigint', 'extra int'])
        expect(await named.partitions(table, { want: 'names' })).toHaveLength(1)
        expect(await open({ catalog: 'elsewhere' }).inspect(table.name)).toBeUndefined()
      })

    if (isLimited('catalogs'))
      it("says that it has no catalogs, and takes none for another's", async () => {
        const table = await created('in_catalog', 'id bigint')
        await expectRefusal(
          'catalogs',
          { code: 'UNSUPPORTED', hint: /take `catalog` out of the config/ },
          open({ catalog: 'elsewhere' }).inspect(table.name),
        )
      })

    it('survives a lost connection, a stalled one, and a metastore that is down', async () => {
      const table = await created('resilient', 'id bigint')
      const between = opened(await relay(target))
      const uris = [`thrift://127.0.0.1:${await closedPort()}`, `thrift://127.0.0.1:${between.port}`]
      stopTimers()
      const through = open({ uris, timeout: ENDLESS })
      expect(await through.inspect(table.name)).toBeDefined()
      between.cut()
      expect(await through.inspect(table.name)).toBeDefined()
      between.stall()
      const stalled = expect(through.inspect(table.name)).rejects.toMatchObject({ code: 'TIMEOUT' })
      await passLimit(ENDLESS)
      await stalled
      expect(await through.inspect(table.name)).toBeDefined()
    })

    it('comes to the same end when a connection is lost in the middle of each batch', async () => {
      const table = await created('interrupted', 'id bigint')
      const between = opened(await relay(target))
      const through = open({ uris: `thrift://127.0.0.1:${between.port}`, batchSize: 100 })
      const partitions = Array.from({ length: 400 }, (_, at) => partitionOf(table, ['2019', `${at}`]))
      const plan = through.plan(table.name, [adding(table, partitions)])
      const timer = setInterval(() => between.cut(), 40)
      await through.apply(plan).catch(() => undefined)
      clearInterval(timer)
      await through.apply(plan)
      expect(await through.partitions(table, { want: 'names' })).toHaveLength(400)
    })

    it('works over TLS', async () => {
      const table = await created('secured', 'id bigint')
      const between = opened(await relay(target, serveTls))
      const secure = open({ uris: `thrift://localhost:${between.port}`, tls: { ca: testAuthority } })
      expect(await secure.inspect(table.name)).toBeDefined()
    })

    if (locksTables(version))
      it('waits for no query that makes a table in the database', async () => {
        const table = await created('beside', 'id bigint')
        const locks = opened(metastoreClient(options()))
        // As Hive does for CREATE TABLE AS: shared, on the database.
        const component = [{ type: 1, level: 1, dbname: database }]
        const rqst = { component, user: 'hive', hostname: 'here', agentInfo: 'a query' }
        const { lockid, state } = await locks.call('lock', { rqst })
        expect(state).toBe(1)
        await apply(table, [{ kind: 'addColumns', table: table.name, columns: columns('extra int') }])
        expect(await columnsOf(table)).toEqual(['id bigint', 'extra int'])
        await locks.call('unlock', { rqst: { lockid } })
      })

    if (locksTables(version))
      it('keeps a lock that is held for long, and takes one whose holder is gone', async () => {
        const table = await created('locked', 'id bigint')
        const between: FakeServer = await relay(target)
        const remote = options({ uris: `thrift://127.0.0.1:${between.port}` })
        const holder = {
          hms: metastoreClient(remote),
          locks: opened(metastoreClient(remote)),
          options: remote,
        }
        const watched = opened(await listening(target))
        const patient = options({ uris: `thrift://127.0.0.1:${watched.port}`, timeout: 240_000 })
        const waiter = {
          hms: metastoreClient(patient),
          locks: opened(metastoreClient(patient)),
          options: patient,
        }
        const looks = (atLeast: number) =>
          eventually(() => expect(watched.count('show_locks')).toBeGreaterThanOrEqual(atLeast))
        const events: string[] = []
        const [taken, ended] = [gate(), gate()]
        const hold = () => {
          taken.open()
          return ended.opened
        }
        const held = withTableLock(holder, table.name, hold, {})
        await taken.opened
        const waited = withTableLock(waiter, table.name, async () => void events.push('taken'), {})
        await looks(1)
        await sleep(12_500)
        await looks(watched.count('show_locks') + 2)
        expect(events).toEqual([])
        await between.close()
        await waited
        expect(events).toEqual(['taken'])
        ended.open()
        await held
      })
  })
}
