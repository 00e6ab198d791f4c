/** What must change in a catalog: two values in, changes out, no connection. */
import { type Change, cascades, type Retype } from '../schema/change.ts'
import type { AcceptedPartition, ObservedPartition } from '../schema/observed.ts'
import type { Partition, RegisteredPartition } from '../schema/partition.ts'
import { type Column, type Parameters, partitionKey, type Table } from '../schema/table.ts'
import { sameType } from '../schema/type.ts'
import { descriptorServes, mayLack, onlyAppends } from './descriptor.ts'
import { withoutStatistics } from './statistics.ts'

/** The changes that turn a table into the wanted one. `wanted` comes from a merge: it only ever grows. */
export function diffTable(current: Table | undefined, wanted: Table): Change[] {
  if (current === undefined) return [{ kind: 'createTable', table: wanted }]
  const retyped = current.columns.flatMap((column, at) => retype(column, wanted.columns[at] as Column))
  const added = wanted.columns.slice(current.columns.length)
  const partitioned = wanted.partitionKeys.length > 0
  const cascade = partitioned && retyped.some(({ from, to }) => !onlyAppends(from, to))
  const all = partitioned && added.some(column => !mayLack(column)) ? ({ cascade: true } as const) : {}
  const table = wanted.name
  const exact = wanted.fields ? { fields: wanted.fields } : {}
  return [
    ...(retyped.length > 0
      ? [{ kind: 'changeColumnTypes', table, columns: retyped, cascade, ...exact } as const]
      : []),
    ...(added.length > 0 ? [{ kind: 'addColumns', table, columns: added, ...all, ...exact } as const] : []),
  ]
}

function retype(from: Column, to: Column): Retype[] {
  if (sameType(from.type, to.type)) return []
  const comment = from.comment === undefined ? {} : { comment: from.comment }
  return [{ name: from.name, from: from.type, to: to.type, ...comment }]
}

export interface PartitionsInput {
  /** The table as it will be: after the changes of `diffTable`. */
  readonly table: Table
  /** Changes of the table that go before; their cascades reach the registered partitions. */
  readonly before: readonly Change[]
  readonly accepted: readonly AcceptedPartition[]
  readonly registered: ReadonlyMap<string, RegisteredPartition>
  readonly visibility: 'directory' | 'file'
  /** What is kept with a partition; empty for catalogs that keep no partition parameters. */
  parametersOf(accepted: AcceptedPartition): Parameters
  /** Whether a registered partition is altered for the sake of its parameters alone. */
  refreshes(observed: ObservedPartition, registered: RegisteredPartition): boolean
}

/** The changes that register new partitions and bring registered ones up to date. Locations are never altered. */
export function diffPartitions(input: PartitionsInput): Change[] {
  const added: Partition[] = []
  const altered: Partition[] = []
  const cascaded = cascadedBy(input)
  for (const accepted of input.accepted) {
    const registered = input.registered.get(partitionKey(accepted.observed.values))
    const wanted = wantedPartition(accepted, registered, input)
    if (registered === undefined) added.push(wanted)
    else if (differs(registered, wanted, accepted, cascaded, input)) altered.push(wanted)
  }
  const about = { table: input.table.name, partitionKeys: input.table.partitionKeys }
  const changes: Change[] = []
  if (added.length > 0) changes.push({ kind: 'addPartitions', ...about, partitions: added })
  if (altered.length > 0) changes.push({ kind: 'alterPartitions', ...about, partitions: altered })
  return changes
}

/** What others keep with a registered partition stays, but for statistics of files that are no longer all. */
const wantedPartition = (
  accepted: AcceptedPartition,
  registered: RegisteredPartition | undefined,
  input: PartitionsInput,
): Partition => ({
  values: accepted.observed.values,
  location: registered?.location ?? accepted.observed.location,
  columns: input.table.columns,
  parameters: { ...withoutStatistics(registered?.parameters ?? {}), ...input.parametersOf(accepted) },
  files: accepted.files,
})

function differs(
  registered: RegisteredPartition,
  wanted: Partition,
  accepted: AcceptedPartition,
  cascaded: Cascaded,
  input: PartitionsInput,
): boolean {
  const stale = !sameParameters(wanted.parameters, registered.parameters ?? {})
  if (stale && input.refreshes(accepted.observed, registered)) return true
  if (input.visibility === 'file' || registered.columns === undefined) return false
  return !descriptorServes(cascaded(registered.columns), input.table.columns, accepted.columns)
}

/** A registered partition's columns, after the cascades of the table's changes. */
type Cascaded = (columns: readonly Column[]) => readonly Column[]

function cascadedBy({ before, table }: PartitionsInput): Cascaded {
  const cascading = before.filter(cascades)
  const retypes = cascading.flatMap(change => (change.kind === 'changeColumnTypes' ? change.columns : []))
  const types = new Map(retypes.map(({ name, to }) => [name, to]))
  const grown = cascading.some(({ kind }) => kind === 'addColumns')
  return columns => {
    const retyped = columns.map(column => ({ ...column, type: types.get(column.name) ?? column.type }))
    return grown ? [...retyped, ...table.columns.slice(columns.length)] : retyped
  }
}

const sameParameters = (a: Parameters, b: Parameters): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([key, value]) => b[key] === value)
