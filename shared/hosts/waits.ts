/** Tells what a run waits for, while it waits: a silent server must not look like a program that hangs. */
import type { Log } from '../base/log.ts'
import { openWaits, sayWait, type Wait } from '../base/waits.ts'

/** Milliseconds between two looks. */
const LOOK = 1_000
/** Milliseconds after which a wait is shown to who watches. */
const SHOWN = 3_000
/** Milliseconds after which the log has it, once, or a line of its own. */
const LOGGED = 5_000

export interface Watched {
  readonly log: Log
  /** Takes a line for as long as the wait lasts: a progress line. */
  readonly show?: ((line: string) => void) | undefined
  /** Takes a line that stays: one for each server, for who reads neither a log nor a progress line. */
  readonly note?: ((line: string) => void) | undefined
}

/** Waits are the process's, and several runs may watch: each wait is logged by one. */
const logged = new WeakSet<Wait>()

/** Watches from now on. @returns stops */
export function watchWaits({ log, show, note }: Watched, now: () => number = Date.now): () => void {
  const noted = new Set<string>()
  const noteOnce = (server: string, line: string): void => {
    if (!noted.has(server)) note?.(line)
    noted.add(server)
  }
  const look = () => {
    const waits = openWaits()
    for (const wait of waits) {
      if (now() - wait.since < LOGGED) continue
      noteOnce(wait.server, sayWait(wait, now()))
      if (logged.has(wait)) continue
      logged.add(wait)
      log.warn({ server: wait.server, call: wait.call }, sayWait(wait, now()))
    }
    const [longest] = waits
    if (longest && now() - longest.since >= SHOWN) show?.(sayWait(longest, now()))
  }
  const timer = setInterval(look, LOOK)
  // What is waited for holds the process; this does not.
  timer.unref()
  return () => clearInterval(timer)
}
