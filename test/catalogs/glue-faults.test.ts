import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import { partitionInput, tableInput } from '../../shared/catalogs/glue/convert.ts'
import { openGlue } from '../../shared/catalogs/glue/glue.ts'
import { glueOptions } from '../../shared/catalogs/glue/options.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Table } from '../../shared/schema/table.ts'
import {
  addColumns,
  addPartitions,
  alterPartitions,
  changeTypes,
  dropPartitions,
  movePartitions,
  partitionOf,
  setParameters,
} from '../conformance/catalog-support.ts'
import { type FakeGlue, fakeGlue, type Trouble } from '../support/fake-glue.ts'
import { closedPort } from '../support/net.ts'
import { columns } from '../support/types.ts'
import { ENDLESS, eventually, stopTimers, turns } from '../support/waiting.ts'

const SECRET = 'wJalrXUtnFEMI-secret'
const orders: Table = {
  name: { database: 'golden', name: 'orders' },
  kind: 'external',
  format: 'parquet',
  columns: columns('id int', 'name string'),
  partitionKeys: columns('key string'),
  location: 's3a://lake/orders',
  parameters: {},
}
const fault = (name: string, message?: string, status = 400): Trouble => ({
  kind: 'fault',
  name,
  status,
  ...(message === undefined ? {} : { message }),
})
const times = (count: number) => Array.from({ length: count }, (_, at) => partitionOf(orders, [`p${at}`]))

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

interface Setup {
  readonly glue: FakeGlue
  readonly catalog: Catalog
  apply(...changes: Change[]): Promise<void>
  /** Another catalog on the same fake. */
  open(more: object): Catalog
}

/** A fake, a catalog on it, and the table `orders`. Where nothing else is said, no limit of time ends a request. */
async function setup(more: object = {}): Promise<Setup> {
  const glue = await fakeGlue()
  closing.push(glue.close)
  const keys = { accessKeyId: 'AKIATEST', secretAccessKey: SECRET, sessionToken: SECRET }
  const open = (more: object): Catalog => {
    const about = { kind: 'glue', endpoint: glue.endpoint, timeout: ENDLESS, ...keys }
    const opened = openGlue('cloud', glueOptions.parse({ ...about, ...more }))
    closing.unshift(() => opened.close())
    return opened
  }
  const catalog = open(more)
  const apply = (...changes: Change[]) => catalog.apply(catalog.plan(orders.name, changes))
  await apply({ kind: 'createDatabase', database: 'golden' }, { kind: 'createTable', table: orders })
  return { glue, catalog, apply, open }
}

const names = async (catalog: Catalog) =>
  (await catalog.partitions(orders, { want: 'names' })).map(({ values }) => values[0]).sort()

