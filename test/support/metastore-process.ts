/**
 * A process of its own that works on a metastore, for tests of several at once. Its standard input holds a job as JSON in
 * one line; it says `ready` when it is connected, and begins at the next line.
 */
import { createInterface } from 'node:readline'
import { metastoreClient } from '../../shared/catalogs/hms/connection/client.ts'
import { openMetastore } from '../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import { withTableLock } from '../../shared/catalogs/metastore/requests/lock.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { TableName } from '../../shared/schema/table.ts'

export interface Job {
  /** Settings of the catalog. */
  readonly options: object
  readonly table: TableName
  /** Applied as one plan; `hold` takes the table's lock instead, and keeps it. */
  readonly work: readonly Change[] | 'hold'
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const { options, table, work } = JSON.parse((await lines.next()).value) as Job
const parsed = metastoreOptions.parse(options)
if (work === 'hold') await hold()
else await apply(work)
process.exit()

async function apply(changes: readonly Change[]): Promise<void> {
  const catalog = openMetastore('hive', parsed)
  await catalog.inspect(table)
  console.log('ready')
  await lines.next()
  await catalog.apply(catalog.plan(table, changes))
}

async function hold(): Promise<void> {
  const locks = metastoreClient(parsed)
  await withTableLock({ locks, options: parsed }, table, () => held(), {})
}

async function held(): Promise<void> {
  console.log('ready')
  await lines.next()
}
