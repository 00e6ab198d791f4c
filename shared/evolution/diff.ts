/** What must change in a catalog: two values in, changes out, no connection. */
import type { Change } from '../schema/change.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Partition, RegisteredPartition } from '../schema/partition.ts'
import { type Column, partitionKey, printValues, type Table, tableId } from '../schema/table.ts'
import { sameType } from '../schema/type.ts'
import { descriptorServes, onlyAppends } from './descriptor.ts'
import { FINGERPRINT, fingerprintOf } from './fingerprint.ts'
import type { AcceptedPartition } from './policy.ts'

/** The changes that turn a table into the wanted one. `wanted` comes from a merge: it only ever grows. */
export function diffTable(current: Table | undefined, wanted: Table): Change[] {
  if (current === undefined) return [{ kind: 'createTable', table: wanted }]
  const retyped = current.columns.flatMap((column, at) =>
    retype(wanted, column, wanted.columns[at] as Column),
  )
  const added = wanted.columns.slice(current.columns.length)
  return added.length > 0 ? [...retyped, { kind: 'addColumns', table: wanted.name, columns: added }] : retyped
}

function retype(table: Table, from: Column, to: Column): Change[] {
  if (sameType(from.type, to.type)) return []
  const comment = from.comment === undefined ? {} : { comment: from.comment }
  const cascade = table.partitionKeys.length > 0 && !onlyAppends(from.type, to.type)
  const types = { from: from.type, to: to.type }
  return [{ kind: 'changeColumnType', table: table.name, column: from.name, ...types, ...comment, cascade }]
}

export interface PartitionsInput {
  /** The table as it will be: after the changes of `diffTable`. */
  readonly table: Table
  /** Changes of the table that go before; their cascades reach the registered partitions. */
  readonly before: readonly Change[]
  readonly accepted: readonly AcceptedPartition[]
  readonly registered: ReadonlyMap<string, RegisteredPartition>
  readonly visibility: 'directory' | 'file'
  readonly partitionParameters: boolean
  readonly sameLocation: (a: string, b: string) => boolean
}

export interface PartitionsDiff {
  readonly changes: readonly Change[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The changes that register new partitions and bring registered ones up to date. Locations are never altered. */
export function diffPartitions(input: PartitionsInput): PartitionsDiff {
  const added: Partition[] = []
  const altered: Partition[] = []
  const diagnostics: Diagnostic[] = []
  const cascaded = cascades(input.before)
  for (const accepted of input.accepted) {
    const wanted = wantedPartition(accepted, input)
    const registered = input.registered.get(partitionKey(wanted.values))
    if (registered === undefined) added.push(wanted)
    else if (elsewhere(registered, wanted, input))
      diagnostics.push(registeredElsewhere(registered, wanted, input.table))
    else if (differs(registered, wanted, accepted, cascaded, input))
      altered.push(keepOthers(registered, wanted))
  }
  const about = { table: input.table.name, partitionKeys: input.table.partitionKeys }
  const changes: Change[] = []
  if (added.length > 0) changes.push({ kind: 'addPartitions', ...about, partitions: added })
  if (altered.length > 0) changes.push({ kind: 'alterPartitions', ...about, partitions: altered })
  return { changes, diagnostics }
}

function wantedPartition({ observed, files }: AcceptedPartition, input: PartitionsInput): Partition {
  return {
    values: observed.values,
    location: observed.location,
    columns: input.table.columns,
    parameters: input.partitionParameters ? { [FINGERPRINT]: fingerprintOf(files) } : {},
    files,
  }
}

const keepOthers = (registered: RegisteredPartition, wanted: Partition): Partition => ({
  ...wanted,
  location: registered.location ?? wanted.location,
  parameters: { ...registered.parameters, ...wanted.parameters },
})

function elsewhere(registered: RegisteredPartition, wanted: Partition, input: PartitionsInput): boolean {
  return registered.location !== undefined && !input.sameLocation(registered.location, wanted.location)
}

function differs(
  registered: RegisteredPartition,
  wanted: Partition,
  accepted: AcceptedPartition,
  cascaded: ReadonlyMap<string, Column['type']>,
  input: PartitionsInput,
): boolean {
  const before = registered.parameters?.[FINGERPRINT]
  if (input.partitionParameters && before !== wanted.parameters[FINGERPRINT]) return true
  if (input.visibility === 'file' || registered.columns === undefined) return false
  const descriptor = registered.columns.map(column => ({
    ...column,
    type: cascaded.get(column.name) ?? column.type,
  }))
  return !descriptorServes(descriptor, input.table.columns, accepted.columns)
}

function cascades(changes: readonly Change[]): ReadonlyMap<string, Column['type']> {
  const types = new Map<string, Column['type']>()
  for (const change of changes) {
    if (change.kind === 'changeColumnType' && change.cascade) types.set(change.column, change.to)
  }
  return types
}

function registeredElsewhere(registered: RegisteredPartition, wanted: Partition, table: Table): Diagnostic {
  return {
    code: 'PARTITION_ELSEWHERE',
    severity: 'error',
    table: tableId(table.name),
    partition: printValues(wanted.values),
    path: wanted.location,
    message: `the catalog has this partition at ${registered.location}, so the files of ${wanted.location} are not queried`,
    fix: 'drop the partition in the catalog if its location is wrong (an external partition keeps its files), then run goldsync again',
  }
}