describe('a busy Glue', () => {
  it('gets four requests at once, of all tables together', async () => {
    const { glue, catalog } = await setup()
    glue.cause({
      request: ({ operation }) => (operation === 'BatchCreatePartition' ? { kind: 'hang' } : undefined),
    })
    const controller = new AbortController()
    const { signal } = controller
    const runs = [0, 1].map(() =>
      catalog.apply(catalog.plan(orders.name, [addPartitions(orders, ...times(1000))]), { signal }),
    )
    await eventually(() => expect(glue.count('BatchCreatePartition')).toBe(4))
    await turns()
    expect(glue.count('BatchCreatePartition')).toBe(4)
    controller.abort()
    for (const run of runs) await expect(run).rejects.toMatchObject({ code: 'ABORTED' })
    expect(glue.count('BatchCreatePartition')).toBe(4)
  })

  it('is asked again only for the items that it did not take', async () => {
    const { glue, catalog, apply } = await setup()
    let failed = 0
    glue.cause({
      item: (_, values) => (values[0] === 'p7' && ++failed < 3 ? 'ThrottlingException' : undefined),
    })
    await apply(addPartitions(orders, ...times(50)))
    const sizes = glue.requests.flatMap(({ input }) =>
      'PartitionInputList' in input ? [input.PartitionInputList?.length] : [],
    )
    expect(sizes).toEqual([50, 1, 1])
    expect(await names(catalog)).toHaveLength(50)
  })

  it('may leave keys unprocessed', async () => {
    const { glue, catalog, apply } = await setup()
    await apply(addPartitions(orders, ...times(250)))
    glue.cause({ processed: () => 100 })
    const among = times(250).map(({ values }) => values)
    expect(await catalog.partitions(orders, { want: 'details', among })).toHaveLength(250)
    expect(glue.count('BatchGetPartition')).toBe(3)
  })

  it('is given up when it throttles every call, and the error says so', async () => {
    const { glue, catalog } = await setup({ attempts: 2 })
    glue.cause({ request: () => fault('ThrottlingException', 'Rate exceeded') })
    await expect(catalog.inspect(orders.name)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true })
    expect(glue.count('GetTable')).toBe(2)
  })

  it('that has lost an answer has the partitions all the same', async () => {
    const { glue, catalog, apply } = await setup()
    let cut = false
    glue.cause({
      request: ({ operation }) => {
        if (cut || operation !== 'BatchCreatePartition') return undefined
        cut = true
        return { kind: 'cut' }
      },
    })
    await apply(addPartitions(orders, ...times(10)))
    expect(glue.count('BatchCreatePartition')).toBe(2)
    expect(await names(catalog)).toHaveLength(10)
  })
})

describe('column statistics', () => {
  const parameters = { 'goldsync.fingerprint': 'first', 'goldsync.statistics': 'id' }
  const withdrawing: Change = {
    kind: 'stripPartitions',
    table: orders.name,
    partitionKeys: orders.partitionKeys,
    prefix: 'goldsync.statistics',
    partitions: times(20),
  }
  const published = async () => {
    const { glue, apply } = await setup()
    await apply(addPartitions(orders, ...times(20).map(partition => ({ ...partition, parameters }))))
    for (const { values } of times(20)) glue.describe('golden', 'orders', values, ['id'])
    const left = () => times(20).filter(({ values }) => glue.described('golden', 'orders', values).length > 0)
    return { glue, apply, left }
  }

  it('meet other writers, and are taken away all the same', async () => {
    const { glue, apply, left } = await published()
    let met = 0
    glue.cause({
      request: ({ operation }) =>
        operation.includes('ColumnStatistics') && ++met % 10 === 1
          ? fault('ConcurrentModificationException')
          : undefined,
    })
    await apply(withdrawing)
    expect(left()).toEqual([])
    expect(met).toBeGreaterThan(20)
  })

  it('that Glue does not give up end the step before the parameters say that they are gone', async () => {
    const { glue, apply, left } = await published()
    glue.cause({
      request: ({ operation }) =>
        operation.includes('ColumnStatistics') ? fault('InvalidInputException') : undefined,
    })
    await expect(apply(withdrawing)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    expect(glue.count('BatchUpdatePartition')).toBe(0)
    expect(left()).toHaveLength(20)
  })
})

describe('a table that another writer changes', () => {
  it('keeps their change and gets ours', async () => {
    const { glue, catalog, apply } = await setup()
    let met = false
    glue.cause({
      request: ({ operation }) => {
        if (operation !== 'UpdateTable' || met) return undefined
        met = true
        const table = glue.table('golden', 'orders')!
        glue.put('golden', { ...table, Parameters: { ...table.Parameters, theirs: 'kept' } })
        return fault('ConcurrentModificationException')
      },
    })
    await apply(setParameters(orders, { ours: 'set' }))
    expect((await catalog.inspect(orders.name))?.parameters).toMatchObject({ theirs: 'kept', ours: 'set' })
  })

  it('is written by two runs at once, and loses neither column', async () => {
    const { catalog, apply } = await setup()
    await Promise.all([
      apply(addColumns(orders, 'one int')),
      apply(addColumns(orders, 'two int')),
      apply(addColumns(orders, 'three int')),
    ])
    const found = (await catalog.inspect(orders.name))?.columns.map(({ name }) => name)
    expect(found?.sort()).toEqual(['id', 'name', 'one', 'three', 'two'])
  })

  it('is not widened from a type that it has no more', async () => {
    const { apply } = await setup()
    await apply(changeTypes(orders, { id: 'double' }))
    await expect(apply(changeTypes(orders, { id: 'bigint' }))).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('column id of golden.orders is double, not int'),
    })
  })

  it('is not written where nothing changes', async () => {
    const { glue, apply } = await setup()
    await apply(setParameters(orders, { mark: 'x' }))
    const writes = glue.count('UpdateTable')
    await apply(setParameters(orders, { mark: 'x' }), addColumns(orders, 'id int'))
    expect(glue.count('UpdateTable')).toBe(writes)
  })
})

