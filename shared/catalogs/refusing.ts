/** Partitions that a server refuses for what they are, apart from a server that takes none. */
import { type ErrorCode, GoldsyncError } from '../base/errors.ts'
import type { Change } from '../schema/change.ts'
import { type PartitionValues, partitionKey } from '../schema/table.ts'
import type { ApplyCall } from './catalog.ts'

/** New refusals until one partition is taken: then it is the table that is refused. Each costs a few requests. */
const NONE_TAKEN = 16

/** New refusals of one plan. */
const MOST = 100

/** What a driver tells while it makes a step that is in parts. */
export interface Refusing {
  /** Goes on without the partition. @throws the error where it is not of one partition, or there are too many */
  refuse(values: PartitionValues, error: unknown): void
  /** Some were taken. */
  took(): void
}

/** The refusals of one plan. */
export interface Refusals extends Refusing {
  /** The change without refused partitions: the same one where there are none in it, undefined where nothing is left. */
  without(change: Change): Change | undefined
}

/** Undefined where nobody is told of them. */
export function openRefusals({ onRefused, wasRefused = () => false }: ApplyCall): Refusals | undefined {
  if (onRefused === undefined) return undefined
  const refused = new Set<string>()
  let [taken, fresh] = [false, 0]
  return {
    refuse(values, error) {
      if (!(error instanceof GoldsyncError)) throw error
      refused.add(partitionKey(values))
      if (!wasRefused(values)) fresh += 1
      if (fresh > MOST || (!taken && fresh > NONE_TAKEN)) throw error
      onRefused({ values, error })
    },
    took: () => {
      taken = true
    },
    without(change) {
      if (!isInParts(change)) return change
      const left = change.partitions.filter(({ values }) => !refused.has(partitionKey(values)))
      if (left.length === change.partitions.length) return change
      return left.length === 0 ? undefined : ({ ...change, partitions: left } as Change)
    },
  }
}

const IN_PARTS = ['addPartitions', 'alterPartitions', 'movePartitions', 'stripPartitions'] as const

/** A change that is made for one partition as well as for many. */
export type ChangeInParts = Extract<Change, { kind: (typeof IN_PARTS)[number] }>

export const isInParts = (change: Change): change is ChangeInParts =>
  IN_PARTS.some(kind => kind === change.kind)

/** What may be said of one partition. A server that cannot be reached, is too slow, or does not know us says nothing of it. */
const OWN: ReadonlySet<ErrorCode> = new Set([
  'INTERNAL',
  'UNSUPPORTED',
  'REQUEST_INVALID',
  'PERMISSION_DENIED',
])

export const mayBeOwn = (code: ErrorCode): boolean => OWN.has(code)
