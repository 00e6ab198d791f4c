/** How tests wait: for what happens, never for a time in which a busy machine may not have come to it. */
import { onTestFinished, vi } from 'vitest'

/** Milliseconds that no test lasts, an hour once they are whole seconds: with it as goldsync's own limit, nothing ends because time is up. */
export const ENDLESS = 3_599_500

/** For what connects first. */
export const NO_LIMITS = { connectTimeout: ENDLESS, timeout: ENDLESS } as const

/** Milliseconds, against a hang only. Below the limit of a test (vitest.config.ts), so that it is told what was waited for. */
const HANG = 240_000

/** Until the check does not throw any more. @param interval milliseconds between two looks */
export const eventually = <T>(check: () => T | Promise<T>, interval = 20): Promise<T> =>
  vi.waitFor(check, { timeout: HANG, interval })

/** What one side waits for and the other makes happen. */
export interface Gate {
  readonly opened: Promise<void>
  open(): void
}

export function gate(): Gate {
  let open = () => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { opened, open: () => open() }
}

/** From here to the end of the test, limits pass when `vi.advanceTimersByTime` says so; `eventually` lets pass what it waits itself. */
export function stopTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
}

/** Where timers are stopped: lets so many milliseconds pass once some limit runs. */
export async function passLimit(ms: number): Promise<void> {
  while (vi.getTimerCount() === 0) await new Promise(setImmediate)
  await vi.advanceTimersByTimeAsync(ms)
}

/** Lets this process, and the servers of the test in it, do what they can do without time passing. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate)
}
