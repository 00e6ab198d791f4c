/** Work that goes on after its request was answered: how much of it there may be at once, and that it ends before the process does. */
import { errorRecord, type Log } from '../../base/log.ts'

/** Of requests that are answered before their work has ended. */
const MOST = { requests: 500, bytes: 1_048_576 }

export interface Behind {
  /**
   * Answers with what `work` says early; with what it comes to, where it says nothing, or is done first. While too much goes on already,
   * what is said early waits, so that senders become slower and nothing is lost.
   * @param bytes of the request's body, which the work may hold on to
   * @throws what the work throws before anything was said
   */
  answer<T>(bytes: number, work: (early: (value: T) => void) => Promise<T>): Promise<T>
  /** From now on no answer waits for others: the process is to stop. */
  hurry(): void
  /** When all that goes on has ended. */
  ended(): Promise<void>
}

export function openBehind(log: Pick<Log, 'warn' | 'error'>, most = MOST): Behind {
  const going = new Map<Promise<unknown>, number>()
  const waiting = new Set<() => void>()
  let isHurried = false
  const isFull = () =>
    !isHurried &&
    (going.size > most.requests || [...going.values()].reduce((sum, bytes) => sum + bytes, 0) > most.bytes)
  let isTold = false
  const room = async (): Promise<void> => {
    if (isFull() && !isTold)
      log.warn({ requests: going.size }, 'engines are slow: answers wait until they have caught up')
    isTold ||= isFull()
    while (isFull()) await new Promise<void>(wake => waiting.add(wake))
  }
  const look = (): void => {
    for (const wake of waiting) wake()
    waiting.clear()
  }
  const end = (work: Promise<unknown>): void => {
    going.delete(work)
    if (going.size === 0) isTold = false
    look()
  }
  return {
    answer: (bytes, work) =>
      new Promise((resolve, reject) => {
        let answered = false
        const done = work(value => {
          if (going.has(done)) return
          going.set(done, bytes)
          void room().then(() => {
            answered = true
            resolve(value)
          })
        })
        done
          .then(resolve, error => {
            if (answered) log.error(errorRecord(error), 'what a request left to be done has failed')
            reject(error)
          })
          .finally(() => end(done))
      }),
    hurry: () => {
      isHurried = true
      look()
    },
    ended: async () => {
      while (going.size > 0) await Promise.allSettled(going.keys())
    },
  }
}