describe('what others keep in Glue', () => {
  const descriptor = {
    Columns: [
      { Name: 'id', Type: 'int', Comment: 'theirs', Parameters: { pii: 'no' } },
      { Name: 'name', Type: 'string' },
    ],
    Location: 's3://lake/orders/',
    InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    SerdeInfo: { SerializationLibrary: 'parquet', Parameters: { 'parquet.compression': 'ZSTD' } },
    SortColumns: [{ Column: 'id', SortOrder: 1 }],
  }
  /** As a crawler makes it. */
  const table = {
    Name: 'orders',
    Description: 'by a crawler',
    Owner: 'owner',
    Retention: 7,
    TableType: 'EXTERNAL_TABLE',
    StorageDescriptor: descriptor,
    PartitionKeys: [{ Name: 'key', Type: 'string' }],
    Parameters: { classification: 'parquet', UPDATED_BY_CRAWLER: 'lake', recordCount: '12' },
  }
  const partition = {
    Values: ['a'],
    StorageDescriptor: { ...descriptor, Location: 's3://lake/orders/a/' },
    Parameters: { objectCount: '3' },
  }
  async function adopted() {
    const made = await setup()
    made.glue.put('golden', table, [partition])
    return made
  }

  it('is seen as an external Parquet table', async () => {
    const { catalog } = await adopted()
    expect(await catalog.inspect(orders.name)).toMatchObject({
      kind: 'external',
      format: 'parquet',
      location: 's3://lake/orders/',
      columns: [{ name: 'id', comment: 'theirs' }, { name: 'name' }],
    })
  })

  it('stays when the table is changed', async () => {
    const { glue, apply } = await adopted()
    await apply(changeTypes(orders, { id: 'bigint' }, { cascade: false }), addColumns(orders, 'extra date'))
    const [id, name] = descriptor.Columns
    expect(glue.table('golden', 'orders')).toEqual({
      ...table,
      StorageDescriptor: {
        ...descriptor,
        Columns: [{ ...id, Type: 'bigint' }, name, { Name: 'extra', Type: 'date' }],
      },
    })
  })

  it('stays when a partition is widened and moved', async () => {
    const { glue, apply } = await adopted()
    const move = { values: ['a'], from: 's3://lake/orders/a', to: 's3a://new/orders/a' }
    const wider = partitionOf(orders, ['a'], {
      columns: columns('id bigint', 'name string'),
      parameters: partition.Parameters,
    })
    await apply(alterPartitions(orders, wider), movePartitions(orders, move))
    const [id, name] = descriptor.Columns
    expect(glue.partition('golden', 'orders', ['a'])).toEqual({
      ...partition,
      StorageDescriptor: {
        ...descriptor,
        Columns: [{ ...id, Type: 'bigint' }, name],
        Location: 's3://new/orders/a',
      },
    })
  })

  it('is sent back without what Glue alone can tell', () => {
    const told = { DatabaseName: 'golden', CatalogId: '123456789012', VersionId: '7' }
    const times = { CreateTime: new Date(0), UpdateTime: new Date(0), CreatedBy: 'arn:aws:iam::1:role/x' }
    const lake = { IsRegisteredWithLakeFormation: true, IsMultiDialectView: false }
    expect(tableInput({ ...table, ...told, ...times, ...lake })).toEqual(table)
    const own = { DatabaseName: 'golden', TableName: 'orders', CatalogId: '1', CreationTime: new Date(0) }
    expect(partitionInput({ ...partition, ...own })).toEqual(partition)
  })

  it('is inherited by new partitions', async () => {
    const { glue, apply } = await adopted()
    await apply(addPartitions(orders, partitionOf(orders, ['b'])))
    const { StorageDescriptor } = glue.partition('golden', 'orders', ['b']) ?? {}
    expect(StorageDescriptor).toEqual({ ...descriptor, Location: 's3://lake/orders/b' })
  })
})

