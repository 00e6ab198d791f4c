/** What must change in a catalog: two values in, changes out, no connection. */
import type { Change, Retype } from '../schema/change.ts'
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
  const retyped = current.columns.flatMap((column, at) => retype(column, wanted.columns[at] as Column))
  const added = wanted.columns.slice(current.columns.length)
  const cascade = wanted.partitionKeys.length > 0 && retyped.some(({ from, to }) => !onlyAppends(from, to))
  const table = wanted.name
  return [
    ...(retyped.length > 0 ? [{ kind: 'changeColumnTypes', table, columns: retyped, cascade } as const] : []),
    ...(added.length > 0 ? [{ kind: 'addColumns', table, columns: added } as const] : []),
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
  const cascading = changes.filter(change => change.kind === 'changeColumnTypes' && change.cascade)
  const retyped = cascading.flatMap(change => (change.kind === 'changeColumnTypes' ? change.columns : []))
  return new Map(retyped.map(({ name, to }) => [name, to]))
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
