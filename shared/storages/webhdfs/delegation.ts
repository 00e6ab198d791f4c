/**
 * A delegation token of goldsync's own: by it NameNodes and DataNodes know who asks without a handshake, and a NameNode makes no
 * token for each redirect. Renewed while it can be, replaced when it cannot or is refused, cancelled at the end.
 */
import { GoldsyncError } from '../../base/errors.ts'
import { unlessAborted, within } from '../../base/signals.ts'
import type { Call } from '../storage.ts'
import type { AskedFor } from './listing.ts'
import { isOfServers } from './name-nodes.ts'
import { type AskByKerberos, cancelDelegation, fetchDelegation, renewDelegation } from './token-calls.ts'

/** Milliseconds until the first renewal, which tells how long the token lasts: short runs need none. */
const FIRST_RENEWAL = 30_000
/** Milliseconds between tries to renew what could not be, at least. */
const SHORTEST_PAUSE = 1_000
/** Milliseconds for what is under way when all is closed: it may bring a token, to be cancelled. */
const CLOSE_LIMIT = 2_000
/** Milliseconds until a token is asked for again that was not to be had. */
const WITHOUT = 60_000

export interface Delegation {
  /**
   * Undefined where the servers have none, or none at the moment: they are asked as Kerberos has it.
   * @throws GoldsyncError where they do not accept who asks, where there are no credentials, and `TIMEOUT`
   */
  current(call: Call): Promise<string | undefined>
  /** Forgets a token that was refused. @returns whether it was one of these */
  refused(token: string | undefined): boolean
  close(): Promise<void>
}

interface Held {
  readonly token: string
  /** When to renew or replace it, epoch milliseconds. */
  due: number
  /** When it ends, and for how long its first renewal was; unknown before. */
  ends?: number
  span?: number
  /** Its renewals give less and less: it nears the end of its life. */
  isLast?: boolean
}

/** Asks nobody before the first call. @param now epoch milliseconds */
export function openDelegation(ask: AskByKerberos, askedFor: AskedFor, now = Date.now): Delegation {
  let held: Held | undefined
  /** When to ask for one, epoch milliseconds. */
  let askFrom = 0
  let fetching: Promise<string | undefined> | undefined
  let keepingUp: Promise<void> | undefined
  let closed = false

  async function replace(): Promise<string | undefined> {
    const token = await fetchDelegation(ask, askedFor)
    if (token === undefined) askFrom = Number.POSITIVE_INFINITY
    held = token === undefined ? undefined : { token, due: now() + FIRST_RENEWAL }
    return token
  }

  // What the servers are asked next tells of their trouble, or needs no token.
  function doWithout(error: unknown): undefined {
    if (!isOfAnswer(error)) throw error
    askFrom = now() + WITHOUT
  }

  return {
    async current({ signal }) {
      if (held) {
        if (!closed && now() >= held.due)
          keepingUp ??= keepUp(held, replace, ask, now).finally(() => {
            keepingUp = undefined
          })
        return held.token
      }
      if (closed || now() < askFrom) return undefined
      fetching ??= replace()
        .catch(doWithout)
        .finally(() => {
          fetching = undefined
        })
      return unlessAborted(signal, fetching)
    },
    refused(token) {
      if (token !== undefined && held?.token === token) held = undefined
      return token !== undefined
    },
    async close() {
      closed = true
      await ended(fetching, keepingUp)
      const { token } = held ?? {}
      held = undefined
      if (token !== undefined) await cancelDelegation(ask, token)
    },
  }
}

/** Of what the servers answered to this question, not of who asks. */
const isOfAnswer = (error: unknown): boolean =>
  isOfServers(error)
    ? error.code !== 'TIMEOUT'
    : error instanceof GoldsyncError && REFUSALS.includes(error.code)

const REFUSALS: readonly string[] = ['DATA_INVALID', 'PERMISSION_DENIED', 'NOT_FOUND', 'CONFLICT']

/** Whatever comes of it, and not for long. */
const ended = (...work: readonly unknown[]): Promise<unknown> =>
  within(CLOSE_LIMIT, undefined, signal => unlessAborted(signal, Promise.allSettled(work))).catch(
    () => undefined,
  )

/** While the calls go on with the token that is there. */
async function keepUp(
  one: Held,
  replace: () => Promise<unknown>,
  ask: AskByKerberos,
  now: () => number,
): Promise<void> {
  try {
    if (one.isLast || (await renew(one, ask, now)) === 'ended') await replace()
  } catch {
    const left = (one.ends ?? now() + 4 * FIRST_RENEWAL) - now()
    one.due = now() + Math.max(SHORTEST_PAUSE, left / 4)
  }
}

async function renew(one: Held, ask: AskByKerberos, now: () => number): Promise<'ended' | 'kept'> {
  const lasts = await renewDelegation(ask, one.token)
  if (lasts === 'ended') return 'ended'
  if (lasts === 'not-ours') {
    one.due = Number.POSITIVE_INFINITY
    return 'kept'
  }
  one.span ??= lasts
  one.ends = now() + lasts
  one.due = now() + 0.75 * lasts
  one.isLast = lasts < one.span / 2
  return 'kept'
}
