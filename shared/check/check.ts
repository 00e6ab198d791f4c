/** What `goldsync check` tells: everything that a run needs, in order, and nothing of it written. Pure. */
import type { ErrorSummary } from '../base/errors.ts'

/** One thing that a run needs. */
export interface Check {
  readonly area: 'config' | 'storage' | 'catalog' | 'engine' | 'scheduler' | 'webhook' | 'clock'
  /** Of several: the lake's location, the name of the catalog, engine or scheduler. */
  readonly subject?: string
  /** `warning`: runs work now; `notAsked`: what had to hold for it does not, or there is no way to ask without writing. */
  readonly state: 'ok' | 'warning' | 'failed' | 'notAsked'
  /** What was seen, a sentence. */
  readonly said: string
  /** Of the error, where it is one. */
  readonly code?: ErrorSummary['code']
  /** What to do. */
  readonly fix?: string
}

export interface CheckReport {
  /** Whether nothing has failed. */
  readonly ok: boolean
  readonly checks: readonly Check[]
}

/** What is said, before it is known of what. */
export type Said = Omit<Check, 'area' | 'subject'>

export const ok = (said: string): Said => ({ state: 'ok', said })

export const warning = (said: string, fix?: string): Said => ({
  state: 'warning',
  said,
  ...(fix === undefined ? {} : { fix }),
})

export const failed = (said: string, fix?: string): Said => ({ ...warning(said, fix), state: 'failed' })

/** @param why what had to hold for it */
export const notAsked = (what: string, why: string): Said => ({
  state: 'notAsked',
  said: `not asked: ${what}, since ${why}`,
})

/** @param what came first, where the error does not say it itself */
export const because = ({ code, message, hint }: ErrorSummary, what = ''): Said => ({
  ...failed(`${what}${message}`, hint),
  code,
})

export const reportOf = (checks: readonly Check[]): CheckReport => ({
  ok: checks.every(({ state }) => state !== 'failed'),
  checks,
})

/** A few names of many. */
export function few(names: readonly string[], most = 3): string {
  const more = names.length - most
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ')
}

/** `1 topic`, `2 topics`. */
export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : noun.endsWith('s') ? 'es' : 's'}`
