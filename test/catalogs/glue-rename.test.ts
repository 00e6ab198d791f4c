import { afterEach, describe, expect, test } from 'vitest'
import { openGlue } from '../../shared/catalogs/glue/glue.ts'
import { glueOptions } from '../../shared/catalogs/glue/options.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Table } from '../../shared/schema/table.ts'
import { addPartitions, partitionOf } from '../conformance/catalog-support.ts'
import { fakeGlue } from '../support/fake-glue.ts'
import { columns } from '../support/types.ts'
import { ENDLESS } from '../support/waiting.ts'

const orders: Table = {
  name: { database: 'golden', name: 'orders' },
  kind: 'external',
  format: 'parquet',
  columns: columns('id int'),
  partitionKeys: columns('key string'),
  location: 's3a://lake/orders',
  parameters: { 'goldsync.topic': 'orders' },
}
const to = { database: 'golden', name: 'sales' }
const rename: Change = { kind: 'renameTable', table: orders.name, to }
const parameters = { 'goldsync.fingerprint': '1:2:3', 'goldsync.statistics': 'id' }

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function setup(partitions = 3) {
  const glue = await fakeGlue()
  const options = { kind: 'glue', endpoint: glue.endpoint, timeout: ENDLESS, attempts: 1 }
  const keys = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' }
  const catalog = openGlue('cloud', glueOptions.parse({ ...options, ...keys }))
  closing.push(() => catalog.close(), glue.close)
  const apply = (...changes: Change[]) => catalog.apply(catalog.plan(orders.name, changes))
  const all = Array.from({ length: partitions }, (_, at) => partitionOf(orders, [`p${at}`], { parameters }))
  await apply({ kind: 'createDatabase', database: 'golden' }, { kind: 'createTable', table: orders })
  await apply(addPartitions(orders, ...all))
  const names = async (name: Table['name']) =>
    (await catalog.partitions({ ...orders, name }, { want: 'names' })).map(({ values }) => values[0]).sort()
  return { glue, catalog, apply, names }
}

describe('a table that Glue renames by a copy', () => {
  test('has all but what was not copied: what says that statistics of columns are published', async () => {
    const { glue, apply } = await setup()
    await apply(rename)
    expect(glue.table('golden', 'orders')).toBeUndefined()
    expect(glue.table('golden', 'sales')?.Parameters).toEqual({
      classification: 'parquet',
      EXTERNAL: 'TRUE',
      'goldsync.topic': 'orders',
    })
    expect(glue.partition('golden', 'sales', ['p1'])).toMatchObject({
      Parameters: { 'goldsync.fingerprint': '1:2:3' },
      StorageDescriptor: { Location: 's3://lake/orders/p1' },
    })
    expect(glue.partition('golden', 'sales', ['p1'])?.Parameters).not.toHaveProperty('goldsync.statistics')
  })

  test('is gone on with after any request that was the last, and all of it is there', async () => {
    for (let last = 1; ; last += 1) {
      const { glue, apply, names } = await setup()
      let left = last
      glue.cause({
        request: () => {
          left -= 1
          return left < 0 ? { kind: 'fault', name: 'InvalidInputException' } : undefined
        },
      })
      const cut = await apply(rename).then(
        () => false,
        () => true,
      )
      glue.cause({})
      await apply(rename)
      expect(glue.table('golden', 'orders')).toBeUndefined()
      expect(await names(to)).toEqual(['p0', 'p1', 'p2'])
      if (!cut) return
    }
  })

  test('keeps the old one where a partition could not be copied', async () => {
    const { glue, apply, names } = await setup()
    glue.cause({
      item: (operation, [value]) =>
        operation === 'BatchCreatePartition' && value === 'p1' ? 'InvalidInputException' : undefined,
    })
    await expect(apply(rename)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    expect(await names(orders.name)).toEqual(['p0', 'p1', 'p2'])
  })

  test('leaves a table alone that somebody else has made under the new name', async () => {
    const { glue, apply, names } = await setup()
    glue.put('golden', { Name: 'sales', TableType: 'EXTERNAL_TABLE', Parameters: { whose: 'mine' } })
    await expect(apply(rename)).rejects.toMatchObject({ code: 'CONFLICT', retryable: false })
    expect(glue.table('golden', 'sales')?.Parameters).toEqual({ whose: 'mine' })
    expect(glue.table('golden', 'orders')?.Parameters).not.toHaveProperty('goldsync.renamed')
    expect(await names(orders.name)).toHaveLength(3)
  })

  test('takes what a scan has registered meanwhile as copied', async () => {
    const { glue, apply, names } = await setup(1200)
    let copied = 0
    glue.cause({
      item: operation => {
        if (operation !== 'BatchCreatePartition') return undefined
        copied += 1
        return copied % 2 === 0 ? 'AlreadyExistsException' : undefined
      },
    })
    await apply(rename)
    expect(await names(to)).toHaveLength(600)
  })
})
