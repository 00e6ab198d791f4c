/** Waiting before something is tried again. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Call } from '../catalog.ts'
import { aborted } from './errors.ts'

/** Tries of what Glue refuses for the moment: half a minute of pauses in all. */
export const TRIES = 10

/** Before the next try, longer each time, and not the same for all; the call is told. @throws GoldsyncError `ABORTED` */
export async function pause(tried: number, { signal, onRetry }: Call): Promise<void> {
  onRetry?.(1)
  const most = Math.min(100 * 2 ** tried, 10_000)
  try {
    await sleep(most * (0.5 + Math.random() / 2), undefined, signal ? { signal } : {})
  } catch {
    throw aborted('Glue')
  }
}
