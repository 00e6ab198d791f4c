/** Limits of what a run's caller waits for. */

/** Milliseconds: the limit, or what is left until then (epoch milliseconds) where that is less; nought where that is past. */
export const timeLeft = (limit: number, until = Number.POSITIVE_INFINITY): number =>
  Math.max(0, Math.min(limit, until - Date.now()))

/** What the work comes to, or what is said where that takes longer: it goes on by itself then. @param limit milliseconds */
export async function inTime<T>(work: Promise<T>, limit: number, whenLate: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<T>(resolve => {
    timer = setTimeout(() => resolve(whenLate()), limit)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
