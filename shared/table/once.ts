/** What the tables of one run, or of one lake, need to know all alike is asked once. */
import type { Lake, Run } from '../run/run.ts'

/** The answer that an earlier call of the run got for the same key, or gets now. */
export function askOnce<T>({ asked }: Run, key: string, ask: () => Promise<T>): Promise<T> {
  const before = asked?.get(key) as Promise<T> | undefined
  if (before) return before
  const answer = ask()
  asked?.set(key, answer)
  return answer
}

/** So long a process takes an answer for what is so, ms. */
const HOLDS = 600_000

const answers = new WeakMap<object, Map<string, { readonly answer: unknown; readonly at: number }>>()

/** The same for all runs of this process on the lake, events among them: for what costs much, and is no harm when it is a little old. */
export async function askSeldom<T>(
  { identity }: Lake,
  run: Run,
  key: string,
  ask: () => Promise<T>,
): Promise<T> {
  const known = answers.get(identity) ?? new Map()
  answers.set(identity, known)
  const before = known.get(key)
  if (before && run.now() - before.at < HOLDS) return before.answer as T
  // Not shared before it is there: what another run gives up would fail this one.
  const answer = await askOnce(run, key, ask)
  known.set(key, { answer, at: run.now() })
  return answer
}
