/** Failures to be injected, for tests of what a crash or a lost answer leaves behind. */
import type { GoldsyncError } from '../../base/errors.ts'
import type { PartitionValues } from '../../schema/table.ts'

export interface Fault {
  /** Counted from 1 over all steps since the catalog was opened. */
  readonly step: number
  /** Before the step's work, or after it, as when the answer is lost. */
  readonly when: 'before' | 'after'
  readonly error: Error
}

/** What a partition is refused with, if it is. */
export type Refuses = (values: PartitionValues) => GoldsyncError | undefined

export interface Faults {
  /** Makes one step fail, once. */
  arm(fault: Fault): void
  /** The step's work. @throws the armed error, where it is meant for before it or after it */
  around<T>(step: number, work: () => T): T
  /** From now on partitions are refused by this. */
  refuse(why: Refuses): void
  readonly refusal: Refuses
}

export function openFaults(): Faults {
  let armed: Fault | undefined
  const pass = (step: number, when: Fault['when']) => {
    if (armed?.step !== step || armed.when !== when) return
    const { error } = armed
    armed = undefined
    throw error
  }
  let refuses: Refuses = () => undefined
  return {
    refuse: why => {
      refuses = why
    },
    refusal: values => refuses(values),
    arm: fault => {
      armed = fault
    },
    around(step, work) {
      pass(step, 'before')
      const done = work()
      pass(step, 'after')
      return done
    },
  }
}
