/** What happens to a plan while it is applied, or between plan and apply: the right code, and the next apply converges. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../shared/base/errors.ts'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import { openHiveServer2 } from '../../shared/catalogs/hiveserver2/hiveserver2.ts'
import { hiveServer2Options } from '../../shared/catalogs/hiveserver2/options.ts'
import { openMetastore } from '../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import { hiveClient } from '../../shared/hiveserver2/client.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Column, Table } from '../../shared/schema/table.ts'
import { printType } from '../../shared/schema/type.ts'
import {
  addColumns,
  addPartitions,
  alterPartitions,
  changeTypes,
  dropPartitions,
  expectError,
  movePartitions,
  partitionOf,
  setParameters,
} from '../conformance/catalog-support.ts'
import { hdfs } from '../support/hdfs.ts'
import { type Relay, relay, relayUntil } from '../support/net.ts'
import { describeStack, stack } from '../support/stack.ts'
import { columns } from '../support/types.ts'
import { ENDLESS, eventually, gate, passLimit, stopTimers } from '../support/waiting.ts'

const database = `hs2_faults_${process.pid}`
const root = `/golden/${database}`

const options = (more: object = {}) =>
  hiveServer2Options.parse({
    kind: 'hiveserver2',
    host: stack.hiveserver2.host,
    port: stack.hiveserver2.port,
    auth: stack.hiveserver2.auth === 'NOSASL' ? 'nosasl' : 'plain',
    ...more,
  })

describeStack(['hdfs', 'metastore', 'hiveserver2'], 'faults of hiveserver2', () => {
  const hive = hiveClient(options())
  const catalog = openHiveServer2('hive', options())
  let count = 0

  const apply = (table: Table, changes: readonly Change[], on: Catalog = catalog) =>
    on.apply(on.plan(table.name, changes))
  const tableOf = (
    data: readonly string[],
    partitionKeys: readonly Column[] = columns('hour string'),
  ): Table => {
    count += 1
    return {
      name: { database, name: `t${count}` },
      kind: 'external',
      format: 'parquet',
      columns: columns(...data),
      partitionKeys,
      location: hdfs.location(`${root}/t${count}`),
      parameters: { 'discover.partitions': 'false', 'external.table.purge': 'false' },
    }
  }
  const created = async (...[data, keys]: Parameters<typeof tableOf>): Promise<Table> => {
    const table = tableOf(data, keys)
    await apply(table, [{ kind: 'createTable', table }])
    return table
  }
  const hours = (table: Table, many: number) =>
    Array.from({ length: many }, (_, hour) => partitionOf(table, [`h${hour}`]))
  const names = async (table: Table) =>
    (await catalog.partitions(table, { want: 'names' })).map(({ values }) => values.join('/')).sort()
  const types = (found: { readonly columns?: readonly Column[] } | undefined) =>
    found?.columns?.map(({ name, type }) => `${name} ${printType(type)}`)
  const details = async (table: Table, ...values: string[]) =>
    (await catalog.partitions(table, { want: 'details', among: [values] }))[0]

  beforeAll(async () => {
    await hdfs.mkdir(root)
    await hdfs.chmod(root, '777')
    await catalog.apply(catalog.plan({ database, name: '' }, [{ kind: 'createDatabase', database }]))
  })
  afterAll(async () => {
    await hive.execute(`DROP DATABASE IF EXISTS \`${database}\` CASCADE`)
    await Promise.all([hive.close(), catalog.close(), hdfs.rm(root)])
  })

  /** A catalog behind a relay that does its harm to the second of three batches. Where it is silent then, time passes. */
  const applyWith = async (
    table: Table,
    changes: readonly Change[],
    harm: (between: Relay) => void,
    silent = false,
  ) => {
    const between = await relay(stack.hiveserver2)
    stopTimers()
    const harmed = openHiveServer2(
      'harmed',
      options({ host: '127.0.0.1', port: between.port, batch: 10, timeout: ENDLESS }),
    )
    const done: number[] = []
    const onStep = (_: unknown, step: number) => {
      done.push(step)
      if (step !== 1) return
      harm(between)
      if (silent) void passLimit(ENDLESS)
    }
    const code = await harmed.apply(harmed.plan(table.name, changes), { onStep }).then(
      () => undefined,
      (error: { readonly code: ErrorCode }) => error.code,
    )
    const again = () => harmed.apply(harmed.plan(table.name, changes))
    const close = () => Promise.all([harmed.close(), between.close()])
    return { code, done, again, close }
  }

  describe('in the middle of the batches', () => {
    it.each<[string, ErrorCode, (between: Relay) => void]>([
      ['a reset', 'UNAVAILABLE', between => between.cutAfter('h15')],
      ['a statement that does not arrive', 'TIMEOUT', between => between.stall()],
      ['an answer that is lost', 'TIMEOUT', between => between.loseAnswers()],
    ])('%s is %s, and the next apply adds the rest', async (_, code, harm) => {
      const table = await created(['a int'])
      const adding = addPartitions(table, ...hours(table, 30))
      const harmed = await applyWith(table, [adding], harm, code === 'TIMEOUT')
      expect(harmed).toMatchObject({ code, done: [1] })
      const left = (await names(table)).length
      expect([10, 20]).toContain(left)
      await harmed.again()
      expect(await names(table)).toHaveLength(30)
      expect((await details(table, 'h22'))?.location).toBe(`${table.location}/h22`)
      await harmed.close()
    })

    it('a reset of a drop is UNAVAILABLE, and the next apply drops the rest', async () => {
      const table = await created(['a int'])
      const all = hours(table, 30)
      await apply(table, [addPartitions(table, ...all, partitionOf(table, ['kept']))])
      const dropping = dropPartitions(table, ...all.map(({ values }) => values))
      const harmed = await applyWith(table, [dropping], between => between.cutAfter('h15'))
      expect(harmed).toMatchObject({ code: 'UNAVAILABLE', done: [1] })
      await harmed.again()
      expect(await names(table)).toEqual(['kept'])
      await harmed.close()
    })
  })

  it('a reset between the columns of a type change leaves what tells of it, and the next apply goes on', async () => {
    const table = await created(['a int', 'b float'])
    await apply(table, [addPartitions(table, partitionOf(table, ['h1']))])
    const pending = { 'goldsync.pending': '{"a":"bigint","b":"double"}' }
    const changes = [
      setParameters(table, { begun: 'yes' }),
      changeTypes(table, { a: 'bigint', b: 'double' }, { parameters: pending }),
    ]
    const harmed = await applyWith(table, changes, between => between.cutAfter('COLUMN `a` `a`'))
    expect(harmed).toMatchObject({ code: 'UNAVAILABLE', done: [1] })
    // What the server was told before the reset it may still be at, and a table that is changed meanwhile is not read whole.
    await eventually(async () => {
      const cut = await catalog.inspect(table.name)
      expect(cut?.parameters).toMatchObject(pending)
      expect(types(cut)?.[1]).toBe('b float')
    })
    await eventually(async () => {
      await harmed.again()
      for (const found of [await catalog.inspect(table.name), await details(table, 'h1')])
        expect(types(found)).toEqual(['a bigint', 'b double'])
    })
    await harmed.close()
  })

  describe('somebody else, between plan and apply,', () => {
    it('drops the table: NOT_FOUND for every change, and nothing is made', async () => {
      const table = tableOf(['a int'])
      const partition = partitionOf(table, ['h1'])
      const move = { values: ['h1'], from: partition.location, to: `${table.location}/new` }
      const changes: Change[] = [
        addColumns(table, 'b int'),
        changeTypes(table, { a: 'bigint' }),
        addPartitions(table, partition),
        alterPartitions(table, partition),
        movePartitions(table, move),
        dropPartitions(table, ['h1']),
        { kind: 'moveTable', table: table.name, from: table.location, to: `${table.location}/new` },
        setParameters(table, { a: 'b' }),
        setParameters(table, {}, ['a']),
      ]
      for (const change of changes) await expectError(apply(table, [change]), 'NOT_FOUND')
      expect(await catalog.inspect(table.name)).toBeUndefined()
      await apply(table, [{ kind: 'createTable', table }, ...changes.slice(0, 1)])
      expect(types(await catalog.inspect(table.name))).toEqual(['a int', 'b int'])
    })

    it('adds fields to a struct that is to be widened: CONFLICT, and no field is lost', async () => {
      const table = await created(['s struct<a:int>'])
      const plan = catalog.plan(table.name, [changeTypes(table, { s: 'struct<a:bigint>' })])
      await apply(table, [changeTypes(table, { s: 'struct<a:int,theirs:string>' })])
      await expectError(catalog.apply(plan), 'CONFLICT')
      const found = (await catalog.inspect(table.name)) as Table
      expect(types(found)).toEqual(['s struct<a:int,theirs:string>'])
      await apply(found, [changeTypes(found, { s: 'struct<a:bigint,theirs:string>' })])
      expect(types(await catalog.inspect(table.name))).toEqual(['s struct<a:bigint,theirs:string>'])
    })

    it('adds the column: done where it is of the same type, CONFLICT where it is of another', async () => {
      const table = await created(['a int'])
      await apply(table, [addColumns(table, 'same int', 'other int')])
      await apply(table, [addColumns(table, 'same int', 'mine int')])
      await expectError(apply(table, [addColumns(table, 'other string')]), 'CONFLICT')
      expect(types(await catalog.inspect(table.name))).toEqual(['a int', 'same int', 'other int', 'mine int'])
    })

    it('moves the table elsewhere: CONFLICT, and it stays there', async () => {
      const table = await created(['a int'])
      const [from, to, theirs] = ['', '/mine', '/theirs'].map(end => `${table.location}${end}`) as [
        string,
        string,
        string,
      ]
      const move = (before: string, after: string): Change => ({
        kind: 'moveTable',
        table: table.name,
        from: before,
        to: after,
      })
      await apply(table, [move(from, theirs)])
      await expectError(apply(table, [move(from, to)]), 'CONFLICT')
      expect((await catalog.inspect(table.name))?.location).toBe(theirs)
    })

    it('lets Hive delete the files of dropped partitions: CONFLICT, and none is dropped', async () => {
      const table = await created(['a int'])
      await apply(table, [addPartitions(table, partitionOf(table, ['h1']))])
      const plan = catalog.plan(table.name, [dropPartitions(table, ['h1'])])
      await apply(table, [setParameters(table, { 'external.table.purge': 'TRUE' })])
      await expectError(catalog.apply(plan), 'CONFLICT')
      expect(await names(table)).toEqual(['h1'])
      await apply(table, [setParameters(table, { 'external.table.purge': 'false' })])
      await catalog.apply(plan)
      expect(await names(table)).toEqual([])
    })
  })

  describe('at the same moment, somebody else', () => {
    /** Their change is made when the first of three batches is done. */
    const during = async (table: Table, their: Change) => {
      const batched = openHiveServer2('batched', options({ batch: 10 }))
      const theirs: Promise<void>[] = []
      const plan = batched.plan(table.name, [addPartitions(table, ...hours(table, 30))])
      const applying = batched.apply(plan, {
        onStep: (_, step) => {
          if (step === 1) theirs.push(apply(table, [their]))
        },
      })
      return { applying, again: () => batched.apply(plan), theirs, close: () => batched.close() }
    }

    it('adds one of the partitions at the same location: all are there', async () => {
      const table = await created(['a int'])
      const { applying, theirs, close } = await during(
        table,
        addPartitions(table, partitionOf(table, ['h15']), partitionOf(table, ['theirs'])),
      )
      await applying
      await Promise.all(theirs)
      expect(await names(table)).toHaveLength(31)
      await close()
    })

    it('has one of the partitions at another location: CONFLICT, and once that is dropped the next apply adds the rest', async () => {
      const table = await created(['a int'])
      const location = `${table.location}/elsewhere`
      await apply(table, [addPartitions(table, partitionOf(table, ['h15'], { location }))])
      const batched = openHiveServer2('batched', options({ batch: 10 }))
      const plan = batched.plan(table.name, [addPartitions(table, ...hours(table, 30))])
      await expectError(batched.apply(plan), 'CONFLICT')
      expect(await names(table)).toHaveLength(11)
      expect((await details(table, 'h15'))?.location).toBe(location)
      await apply(table, [dropPartitions(table, ['h15'])])
      await batched.apply(plan)
      expect(await names(table)).toHaveLength(30)
      await batched.close()
    })

    it('changes the table: a type change and added partitions get along', async () => {
      const table = await created(['a int'])
      const { applying, theirs, again, close } = await during(table, changeTypes(table, { a: 'bigint' }))
      const code = await applying.then(
        () => undefined,
        (error: { readonly code: ErrorCode }) => error.code,
      )
      expect([undefined, 'CONFLICT']).toContain(code)
      await Promise.all(theirs)
      await again()
      expect(await names(table)).toHaveLength(30)
      expect(types(await catalog.inspect(table.name))).toEqual(['a bigint'])
      await close()
    })
  })

  it('partitions that somebody registered in another spelling are not taken for those that are named', async () => {
    const { host, port } = stack.metastore
    const theirs = openMetastore(
      'theirs',
      metastoreOptions.parse({ kind: 'metastore', uris: `thrift://${host}:${port}` }),
    )
    const table = await created(['a int'], columns('dt date', 'hr int'))
    const [plain, odd] = [partitionOf(table, ['2019-09-01', '7']), partitionOf(table, ['2019-09-01', '07'])]
    const none = partitionOf(table, ['2019-09-01', '__HIVE_DEFAULT_PARTITION__'])
    await apply(table, [addPartitions(table, plain, none, odd)], theirs)
    const among = [plain, odd, none].map(({ values }) => values)
    const found = await catalog.partitions(table, { want: 'details', among })
    expect(found.map(({ location }) => location)).toEqual([plain.location, none.location])
    expect(await catalog.partitions(table, { want: 'names', among })).toHaveLength(3)
    const moved = { values: odd.values, from: odd.location, to: `${table.location}/new` }
    for (const change of [movePartitions(table, moved), dropPartitions(table, odd.values)])
      await expectError(apply(table, [change]), 'UNSUPPORTED')
    await apply(table, [dropPartitions(table, none.values)])
    expect(await names(table)).toEqual(['2019-09-01/07', '2019-09-01/7'])
    await theirs.close()
  })

  it('a statement that takes too long is cancelled, and the connection is of use again', async () => {
    stopTimers()
    const running = gate()
    const between = await relayUntil(stack.hiveserver2, 'GetOperationStatus', running.open)
    const short = hiveClient(options({ host: '127.0.0.1', port: between.port, timeout: ENDLESS }))
    const sleep = expectError(
      short.execute(`SELECT reflect('java.lang.Thread', 'sleep', bigint(120000))`),
      'TIMEOUT',
    )
    await running.opened
    await passLimit(ENDLESS)
    await sleep
    expect(await short.execute('SHOW DATABASES')).not.toHaveLength(0)
    await short.close()
    await between.close()
  })
})
