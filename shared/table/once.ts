/** What the tables of one run need to know all alike is asked once. */
import type { Run } from '../run/run.ts'

/** The answer that an earlier call of the run got for the same key, or gets now. */
export function askOnce<T>({ asked }: Run, key: string, ask: () => Promise<T>): Promise<T> {
  const before = asked?.get(key) as Promise<T> | undefined
  if (before) return before
  const answer = ask()
  asked?.set(key, answer)
  return answer
}
