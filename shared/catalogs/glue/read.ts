/** What Glue knows of tables and their partitions. */
import type * as sdk from '@aws-sdk/client-glue'
import { allOf } from '../../base/all-of.ts'
import { GoldsyncError } from '../../base/errors.ts'
import type { RegisteredPartition } from '../../schema/partition.ts'
import { type PartitionValues, partitionKey, type Table, type TableName } from '../../schema/table.ts'
import type { Call, TableTrace, Which } from '../catalog.ts'
import { noTable } from '../refusals.ts'
import { inSlices, MOST } from './batches.ts'
import type { Glue } from './client.ts'
import { toRegistered } from './convert.ts'
import { isFault } from './errors.ts'
import { pause, TRIES } from './pause.ts'

/** The members that name a table in requests on its partitions. */
export const of = ({ database, name }: TableName) => ({ DatabaseName: database, TableName: name })

export const hasDatabase = async (glue: Glue, Name: string, call: Call): Promise<boolean> =>
  (await found(glue.send('GetDatabase', { Name }, call))) !== undefined

/** The table as Glue stores it, with all that we do not know; undefined where there is none. */
export async function findTable(
  glue: Glue,
  { database, name }: TableName,
  call: Call,
): Promise<sdk.Table | undefined> {
  return (await found(glue.send('GetTable', { DatabaseName: database, Name: name }, call)))?.Table
}

async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isFault(error, 'EntityNotFoundException')) return undefined
    throw error
  }
}

/** All tables of a database, a page at a time: Glue gives 100, whole. None where there is no such database. */
async function* pagesOf(glue: Glue, DatabaseName: string, call: Call): AsyncGenerator<readonly sdk.Table[]> {
  let NextToken: string | undefined
  do {
    const page = await found(glue.send('GetTables', { DatabaseName, NextToken }, call))
    yield page?.TableList ?? []
    NextToken = page?.NextToken
  } while (NextToken)
}

/** Tables for which a page is asked at least: one that is asked for by itself costs a request, too. */
const PER_PAGE = 2

/** Glue finds no tables by their names: pages are asked for until all are found, or it would take fewer requests to ask for each. */
export async function findTables(
  glue: Glue,
  database: string,
  names: readonly string[],
  call: Call,
): Promise<ReadonlyMap<string, sdk.Table>> {
  const wanted = new Set(names)
  const tables = new Map<string, sdk.Table>()
  let pages = 0
  for await (const page of pagesOf(glue, database, call)) {
    for (const table of page) if (wanted.has(table.Name ?? '')) tables.set(table.Name as string, table)
    pages += 1
    if (tables.size === wanted.size || (pages + 1) * PER_PAGE > wanted.size) break
  }
  return tables
}

export async function readOthers(
  glue: Glue,
  database: string,
  than: ReadonlySet<string>,
  call: Call,
): Promise<readonly TableTrace[]> {
  const others: TableTrace[] = []
  for await (const page of pagesOf(glue, database, call))
    for (const { Name = '', StorageDescriptor, Parameters } of page)
      if (!than.has(Name))
        others.push({
          name: { database, name: Name },
          location: StorageDescriptor?.Location ?? '',
          parameters: { ...Parameters },
        })
  return others
}

/** @throws GoldsyncError `NOT_FOUND` where there is no such table */
export async function getTable(glue: Glue, name: TableName, call: Call): Promise<sdk.Table> {
  const table = await findTable(glue, name, call)
  if (table) return table
  throw noTable(name)
}

export async function readPartitions(
  glue: Glue,
  table: Table,
  which: Which,
  call: Call,
): Promise<readonly RegisteredPartition[]> {
  if (table.partitionKeys.length === 0 || which.among?.length === 0) return []
  if (which.among === undefined) return readNames(glue, table.name, call)
  const stored = await readStored(glue, table.name, which.among, call)
  return which.want === 'details'
    ? stored.map(toRegistered)
    : stored.map(({ Values = [] }) => ({ values: Values }))
}

/** Parts of a table that are listed side by side. Glue takes 10 at most. */
const SEGMENTS = 4

/** The values of all partitions. A server that knows no segments (moto) answers each of them with all. */
async function readNames(glue: Glue, table: TableName, call: Call): Promise<readonly RegisteredPartition[]> {
  const names = new Map<string, RegisteredPartition>()
  const list = async (SegmentNumber: number) => {
    const Segment = { SegmentNumber, TotalSegments: SEGMENTS }
    const wanted = { ...of(table), Segment, ExcludeColumnSchema: true, MaxResults: MOST.get }
    let NextToken: string | undefined
    do {
      const page = await glue.send('GetPartitions', { ...wanted, NextToken }, call)
      for (const { Values = [] } of page.Partitions ?? []) names.set(partitionKey(Values), { values: Values })
      NextToken = page.NextToken
    } while (NextToken)
  }
  await allOf(Array.from({ length: SEGMENTS }, (_, segment) => list(segment)))
  return [...names.values()]
}

/** Those of the named partitions that are registered, as Glue stores them. */
const readStored = (
  glue: Glue,
  table: TableName,
  among: readonly PartitionValues[],
  call: Call,
): Promise<readonly sdk.Partition[]> =>
  inSlices(among, MOST.get, slice => readSlice(glue, table, slice, call))

/** Glue answers for as many as it can at once, and names the others. */
async function readSlice(
  glue: Glue,
  table: TableName,
  among: readonly PartitionValues[],
  call: Call,
): Promise<readonly sdk.Partition[]> {
  const found: sdk.Partition[] = []
  let left = among.map(values => ({ Values: [...values] }))
  for (let tried = 0; left.length > 0; ) {
    const request = { ...of(table), PartitionsToGet: left }
    const { Partitions = [], UnprocessedKeys = [] } = await glue.send('BatchGetPartition', request, call)
    found.push(...Partitions)
    tried = UnprocessedKeys.length < left.length ? 0 : tried + 1
    if (tried === TRIES) throw unprocessed(left.length)
    left = UnprocessedKeys.map(({ Values = [] }) => ({ Values }))
    if (tried > 0) await pause(tried, call)
  }
  return found
}

const unprocessed = (count: number): GoldsyncError =>
  new GoldsyncError('UNAVAILABLE', `Glue did not tell of ${count} partitions, however often it was asked`, {
    hint: 'Glue may be overloaded: run again',
  })

/** The same by `partitionKey` of their values. */
export async function storedByKey(
  glue: Glue,
  table: TableName,
  items: readonly { readonly values: PartitionValues }[],
  call: Call,
): Promise<ReadonlyMap<string, sdk.Partition>> {
  const among = items.map(({ values }) => values)
  const stored = await readStored(glue, table, among, call)
  return new Map(stored.map(partition => [partitionKey(partition.Values ?? []), partition]))
}
