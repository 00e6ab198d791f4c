/** How much of requests a server holds at once: strangers can send as much as they like, its memory is what its pod gives. */
import { RequestProblem } from '../../base/problem.ts'

/** Bytes of bodies, from their first until their request is answered. A parsed body takes some ten times as much. */
const MAX_HELD = 16 * 1_048_576

/** One request's part of it. */
export interface Held {
  /** Looks whether a body of so many bytes may come, before the first is read. @throws RequestProblem 503 */
  expect(bytes: number): void
  /** @throws RequestProblem 503 */
  add(bytes: number): void
  /** At the request's end, whatever it was. */
  release(): void
}

/** The account of one server. */
export function openAccount(max = MAX_HELD): () => Held {
  let total = 0
  const refuseBeyond = (bytes: number): void => {
    if (total + bytes > max)
      throw new RequestProblem(503, 'the bodies of the requests under way are too large together; repeat it')
  }
  return () => {
    let own = 0
    return {
      expect: refuseBeyond,
      add: bytes => {
        refuseBeyond(bytes)
        own += bytes
        total += bytes
      },
      release: () => {
        total -= own
        own = 0
      },
    }
  }
}
