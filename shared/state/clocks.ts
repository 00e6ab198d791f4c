/** Times that other clocks wrote. Pure. */

/** Clocks of the lake's servers, of other hosts and ours may differ by this much, milliseconds. */
export const CLOCKS_DIFFER = 10 * 60_000

/** A full scan looks back as far behind the one before, milliseconds: more than any time zone explains. */
export const CLOCKS_DIFFER_AT_MOST = 25 * 3_600_000

/**
 * A time as it may be used: one that lies ahead was written by a clock that was ahead, or ours is behind. Nobody knows when
 * that was, so it tells nothing. @param time epoch ms @returns undefined where it lies ahead by more than clocks differ
 */
export function pastTime(time: number | undefined, now: number): number | undefined {
  if (time === undefined || time <= now) return time
  return time <= now + CLOCKS_DIFFER ? now : undefined
}

/** Undefined for what is no time. */
export function parseTime(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? undefined : time
}

export const printTime = (time: number): string => new Date(time).toISOString()
