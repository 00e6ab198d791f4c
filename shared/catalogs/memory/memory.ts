/** The reference implementation: a catalog in this process, for tests and for trying out a layout. */
import { GoldsyncError } from '../../base/errors.ts'
import type { Change } from '../../schema/change.ts'
import type { Partition, RegisteredPartition } from '../../schema/partition.ts'
import { partitionKey, type TableName, tableId } from '../../schema/table.ts'
import type { ApplyCall, Capabilities, Catalog, Plan, Step, Which } from '../catalog.ts'
import { isInParts, openRefusals, type Refusals } from '../refusing.ts'
import { inBatches, summarize } from '../steps.ts'
import { applyChange } from './apply-change.ts'
import { type Fault, openFaults, type Refuses } from './faults.ts'
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
    Record<'hasDatabase' | 'inspect' | 'inspectAll' | 'partitions' | 'plan' | 'apply' | 'steps', number>
  >
  /** Makes of it what others do to it. */
  edit(change: (now: CatalogState) => CatalogState): void
  /** Makes one step fail, once. */
  failAt(fault: Fault): void
  /** From now on partitions of which this tells an error are refused with it. */
  refuse(why: Refuses): void
}

/** A catalog that holds `initial`; `capabilities` default to a metastore's. */
export function openMemoryCatalog(
  name: string,
  capabilities: Partial<Capabilities> = {},
  initial: CatalogState = EMPTY_STATE,
): MemoryCatalog {
  const able = { ...METASTORE_LIKE, ...capabilities }
  const calls = { hasDatabase: 0, inspect: 0, inspectAll: 0, partitions: 0, plan: 0, apply: 0, steps: 0 }
  const faults = openFaults()
  let [state, closed] = [initial, false]

  const begin = (call: Exclude<keyof typeof calls, 'plan' | 'steps'>, signal?: AbortSignal) => {
    calls[call] += 1
    expectOpen(name, closed, signal)
    return state
  }
  const run: Run = (step, refusals) =>
    faults.around(++calls.steps, () => {
      const change = withoutRefused(step.change, faults.refusal, refusals)
      if (change) state = applyChange(state, change)
      return change
    })
  return {
    name,
    kind: 'memory',
    capabilities: able,
    calls,
    state: () => state,
    edit(change) {
      state = change(state)
    },
    failAt: faults.arm,
    refuse: faults.refuse,
    hasDatabase: async (database, { signal } = {}) => begin('hasDatabase', signal).databases.has(database),
    inspect: async (table, { signal } = {}) => tableIn(begin('inspect', signal), table)?.table,
    async inspectAll(database, names, { signal } = {}) {
      const now = begin('inspectAll', signal)
      return new Map(names.map(name => [name, tableIn(now, { database, name })?.table]))
    },
    async partitions({ name: of }, which, { signal } = {}) {
      begin('partitions', signal)
      return select(tableIn(state, of)?.partitions ?? new Map(), which, able)
    },
    databases: async () => [...state.databases],
    otherTables: async (database, than) => tablesBeside(state, database, than),
    plan: (table, changes) => planOf(able, table, changes, calls),
    async apply(plan: Plan, call: ApplyCall = {}) {
      begin('apply', call.signal)
      runAll(name, plan, run, call)
    },
    async close() {
      closed = true
    },
  }
}

/** @returns what was made of the step */
type Run = (step: Step, refusals: Refusals | undefined) => Change | undefined

function runAll(name: string, { steps }: Plan, run: Run, call: ApplyCall): void {
  const refusals = openRefusals(call)
  for (const [at, step] of steps.entries()) {
    stopIfAborted(name, call.signal)
    const change = run(step, refusals)
    if (change)
      call.onStep?.(change === step.change ? step : { ...step, change, summary: summarize(change) }, at + 1)
  }
}

/** As servers do: one that takes some of a step's partitions has taken these. */
function withoutRefused(
  change: Change,
  refusal: Refuses,
  refusals: Refusals | undefined,
): Change | undefined {
  const wanted = refusals ? refusals.without(change) : change
  if (wanted === undefined || !isInParts(wanted)) return wanted
  const refused = wanted.partitions.filter(({ values }) => refusal(values))
  if (refused.length < wanted.partitions.length) refusals?.took()
  for (const { values } of refused) {
    if (refusals === undefined) throw refusal(values)
    refusals.refuse(values, refusal(values))
  }
  return refusals ? refusals.without(wanted) : wanted
}

function expectOpen(name: string, closed: boolean, signal: AbortSignal | undefined): void {
  stopIfAborted(name, signal)
  if (closed) throw new GoldsyncError('UNAVAILABLE', `catalog ${name} is closed`)
}

function stopIfAborted(name: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new GoldsyncError('ABORTED', `catalog ${name}: aborted`)
}

function planOf(
  able: Capabilities,
  table: TableName,
  changes: readonly Change[],
  calls: { plan: number },
): Plan {
  calls.plan += 1
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