describe('limits of Glue', () => {
  it('make batches of 100 to create, 100 to update and 25 to delete', async () => {
    const { glue, apply } = await setup()
    const all = times(1100)
    const altered = all.map(partition => ({ ...partition, parameters: { a: 'b' } }))
    await apply(
      addPartitions(orders, ...all),
      alterPartitions(orders, ...altered),
      dropPartitions(orders, ...all.map(({ values }) => values)),
    )
    expect(glue.count('BatchCreatePartition')).toBe(11)
    expect(glue.count('BatchUpdatePartition')).toBe(11)
    expect(glue.count('BatchDeletePartition')).toBe(44)
  })

  it('make a few calls for a few partitions of a large table', async () => {
    const { glue, catalog, apply } = await setup()
    await apply(addPartitions(orders, ...times(3000)))
    const before = glue.requests.length
    await catalog.partitions(orders, { want: 'names', among: [['p1'], ['p2999']] })
    expect(glue.requests.length - before).toBe(1)
  })

  const longName = 'n'.repeat(256)
  const unfit: [string, Change, RegExp][] = [
    ['a name', addColumns(orders, `${longName} int`), /name of column n+ has 256 bytes; Glue takes 255/],
    ['a name in capitals', addColumns(orders, 'Id int'), /name of column Id must be lower case/],
    [
      'a comment',
      {
        kind: 'addColumns',
        table: orders.name,
        columns: [{ name: 'c', type: { kind: 'int' }, comment: 'x'.repeat(256) }],
      },
      /comment of column c has 256 characters/,
    ],
    [
      'a type',
      addColumns(orders, `c struct<${Array.from({ length: 20_000 }, (_, at) => `f${at}:int`).join(',')}>`),
      /type of column c has \d+ characters; Glue takes 131072/,
    ],
    ['a parameter', setParameters(orders, { big: 'x'.repeat(512_001) }), /parameter value of parameter big/],
    [
      'a partition value',
      addPartitions(orders, partitionOf(orders, ['v'.repeat(1025)], { location: 's3://lake/v' })),
      /partition value of partition v+ has 1025/,
    ],
  ]
  it.each(unfit)('for %s are told before Glue is asked', async (_, change, message) => {
    const { glue, apply } = await setup()
    const before = glue.requests.length
    await expect(apply(change)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringMatching(message),
    })
    expect(glue.requests.length).toBe(before)
  })
})

