/** What the plans of all drivers have in common: the words for a change, its split into batches, its steps one by one. */
import { GoldsyncError } from '../base/errors.ts'
import { PUBLISHED } from '../evolution/statistics.ts'
import type { Change } from '../schema/change.ts'
import { tableId } from '../schema/table.ts'
import { printType } from '../schema/type.ts'
import type { ApplyCall, Plan, Step } from './catalog.ts'
import { isInParts, openRefusals, type Refusing } from './refusing.ts'

/** A few words for people: `add 24 partitions`. */
export function summarize(change: Change): string {
  switch (change.kind) {
    case 'createDatabase':
      return `create database ${change.database}`
    case 'createTable':
      return `create table ${tableId(change.table.name)}`
    case 'addColumns':
      return `add ${counted(change.columns.length, 'column')}: ${change.columns.map(column => column.name).join(', ')}`
    case 'changeColumnTypes':
      return `change ${change.columns.map(({ name, from, to }) => `${name} from ${printType(from)} to ${printType(to)}`).join(', ')}`
    case 'addPartitions':
      return `add ${counted(change.partitions.length, 'partition')}`
    case 'alterPartitions':
      return `alter ${counted(change.partitions.length, 'partition')}`
    case 'movePartitions':
      return `move ${counted(change.partitions.length, 'partition')}`
    case 'dropPartitions':
      return `unregister ${counted(change.partitions.length, 'partition')}`
    case 'stripPartitions':
      return `${change.prefix === PUBLISHED ? 'withdraw column statistics of' : 'take parameters off'} ${counted(change.partitions.length, 'partition')}`
    case 'moveTable':
      return `move the table to ${change.to}`
    case 'renameTable':
      return `rename the table to ${change.to.name}`
    case 'setParameters':
      return summarizeParameters(change)
    default:
      change satisfies never
      throw new TypeError('not a change')
  }
}

function summarizeParameters({
  parameters,
  removed = [],
}: Extract<Change, { kind: 'setParameters' }>): string {
  const set = Object.keys(parameters).length
  const parts = [
    ...(set > 0 ? [`set ${counted(set, 'table parameter')}`] : []),
    ...(removed.length > 0 ? [`remove ${counted(removed.length, 'table parameter')}`] : []),
  ]
  return parts.join(', ')
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** The change in parts of at most `size` partitions, in order; a change without partitions is one part. */
export function inBatches(change: Change, size: number): readonly Change[] {
  if (!('partitions' in change)) return [change]
  const parts: Change[] = []
  for (let at = 0; at < change.partitions.length; at += size) {
    parts.push({ ...change, partitions: change.partitions.slice(at, at + size) } as Change)
  }
  return parts
}

/** How a driver makes steps. */
interface Making {
  /** @param refusing told of partitions that are refused; undefined where the first refusal ends the step */
  readonly make: (step: Step, refusing: Refusing | undefined) => Promise<void>
  /** As planned: for what is left of a step without the partitions that were refused. */
  readonly stepsOf: (change: Change) => readonly Step[]
}

/** Makes the steps in their order, and stops at the first that fails, or before the first after the caller gave up. */
export async function applySteps(plan: Plan, call: ApplyCall, { make, stepsOf }: Making): Promise<void> {
  const refusals = openRefusals(call)
  const left = (step: Step): readonly Step[] => {
    const change = refusals ? refusals.without(step.change) : step.change
    if (change === step.change) return [step]
    return change === undefined ? [] : stepsOf(change)
  }
  const makeOne = async (step: Step) => {
    try {
      if (call.signal?.aborted) throw new GoldsyncError('ABORTED', 'aborted')
      await make(step, isInParts(step.change) ? refusals : undefined)
    } catch (error) {
      throw named(plan, step, error)
    }
  }
  for (const [at, planned] of plan.steps.entries()) {
    for (const step of left(planned)) {
      await makeOne(step)
      for (const done of left(step)) call.onStep?.(done, at + 1)
    }
  }
}

/** The same error, saying of which table's which step it is. */
export function named(plan: Plan, step: Step, error: unknown): unknown {
  if (!(error instanceof GoldsyncError)) return error
  const { code, hint, retryable, message } = error
  return new GoldsyncError(code, `${tableId(plan.table)}: ${step.summary}: ${message}`, {
    retryable,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  })
}
