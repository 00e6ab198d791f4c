/** Failures to be injected, for tests of what a crash or a lost answer leaves behind. */

export interface Fault {
  /** Counted from 1 over all steps since the catalog was opened. */
  readonly step: number
  /** Before the step's work, or after it, as when the answer is lost. */
  readonly when: 'before' | 'after'
  readonly error: Error
}

export interface Faults {
  /** Makes one step fail, once. */
  arm(fault: Fault): void
  /** The step's work. @throws the armed error, where it is meant for before it or after it */
  around(step: number, work: () => void): void
}

export function openFaults(): Faults {
  let armed: Fault | undefined
  const pass = (step: number, when: Fault['when']) => {
    if (armed?.step !== step || armed.when !== when) return
    const { error } = armed
    armed = undefined
    throw error
  }
  return {
    arm: fault => {
      armed = fault
    },
    around(step, work) {
      pass(step, 'before')
      work()
      pass(step, 'after')
    },
  }
}
