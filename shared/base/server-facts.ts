/** What one server of a backend says when it is asked apart from the others: for `goldsync check`. */

import type { ClockReading } from './clock-reading.ts'
import type { ErrorSummary } from './errors.ts'

export interface ServerFacts {
  /** Scheme, host and port, or host and port; never a whole URL. */
  readonly server: string
  /** As it says itself. */
  readonly version?: string
  /** It is well, and leaves answers to another one. */
  readonly standby?: true
  readonly clock?: ClockReading
  readonly error?: ErrorSummary
}
