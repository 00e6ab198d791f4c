/** Which column an engine fails on: it is asked for halves of what it failed on, until one is alone. Knows contracts only. */
import type { Condition, Probe, Proof } from '../engines/engine.ts'
import type { Column } from '../schema/table.ts'

export interface Culprit {
  /** Undefined where no column alone makes it fail. */
  readonly column: string | undefined
  /** The engine's words. */
  readonly message: string
}

/** Questions that one failure may cost: halves of 4,000 columns, and the last one alone. */
const MOST_QUESTIONS = 14

interface Suspect {
  readonly column: Column
  readonly condition?: Condition
}

/**
 * @param message what the engine said to the whole
 * @returns undefined where the engine reads the whole when it is asked again: it had a fault of its own
 * @throws GoldsyncError as `Engine.read`
 */
export async function culpritOf(
  probe: Probe,
  message: string,
  ask: (probe: Probe) => Promise<Proof>,
): Promise<Culprit | undefined> {
  let asked = 0
  const wordsOf = async (part: Partial<Probe>): Promise<string | undefined> => {
    asked += 1
    const proof = await ask({ ...probe, ...part })
    return proof.outcome === 'cannot' ? proof.message : undefined
  }
  const wordsFor = (suspects: readonly Suspect[]) =>
    wordsOf({
      columns: suspects.map(({ column }) => column),
      conditions: suspects.flatMap(({ condition }) => condition ?? []),
    })
  const inProjection = probe.conditions.length === 0 || (await wordsOf({ conditions: [] })) !== undefined
  let suspects: readonly Suspect[] = inProjection
    ? probe.columns.map(column => ({ column }))
    : probe.conditions.map(condition => ({ column: condition.column, condition }))
  while (suspects.length > 1 && asked < MOST_QUESTIONS) {
    const half = suspects.slice(0, Math.ceil(suspects.length / 2))
    suspects = (await wordsFor(half)) === undefined ? suspects.slice(half.length) : half
  }
  const [last] = suspects
  const words = last && suspects.length === 1 ? await wordsFor([last]) : undefined
  if (words !== undefined) return { column: last?.column.name, message: words }
  return (await wordsOf({})) === undefined ? undefined : { column: undefined, message }
}
