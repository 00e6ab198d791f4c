/** A plan that is kept: what it would do to each table, step by step, and whether that still holds. */
import { createHash } from 'node:crypto'
import { GoldsyncError } from '../base/errors.ts'
import type { Step } from '../catalogs/catalog.ts'
import type { OnPlan, PlannedFor } from './run.ts'

interface PlannedStep {
  readonly kind: string
  readonly summary: string
  /** As it is shown: the first 4,000 characters. */
  readonly command: string
  /** Of the change as data: values, locations, columns, and each file's size and time. */
  readonly digest: string
}

export interface PlannedTable extends PlannedFor {
  readonly steps: readonly PlannedStep[]
}

const SHOWN = 4_000

/** What goldsync keeps on a table has times in it, and follows from the other steps. */
const isKept = ({ change }: Step): boolean => change.kind !== 'setParameters'

const planned = ({ change, summary, command }: Step): PlannedStep => ({
  kind: change.kind,
  summary,
  command: command.length <= SHOWN ? command : `${command.slice(0, SHOWN)} … (${command.length} characters)`,
  digest: createHash('sha256')
    .update(JSON.stringify([command, change], plain))
    .digest('hex'),
})

const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)

const keyOf = ({ catalog, table }: PlannedFor): string => JSON.stringify([catalog, table])

/** Collects the steps of a dry run. `tables` has those that have any, by name. */
export function collectPlan(): { readonly onPlan: OnPlan; tables(): readonly PlannedTable[] } {
  const found = new Map<string, PlannedFor & { readonly steps: PlannedStep[] }>()
  return {
    onPlan: ({ catalog, table }, steps) => {
      const kept = steps.filter(isKept)
      if (kept.length === 0) return
      const key = keyOf({ catalog, table })
      const known = found.get(key) ?? { catalog, table, steps: [] }
      known.steps.push(...kept.map(planned))
      found.set(key, known)
    },
    tables: () => [...found.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
  }
}

/** What of a plan does not hold any more: a sentence for each table. */
export function differences(
  before: readonly PlannedTable[],
  now: readonly PlannedTable[],
): readonly string[] {
  const fresh = new Map(now.map(table => [keyOf(table), table.steps]))
  const old = new Set(before.map(keyOf))
  return [
    ...before.flatMap(table => difference(table, fresh.get(keyOf(table)) ?? []) ?? []),
    ...now
      .filter(table => !old.has(keyOf(table)))
      .map(({ catalog, table, steps }) => `${table} in ${catalog}: not in the plan: ${steps[0]?.summary}`),
  ]
}

function difference(
  { catalog, table, steps }: PlannedTable,
  now: readonly PlannedStep[],
): string | undefined {
  const left = counted(now)
  const gone = steps.find(step => !take(left, step.digest))
  const name = `${table} in ${catalog}`
  if (gone) return `${name}: not as planned any more: ${gone.summary}`
  const more = now.find(({ digest }) => left.has(digest))
  return more ? `${name}: not in the plan: ${more.summary}` : undefined
}

function counted(steps: readonly PlannedStep[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { digest } of steps) counts.set(digest, (counts.get(digest) ?? 0) + 1)
  return counts
}

function take(counts: Map<string, number>, digest: string): boolean {
  const count = counts.get(digest) ?? 0
  if (count > 1) counts.set(digest, count - 1)
  else counts.delete(digest)
  return count > 0
}

/**
 * Lets a run make the steps of a plan and no other. A database is made by whichever of its tables comes first.
 * @throws GoldsyncError `CONFLICT`, from what it returns
 */
export function onlyPlanned(tables: readonly PlannedTable[]): OnPlan {
  const left = new Map(tables.map(table => [keyOf(table), counted(table.steps)]))
  const databases = new Set(
    tables.flatMap(({ catalog, steps }) =>
      steps.filter(({ kind }) => kind === 'createDatabase').map(({ digest }) => `${catalog} ${digest}`),
    ),
  )
  return (of, steps) => {
    for (const step of steps.filter(isKept)) {
      const { kind, digest, summary } = planned(step)
      const isPlanned =
        kind === 'createDatabase'
          ? databases.has(`${of.catalog} ${digest}`)
          : take(left.get(keyOf(of)) ?? new Map(), digest)
      if (!isPlanned) throw movedOn([`${of.table} in ${of.catalog}: not in the plan: ${summary}`])
    }
  }
}

/** @param what a sentence for each table, at least one */
export function movedOn(what: readonly string[]): GoldsyncError {
  const shown = what.slice(0, 5).join('; ') + (what.length > 5 ? `; and ${what.length - 5} more` : '')
  return new GoldsyncError(
    'CONFLICT',
    `the lake or the catalog has moved on since the plan was made: ${shown}`,
    {
      hint: 'look at a new plan: goldsync plan --out FILE',
      retryable: false,
    },
  )
}
