/**
 * New types for partitions that are registered already. Few get them in one step with the table, where the catalog can do
 * that. Many get them in batches, the newest first: the table then says that they are pending, so that any later run goes
 * on with them.
 */

import type { Catalog } from '../catalogs/catalog.ts'
import { descriptorServes } from '../evolution/descriptor.ts'
import { compareInWalk } from '../lake/order.ts'
import type { Run, TableJob } from '../run.ts'
import type { Change } from '../schema/change.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Partition, RegisteredPartition } from '../schema/partition.ts'
import type { Column, PartitionValues, Table } from '../schema/table.ts'
import { descriptorsAfter } from './state.ts'

/** As many partitions get their new types in one transaction of a metastore, at about 3 ms each. */
const CASCADE_MOST = 1000

/** Partitions that are looked at in one round. */
const ROUND = 1000

export interface Settled {
  readonly changes: readonly Change[]
  /** Registered partitions that these changes leave with the old types. */
  readonly behind: number
}

/** The changes of a table with their cascades taken apart where the catalog has too many partitions for one step. */
export async function settleCascades(
  { catalog }: TableJob,
  table: Table | undefined,
  changes: readonly Change[],
  run: Run,
): Promise<Settled> {
  const cascading = changes.some(change => change.kind === 'changeColumnTypes' && change.cascade)
  if (!cascading || table === undefined || !takesBatches(catalog)) return { changes, behind: 0 }
  const names = await catalog.partitions(table, { want: 'names' }, run)
  if (names.length <= (catalog.capabilities.cascades ? CASCADE_MOST : 0)) return { changes, behind: 0 }
  const apart = changes.map(change =>
    change.kind === 'changeColumnTypes'
      ? { ...change, cascade: false, parameters: { ...change.parameters, ...descriptorsAfter('') } }
      : change,
  )
  return { changes: apart, behind: names.length }
}

// One round trip a partition would make a widening last for hours: there the cascade is left to the server.
const takesBatches = ({ capabilities }: Catalog): boolean =>
  capabilities.visibility === 'directory' && capabilities.bulkDetails

/** What is left to be brought up to date, and the steps of it. */
export interface DescriptorWork {
  /** All the partitions of the table. */
  readonly of: number
  /** Those that were not looked at yet, the newest first. */
  readonly left: readonly PartitionValues[]
}

/** @param after the last partition that is done, as `printValues` has it; `''` for none */
export async function openDescriptorWork(
  job: TableJob,
  table: Table,
  after: string,
  run: Run,
): Promise<DescriptorWork> {
  const names = await job.catalog.partitions(table, { want: 'names' }, run)
  const ordered = names.map(({ values }) => values).sort(compareInWalk)
  const done = after.split('/')
  const left = after === '' ? ordered : ordered.filter(values => compareInWalk(values, done) > 0)
  return { of: names.length, left }
}

interface Round {
  readonly round: readonly PartitionValues[]
  readonly changes: readonly Change[]
  /** As the catalog has them. */
  readonly known: readonly RegisteredPartition[]
}

/** The next partitions, and the change that gives them the table's types; no change where they have them. */
export async function nextRound(
  job: TableJob,
  table: Table,
  left: readonly PartitionValues[],
  run: Run,
): Promise<Round> {
  const round = left.slice(0, ROUND)
  const known = await job.catalog.partitions(table, { want: 'details', among: round }, run)
  const partitions = known.filter(partition => isStale(partition, table)).map(found => renewed(found, table))
  const { name, partitionKeys } = table
  return {
    round,
    known,
    changes:
      partitions.length > 0 ? [{ kind: 'alterPartitions', table: name, partitionKeys, partitions }] : [],
  }
}

const isStale = ({ columns }: RegisteredPartition, table: Table): boolean =>
  columns !== undefined && !descriptorServes(columns, table.columns, [])

function renewed(
  { values, location, columns = [], parameters = {} }: RegisteredPartition,
  table: Table,
): Partition {
  const types = new Map(table.columns.map(column => [column.name, column.type]))
  const renew = (column: Column): Column => ({ ...column, type: types.get(column.name) ?? column.type })
  return { values, location: location ?? '', columns: columns.map(renew), parameters, files: [] }
}

/** A metastore takes about so long to give a partition new columns, ms. */
const RENEWAL = 2.3

/** As many are better done by a run without a deadline. */
const VERY_MANY = 20_000

/** Said in the plan already, unless they are so few that it makes no difference. */
export function widensMany(partitions: number): readonly Diagnostic[] {
  if (partitions <= CASCADE_MOST) return []
  return [
    {
      code: 'MANY_DESCRIPTORS',
      severity: partitions > VERY_MANY ? 'warning' : 'info',
      message: `a column gets a wider type, which ${partitions} registered partitions need too before Hive can read them: in batches, the newest first, for about ${Math.ceil((partitions * RENEWAL) / 1000)} s`,
      fix: 'run `goldsync sync` for the table as a job without a deadline, or let the scans go on with it',
    },
  ]
}

/** What a run that was cut says. */
export const descriptorsPending = (left: number, of: number): Diagnostic => ({
  code: 'DESCRIPTORS_PENDING',
  severity: 'warning',
  message: `a column has a wider type, and ${left} of ${of} partitions still have the narrower one, so that queries of them fail in Hive; every run goes on with them, the newest first`,
  fix: 'nothing, or run `goldsync sync` for the table without a deadline',
})
