/**
 * New types for partitions that are registered already: pure. Few get them in one step with the table, where the catalog can
 * do that. Many get them in batches, the newest first: the table then says that they are pending, so that any later run goes
 * on with them.
 */
import type { Catalog } from '../catalogs/catalog.ts'
import { descriptorServes } from '../evolution/descriptor.ts'
import { compareInWalk } from '../lake/order.ts'
import { type Change, cascades } from '../schema/change.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Partition, RegisteredPartition } from '../schema/partition.ts'
import type { Column, PartitionValues, Table } from '../schema/table.ts'
import { descriptorsAfter } from '../state/table-state.ts'

/** As many partitions get their new types in one transaction of a metastore, at about 3 ms each. */
const CASCADE_MOST = 1000

/** Whether a change reaches into partitions that the catalog could be given in batches. */
export const mayTakeApart = (changes: readonly Change[], catalog: Catalog): boolean =>
  takesBatches(catalog) && changes.some(cascades)

// One round trip a partition would make a widening last for hours: there the cascade is left to the server.
const takesBatches = ({ capabilities }: Catalog): boolean =>
  capabilities.visibility === 'directory' && capabilities.bulkDetails

/** Whether so many partitions get their types in one step with the table. */
export const inOneStep = (partitions: number, { capabilities }: Catalog): boolean =>
  partitions <= (capabilities.cascades ? CASCADE_MOST : 0)

/** The changes of a table without their cascades: the table says that its partitions' types are pending. */
export const takenApart = (changes: readonly Change[]): Change[] => changes.flatMap(withoutCascade)

function withoutCascade(change: Change): Change[] {
  const pending = descriptorsAfter('')
  if (change.kind === 'changeColumnTypes')
    return [{ ...change, cascade: false, parameters: { ...change.parameters, ...pending } }]
  if (change.kind !== 'addColumns' || !change.cascade) return [change]
  const { cascade: _, ...added } = change
  // Before it: a run that dies between the two leaves nothing undone that is not told of.
  return [{ kind: 'setParameters', table: change.table, parameters: pending }, added]
}

/**
 * The partitions that are left to be brought up to date, the newest first.
 * @param after the last one that is done, as `printValues` has it; `''` for none
 */
export function leftAfter(after: string, partitions: readonly PartitionValues[]): readonly PartitionValues[] {
  const ordered = partitions.toSorted(compareInWalk)
  const done = after.split('/')
  return after === '' ? ordered : ordered.filter(values => compareInWalk(values, done) > 0)
}

/** The change that gives these partitions the table's types; none where they have them. */
export function renewals(table: Table, known: readonly RegisteredPartition[]): Change[] {
  const { name, partitionKeys } = table
  const partitions = known.filter(partition => isStale(partition, table)).map(found => renewed(found, table))
  return partitions.length > 0 ? [{ kind: 'alterPartitions', table: name, partitionKeys, partitions }] : []
}

const isStale = ({ columns }: RegisteredPartition, table: Table): boolean =>
  columns !== undefined && !descriptorServes(columns, table.columns, [])

function renewed(
  { values, location, columns = [], parameters = {} }: RegisteredPartition,
  table: Table,
): Partition {
  const types = new Map(table.columns.map(column => [column.name, column.type]))
  const renew = (column: Column): Column => ({ ...column, type: types.get(column.name) ?? column.type })
  const all = [...columns.map(renew), ...table.columns.slice(columns.length)]
  return { values, location: location ?? '', columns: all, parameters, files: [] }
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
      message: `a column gets a wider type, or is a new struct, which ${partitions} registered partitions need too before Hive can read them: in batches, the newest first, for about ${Math.ceil((partitions * RENEWAL) / 1000)} s`,
      fix: 'run `goldsync sync` for the table as a job without a deadline, or let the scans go on with it',
    },
  ]
}

/** What a run that was cut says. */
export const descriptorsPending = (left: number, of: number): Diagnostic => ({
  code: 'DESCRIPTORS_PENDING',
  severity: 'warning',
  message: `a column has a wider type, or is a new struct, and ${left} of ${of} partitions still have the columns of before, so that queries of them fail in Hive; every run goes on with them, the newest first`,
  fix: 'nothing, or run `goldsync sync` for the table without a deadline',
})
