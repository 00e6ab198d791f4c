/** What an audit record says of a change: how the catalog was before, and how it is after. Pure. */
import type { Change } from '../schema/change.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import {
  type Column,
  type Parameters,
  type PartitionValues,
  partitionKey,
  printValues,
  type Table,
  tableId,
} from '../schema/table.ts'
import { printType, type Type } from '../schema/type.ts'

/** What is there, by name: `column id`, `parameter numRows`, `location`. */
type State = Readonly<Record<string, string>>
type States = Readonly<Record<string, State | null>>

/** Only what differs; null where there is nothing, before it was made or after it was taken out. */
export interface Audit {
  /** Of a change of partitions: by their values, `2019/09/01/01`. */
  readonly before: State | States | null
  readonly after: State | States | null
}

export type Registered = ReadonlyMap<string, RegisteredPartition>

/** Partitions that one record tells of; its command says how many there are. */
const TOLD = 20

/**
 * @param table as it was
 * @param registered what the catalog had of the change's partitions, by `partitionKey`, as far as it was asked
 */
export function auditOf(change: Change, table: Table | undefined, registered: Registered): Audit {
  switch (change.kind) {
    case 'createDatabase':
      return { before: null, after: { database: change.database } }
    case 'createTable':
      return { before: null, after: stateOf(change.table) }
    case 'addColumns':
      return { before: {}, after: columns(change.columns) }
    case 'changeColumnTypes':
      return {
        before: { ...typed(change.columns, 'from'), ...kept(table, change.parameters) },
        after: { ...typed(change.columns, 'to'), ...parameters(change.parameters) },
      }
    case 'moveTable':
      return { before: { location: change.from }, after: { location: change.to } }
    case 'renameTable':
      return { before: { table: tableId(change.table) }, after: { table: tableId(change.to) } }
    case 'setParameters':
      return differing(kept(table, change.parameters, change.removed), parameters(change.parameters))
    default:
      return ofPartitions(change, registered)
  }
}

type PartitionsChange = Extract<Change, { readonly partitions: readonly unknown[] }>

function ofPartitions(change: PartitionsChange, registered: Registered): Audit {
  const partitions: readonly Named[] = change.partitions
  const told = partitions.slice(0, TOLD).map(partition => {
    const was = registered.get(partitionKey(partition.values))
    return [printValues(partition.values), ofPartition(change, partition, was)] as const
  })
  return {
    before: Object.fromEntries(told.map(([name, { before }]) => [name, before])),
    after: Object.fromEntries(told.map(([name, { after }]) => [name, after])),
  }
}

/** A partition of any change. */
interface Named extends Partial<Pick<RegisteredPartition, 'location' | 'parameters'>> {
  readonly values: PartitionValues
  readonly from?: string
  readonly to?: string
  readonly columns?: readonly Column[]
}

interface OfOne {
  readonly before: State | null
  readonly after: State | null
}

function ofPartition(
  change: PartitionsChange,
  { from = '', to = '', location = '', columns: wanted = [], parameters: set }: Named,
  was: RegisteredPartition | undefined,
): OfOne {
  switch (change.kind) {
    case 'addPartitions':
      // Its columns are the first ones of its table.
      return { before: null, after: { location, ...parameters(set) } }
    case 'movePartitions':
      return { before: { location: from }, after: { location: to } }
    case 'dropPartitions':
      return {
        before: { ...(was?.location ? { location: was.location } : {}), ...parameters(was?.parameters) },
        after: null,
      }
    case 'stripPartitions': {
      const had = Object.entries(was?.parameters ?? {}).filter(([key]) => key.startsWith(change.prefix))
      return { before: parameters(Object.fromEntries(had)), after: {} }
    }
    default: {
      const known = { ...columns(was?.columns ?? []), ...parameters(was?.parameters) }
      return differing(known, { ...columns(wanted), ...parameters(set) })
    }
  }
}

const stateOf = ({ location, columns: data, partitionKeys, parameters: set }: Table): State => ({
  location,
  ...columns(data),
  ...Object.fromEntries(partitionKeys.map(({ name, type }) => [`partition key ${name}`, printType(type)])),
  ...parameters(set),
})

const columns = (known: readonly Column[]): State => typed(known, 'type')

const typed = <K extends string>(
  known: readonly ({ readonly name: string } & Readonly<Record<K, Type>>)[],
  side: K,
): State => Object.fromEntries(known.map(column => [`column ${column.name}`, printType(column[side])]))

const parameters = (set: Parameters = {}): State =>
  Object.fromEntries(Object.entries(set).map(([key, value]) => [`parameter ${key}`, value]))

/** What a table has of the parameters that are set or removed. */
function kept(table: Table | undefined, set: Parameters = {}, removed: readonly string[] = []): State {
  const had = Object.entries(table?.parameters ?? {})
  return parameters(Object.fromEntries(had.filter(([key]) => key in set || removed.includes(key))))
}

function differing(before: State, after: State): { readonly before: State; readonly after: State } {
  const only = (state: State, other: State) =>
    Object.fromEntries(Object.entries(state).filter(([name, value]) => other[name] !== value))
  return { before: only(before, after), after: only(after, before) }
}
