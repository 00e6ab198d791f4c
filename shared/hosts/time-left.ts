/** Limits of what a run's caller waits for. */

/** Milliseconds: the limit, or what is left until then (epoch milliseconds) where that is less; nought where that is past. */
export const timeLeft = (limit: number, until = Number.POSITIVE_INFINITY): number =>
  Math.max(0, Math.min(limit, until - Date.now()))
