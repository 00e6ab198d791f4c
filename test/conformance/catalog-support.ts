/** What a catalog driver's test file builds for the suite, and the words that the suite's sentences are made of. */
import { expect } from 'vitest'
import type { ErrorCode } from '../../shared/base/errors.ts'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import type { Lake } from '../../shared/run/run.ts'
import type { Change, Move } from '../../shared/schema/change.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import type { Partition } from '../../shared/schema/partition.ts'
import type { Column, Parameters, PartitionValues, Table, TableName } from '../../shared/schema/table.ts'
import { parseType } from '../../shared/schema/type.ts'
import { type Limit, noteLimit } from '../support/limits.ts'
import { columns } from '../support/types.ts'

export interface CatalogHarness {
  /** Another handle on one and the same catalog; the suite closes it. */
  catalog(): Promise<Catalog>
  /** A name that is free; the suite makes this database and one called `<database>_2`. */
  readonly database: string
  /** A folder's location: `location('orders')`. It need not exist unless the catalog wants it to. */
  location(name: string): string
  /** A handle on a catalog that cannot be reached: nobody listens, or somebody else holds the file. */
  unreachable(): Promise<Catalog>
  /** Real data, where the harness can write and count it. */
  readonly data?: {
    /** Writes a Parquet file of `DATA_COLUMNS` into a folder. */
    write(location: string, file: string, rows: number): Promise<DataFile>
    /** The rows that a query of the table returns. */
    count(table: TableName): Promise<number>
  }
  /** Column statistics of partitions, by somebody else than the driver, where the harness can. */
  readonly statistics?: {
    /** As ANALYZE sets them, of bigint columns. */
    set(table: TableName, values: PartitionValues, columns: readonly string[]): Promise<void>
    /** The columns that have some, by name. */
    columns(table: TableName, values: PartitionValues): Promise<readonly string[]>
  }
  /** The steps of a plan about a table that is there are made by one commit, and told of after it. */
  readonly together?: boolean
  /** A handle on a catalog that refuses partitions of one source; where the harness can make it. */
  refusing?(): Promise<Refusing>
  /** What this server cannot do, and how the driver must refuse it. */
  readonly limits?: Partial<Record<Limit, Refusal>>
  /** Drops both databases and removes the files. */
  cleanup(): Promise<void>
}

export interface Refusal {
  readonly code: ErrorCode
  readonly hint: RegExp
}

export interface Refusing {
  readonly catalog: Catalog
  /** The source: the first value of refused partitions. */
  readonly value: string
  /** Partitions of the test, where a refusal takes the server long; 1,000 by default. */
  readonly many?: number
  /** Where the catalog itself reads files, or looks for them. */
  readonly lake?: Partial<Lake>
  /** Writes a file of that lake: `orders/…/a.parquet`. */
  put?(path: string): Promise<void>
  /** From then on nothing is refused any more; absent where it never can be. */
  mend?(): Promise<void>
}

/** Columns of the files that `CatalogHarness.data` writes. */
export const DATA_COLUMNS: readonly Column[] = columns('id bigint', 'name string')

/** What the suite's parts share: one catalog, and tables by names that no other test has. */
export interface Subject {
  readonly harness: () => CatalogHarness
  readonly catalog: () => Catalog
  /** A table value with a fresh name, not created yet. */
  table(change?: Partial<Table>): Table
  /** A fresh table that exists. */
  created(change?: Partial<Table>): Promise<Table>
  /** Plans and applies. */
  apply(table: Table, ...changes: Change[]): Promise<void>
  inspect(table: Table): Promise<Table>
  /** Awaits the work, or sees it refused where the harness states this limit of its server. @returns whether it was refused */
  refused(limit: Limit | undefined, work: Promise<unknown>): Promise<boolean>
}

/** A partition of `table` in a folder of its own. */
export const partitionOf = (
  table: Table,
  values: readonly string[],
  change: Partial<Partition> = {},
): Partition => ({
  values,
  location: `${table.location}/${values.map(encodeURIComponent).join('/')}`,
  columns: table.columns,
  parameters: {},
  files: [],
  ...change,
})

export const addPartitions = (table: Table, ...partitions: Partition[]): Change => ({
  kind: 'addPartitions',
  table: table.name,
  partitionKeys: table.partitionKeys,
  partitions,
})

export const alterPartitions = (table: Table, ...partitions: Partition[]): Change => ({
  kind: 'alterPartitions',
  table: table.name,
  partitionKeys: table.partitionKeys,
  partitions,
})

export const movePartitions = (table: Table, ...partitions: Move[]): Change => ({
  kind: 'movePartitions',
  table: table.name,
  partitionKeys: table.partitionKeys,
  partitions,
})

export const dropPartitions = (table: Table, ...all: PartitionValues[]): Change => ({
  kind: 'dropPartitions',
  table: table.name,
  partitionKeys: table.partitionKeys,
  partitions: all.map(values => ({ values })),
})

export const stripPartitions = (table: Table, prefix: string, ...all: PartitionValues[]): Change => ({
  kind: 'stripPartitions',
  table: table.name,
  partitionKeys: table.partitionKeys,
  prefix,
  partitions: all.map(values => ({ values })),
})

export const setParameters = (table: Table, parameters: Parameters, removed: string[] = []): Change => ({
  kind: 'setParameters',
  table: table.name,
  parameters,
  ...(removed.length > 0 ? { removed } : {}),
})

export const addColumns = (table: Table, ...texts: string[]): Change => ({
  kind: 'addColumns',
  table: table.name,
  columns: columns(...texts),
})

/** New types of columns that `table` has, by their names: `changeTypes(table, { id: 'bigint' })`. */
export const changeTypes = (
  table: Table,
  types: Readonly<Record<string, string>>,
  more: { readonly cascade?: boolean; readonly parameters?: Parameters } = {},
): Change => ({
  kind: 'changeColumnTypes',
  table: table.name,
  columns: Object.entries(types).map(([name, to]) => {
    const { type: from = parseType('int'), comment } =
      table.columns.find(column => column.name === name) ?? {}
    return { name, from, to: parseType(to), ...(comment === undefined ? {} : { comment }) }
  }),
  cascade: true,
  ...more,
})

/** The work fails as the server's limit wants it, which the page then shows. */
export async function expectRefusal(
  limit: Limit,
  { code, hint }: Refusal,
  work: Promise<unknown>,
): Promise<void> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error, `${limit}: should have been refused`).toMatchObject({
    code,
    hint: expect.stringMatching(hint),
    retryable: false,
  })
  const { message, hint: told } = error as { message: string; hint: string }
  noteLimit(limit, `${code}: ${message}; ${told}`)
}

/** The work fails with one of these codes, in an error that says something. */
export async function expectError(work: Promise<unknown>, ...codes: ErrorCode[]): Promise<void> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error, `should have failed with ${codes.join(' or ')}`).toBeDefined()
  expect(error).toMatchObject({ name: 'GoldsyncError', message: expect.stringMatching(/\w/) })
  expect(codes, String(error)).toContain((error as { code: ErrorCode }).code)
}
