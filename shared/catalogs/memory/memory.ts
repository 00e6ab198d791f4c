/** The reference implementation: a catalog in this process, for tests and for trying out a layout. */
import { GoldsyncError } from '../../base/errors.ts'
import type { Change } from '../../schema/change.ts'
import type { Partition, RegisteredPartition } from '../../schema/partition.ts'
import { partitionKey, type Table, type TableName, tableId } from '../../schema/table.ts'
import type { ApplyCall, Call, Capabilities, Catalog, Plan, Step, Which } from '../catalog.ts'
import { inBatches, summarize } from '../steps.ts'
import { applyChange } from './apply-change.ts'
import { type Fault, openFaults } from './faults.ts'
import { type CatalogState, EMPTY_STATE, tableIn, tablesBeside } from './state.ts'

const BATCH = 1000

/** What a metastore can do. */
const METASTORE_LIKE: Capabilities = {
  visibility: 'directory',
  readBy: 'hive',
  partitionParameters: true,
  bulkDetails: true,
  cascades: true,
}

export interface MemoryCatalog extends Catalog {
  state(): CatalogState
  /** Calls so far, and steps begun. */
  readonly calls: Readonly<
    Record<'hasDatabase' | 'inspect' | 'partitions' | 'plan' | 'apply' | 'steps', number>
  >
  /** Makes of it what others do to it. */
  edit(change: (now: CatalogState) => CatalogState): void
  /** Makes one step fail, once. */
  failAt(fault: Fault): void
}

/** A catalog that holds `initial`; `capabilities` default to a metastore's. */
export function openMemoryCatalog(
  name: string,
  capabilities: Partial<Capabilities> = {},
  initial: CatalogState = EMPTY_STATE,
): MemoryCatalog {
  const able = { ...METASTORE_LIKE, ...capabilities }
  const calls = { hasDatabase: 0, inspect: 0, partitions: 0, plan: 0, apply: 0, steps: 0 }
  const faults = openFaults()
  let [state, closed] = [initial, false]

  const begin = (call: Exclude<keyof typeof calls, 'plan' | 'steps'>, signal?: AbortSignal) => {
    calls[call] += 1
    expectOpen(name, closed, signal)
  }
  const edit = (change: (now: CatalogState) => CatalogState) => {
    state = change(state)
  }
  const run = (step: Step) => {
    calls.steps += 1
    faults.around(calls.steps, () => edit(now => applyChange(now, step.change)))
  }

  return {
    name,
    kind: 'memory',
    capabilities: able,
    calls,
    state: () => state,
    edit,
    failAt: faults.arm,
    async hasDatabase(database, call = {}) {
      begin('hasDatabase', call.signal)
      return state.databases.has(database)
    },
    async inspect(table: TableName, call: Call = {}) {
      begin('inspect', call.signal)
      return tableIn(state, table)?.table
    },
    async partitions(table: Table, which: Which, { signal }: Call = {}) {
      begin('partitions', signal)
      return select(tableIn(state, table.name)?.partitions ?? new Map(), which, able)
    },
    databases: async () => [...state.databases],
    otherTables: async (database, than) => tablesBeside(state, database, than),
    plan(table, changes) {
      calls.plan += 1
      return planOf(able, table, changes)
    },
    async apply(plan: Plan, call: ApplyCall = {}) {
      begin('apply', call.signal)
      runAll(name, plan, run, call)
    },
    async close() {
      closed = true
    },
  }
}

function runAll(
  name: string,
  { steps }: Plan,
  run: (step: Step) => void,
  { signal, onStep }: ApplyCall,
): void {
  for (const [at, step] of steps.entries()) {
    stopIfAborted(name, signal)
    run(step)
    onStep?.(step, at + 1)
  }
}

function expectOpen(name: string, closed: boolean, signal: AbortSignal | undefined): void {
  stopIfAborted(name, signal)
  if (closed) throw new GoldsyncError('UNAVAILABLE', `catalog ${name} is closed`)
}

function stopIfAborted(name: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new GoldsyncError('ABORTED', `catalog ${name}: aborted`)
}

function planOf(able: Capabilities, table: TableName, changes: readonly Change[]): Plan {
  if (!able.partitionParameters && changes.some(({ kind }) => kind === 'stripPartitions'))
    throw new GoldsyncError('UNSUPPORTED', 'this catalog keeps no parameters of partitions')
  const steps = changes
    .flatMap(change => inBatches(change, BATCH))
    .map(change => ({
      command: `${tableId(table)}: ${summarize(change)}`,
      summary: summarize(change),
      change,
    }))
  return { table, steps }
}

function select(
  partitions: ReadonlyMap<string, Partition>,
  which: Which,
  able: Capabilities,
): readonly RegisteredPartition[] {
  const found = which.among
    ? which.among.flatMap(values => partitions.get(partitionKey(values)) ?? [])
    : [...partitions.values()]
  return found.map(({ values, location, columns, parameters }) => {
    if (which.want === 'names') return { values }
    return { values, location, columns, ...(able.partitionParameters ? { parameters } : {}) }
  })
}
