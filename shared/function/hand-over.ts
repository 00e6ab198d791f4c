/** What a scan asks of its platform, and what the platform makes of it. */

import type { TraceContext } from '../base/tracing.ts'

/** What the platform is asked to run. */
export interface HandOver {
  /** The same each time that a scan is repeated. */
  readonly id: string
  readonly function: 'scan' | 'sync'
  readonly params: object
  /** Brokers that keep an order keep it for each of these: `database.table`, or the scan. */
  readonly key: string
  /** Of the scan that asks. */
  readonly trace?: TraceContext | undefined
}

/**
 * - `taken`: the platform said so.
 * - `unanswered`: it had begun to work on the request when the time was up, or failed after long. Perhaps it has taken it, so it is not sent
 *   again: of a table the next recent scan finds what was not done, since only a sync that was completed moves its mark.
 */
export type Taken = 'taken' | 'unanswered'

export interface SendOptions {
  readonly signal?: AbortSignal | undefined
  /** Epoch milliseconds: an answer that has not come then counts as none. */
  readonly deadline?: number | undefined
}

/** The platform's way to take requests. */
export interface Delivery {
  /** Requests that may be under way together. */
  readonly atOnce: number
  /** @throws GoldsyncError `UNAVAILABLE` where the platform refuses the request, `ABORTED` */
  send(request: HandOver, options: SendOptions): Promise<Taken>
}

/** What a scan could not hand on: the parameter of the scan that goes on with it. */
export interface Rest {
  /** Id of the first one: requests keep the ids that it would have given them. */
  readonly scan: string
  /** Locations of lakes whose topics are not known yet. */
  readonly lakes: readonly string[]
  /** `database.table`. */
  readonly tables: readonly string[]
}

/** A scan of what another one has left, where nothing takes it any more: of all, where not even its lakes could be listed. */
export const restOf = <R extends object>(request: R, { lakes, tables }: Rest): R =>
  lakes.length > 0 ? request : { ...request, tables }
