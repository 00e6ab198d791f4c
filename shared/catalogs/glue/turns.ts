/** Work that is done so many at a time. */

export type Turns = <T>(work: () => Promise<T>) => Promise<T>

/** Work waits until fewer than `most` others run, in the order of its calls. */
export function openTurns(most: number): Turns {
  const waiting: (() => void)[] = []
  let free = most

  return async work => {
    if (free > 0) free -= 1
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