describe('failures of Glue', () => {
  const kinds: [string, Trouble, string][] = [
    [
      'an unknown key',
      fault('UnrecognizedClientException', 'The security token is invalid'),
      'AUTHENTICATION_FAILED',
    ],
    [
      'an expired token',
      fault('ExpiredTokenException', `token ${SECRET} is expired`),
      'AUTHENTICATION_FAILED',
    ],
    [
      'a signature',
      fault('InvalidSignatureException', `x-amz-security-token:${SECRET}`, 403),
      'AUTHENTICATION_FAILED',
    ],
    [
      'Lake Formation',
      fault('AccessDeniedException', 'Insufficient Lake Formation permission(s) on orders'),
      'PERMISSION_DENIED',
    ],
    ['a proxy that says 403', { kind: 'page', status: 403, body: '<html>' }, 'PERMISSION_DENIED'],
    ['another service', { kind: 'page', status: 404, body: '<html>' }, 'DATA_INVALID'],
    ['a page instead of an answer', { kind: 'page', status: 200, body: '<html>' }, 'DATA_INVALID'],
    ['a broken gateway', { kind: 'page', status: 502, body: '<html>' }, 'UNAVAILABLE'],
    ['an error inside', fault('InternalServiceException', 'oops', 500), 'UNAVAILABLE'],
    ['a quota', fault('ResourceNumberLimitExceededException', 'too many'), 'UNAVAILABLE'],
    ['no answer', { kind: 'hang' }, 'TIMEOUT'],
    ['a cut connection', { kind: 'cut' }, 'UNAVAILABLE'],
  ]
  it.each(kinds)('by %s have a code, and no secrets', async (_, trouble, code) => {
    const { glue, open } = await setup()
    glue.cause({ request: () => trouble })
    const catalog = open({ attempts: 2, ...(trouble.kind === 'hang' ? { timeout: 300 } : {}) })
    const error = await catalog.inspect(orders.name).catch(error => error)
    expect(error).toMatchObject({ name: 'GoldsyncError', code })
    expect(error.message).toContain('GetTable')
    expect(error.message).not.toContain(SECRET)
  })

  it('to take a connection are told within 8 s, whatever the attempts', async () => {
    const catalog = openGlue(
      'cloud',
      glueOptions.parse({
        kind: 'glue',
        endpoint: `http://127.0.0.1:${await closedPort()}`,
        accessKeyId: 'AKIATEST',
        secretAccessKey: SECRET,
      }),
    )
    closing.unshift(() => catalog.close())
    // The longest pauses that the SDK makes, each twice as long as the one before: seven for the eight attempts.
    vi.spyOn(Math, 'random').mockReturnValue(1)
    let retries = 0
    const onRetry = (times: number) => {
      retries += times
    }
    await expect(catalog.inspect(orders.name, { onRetry })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
      hint: expect.stringContaining('endpoint'),
      retryable: true,
    })
    expect(retries).toBeLessThan(7)
  })

  it('end a wait as soon as the caller gives up', async () => {
    const { glue, catalog } = await setup()
    const controller = new AbortController()
    glue.cause({
      request: () => {
        controller.abort()
        return { kind: 'hang' }
      },
    })
    await expect(catalog.inspect(orders.name, { signal: controller.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    })
    expect(glue.count('GetTable')).toBe(1)
  })

  it('end pauses between tries as soon as the caller gives up', async () => {
    const { glue, catalog } = await setup({ attempts: 10 })
    glue.cause({ request: () => fault('ThrottlingException') })
    // The pauses are half of 1 s, then half of 2 s.
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    stopTimers()
    const controller = new AbortController()
    const inspecting = catalog.inspect(orders.name, { signal: controller.signal })
    await eventually(() => expect(glue.count('GetTable')).toBe(2))
    await turns()
    controller.abort()
    await expect(inspecting).rejects.toMatchObject({ code: 'ABORTED' })
    vi.advanceTimersByTime(60_000)
    await turns()
    expect(glue.count('GetTable')).toBe(2)
  })

  it('of one partition name it, and the others are there', async () => {
    const { glue, catalog, apply } = await setup()
    glue.cause({ item: (_, values) => (values[0] === 'p3' ? 'InvalidInputException' : undefined) })
    await expect(apply(addPartitions(orders, ...times(10)))).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.stringContaining('partition p3'),
    })
    expect(await names(catalog)).toHaveLength(9)
  })
})
