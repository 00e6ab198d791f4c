/** Things that serve one caller at a time: opened as more are wanted at once, up to a bound, and used again. */

export interface Pool<T> {
  /** Does work with one that nobody else uses meanwhile: the one that was used last, else a new one, else the first that gets free. */
  use<R>(work: (one: T) => Promise<R>, signal?: AbortSignal): Promise<R>
  /** All that were opened. */
  readonly opened: readonly T[]
}

/** @param most as many are opened @param aborted the error of a caller that has given up waiting */
export function openPool<T>(most: number, open: () => T, aborted: () => Error): Pool<T> {
  const opened: T[] = []
  const idle: T[] = []
  let waiting: (() => void)[] = []
  const ready = (): T | undefined => {
    if (idle.length > 0 || opened.length >= most) return idle.pop()
    const one = open()
    opened.push(one)
    return one
  }
  const wait = async (signal: AbortSignal | undefined): Promise<void> => {
    const { promise, wake } = sleep()
    waiting.push(wake)
    signal?.addEventListener('abort', wake)
    await promise
    signal?.removeEventListener('abort', wake)
  }
  const take = async (signal: AbortSignal | undefined): Promise<T> => {
    for (;;) {
      if (signal?.aborted) throw aborted()
      await wait(signal)
      const one = signal?.aborted ? undefined : ready()
      if (one !== undefined) return one
    }
  }
  const free = (one: T): void => {
    idle.push(one)
    // All, since the first may have given up.
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }
  return {
    opened,
    async use(work, signal) {
      const one = ready() ?? (await take(signal))
      try {
        return await work(one)
      } finally {
        free(one)
      }
    },
  }
}

function sleep() {
  let wake = (): void => undefined
  const promise = new Promise<void>(resolve => {
    wake = resolve
  })
  return { promise, wake }
}
