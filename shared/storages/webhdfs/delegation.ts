/**
 * A delegation token of goldsync's own: by it NameNodes and DataNodes know who asks without a handshake, and a NameNode makes no
 * token for each redirect. Renewed while it can be, replaced when it cannot or is refused, cancelled at the end.
 */
import { unlessAborted } from '../../base/signals.ts'
import type { Call } from '../storage.ts'
import type { AskedFor } from './listing.ts'
import { type AskByKerberos, cancelDelegation, fetchDelegation, renewDelegation } from './token-calls.ts'

/** Milliseconds until the first renewal, which tells how long the token lasts: short runs need none. */
const FIRST_RENEWAL = 30_000
/** Milliseconds between tries to renew what could not be, at least. */
const SHORTEST_PAUSE = 1_000

export interface Delegation {
  /** Undefined where the servers have none: they are asked as Kerberos has it. @throws as `fetchDelegation` */
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
  let offered = true
  let fetching: Promise<string | undefined> | undefined
  let keepingUp = false

  async function replace(): Promise<string | undefined> {
    const token = await fetchDelegation(ask, askedFor)
    offered = token !== undefined
    held = token === undefined ? undefined : { token, due: now() + FIRST_RENEWAL }
    return token
  }

  /** While the calls go on with the token that is there. */
  async function keepUp(one: Held): Promise<void> {
    if (keepingUp) return
    keepingUp = true
    try {
      if (one.isLast || (await renew(one, ask, now)) === 'ended') await replace()
    } catch {
      const left = (one.ends ?? now() + 4 * FIRST_RENEWAL) - now()
      one.due = now() + Math.max(SHORTEST_PAUSE, left / 4)
    } finally {
      keepingUp = false
    }
  }

  return {
    async current({ signal }) {
      if (!offered) return undefined
      if (held) {
        if (now() >= held.due) void keepUp(held)
        return held.token
      }
      fetching ??= replace().finally(() => {
        fetching = undefined
      })
      return signal ? unlessAborted(signal, fetching) : fetching
    },
    refused(token) {
      if (token !== undefined && held?.token === token) held = undefined
      return token !== undefined
    },
    async close() {
      const { token } = held ?? {}
      held = undefined
      if (token !== undefined) await cancelDelegation(ask, token)
    },
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
