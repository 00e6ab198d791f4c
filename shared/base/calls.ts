/** Calls of the drivers, counted: who was asked for what, and how it ended. */
import { type ErrorCode, summarizeError } from './errors.ts'

interface Calls {
  readonly backend: 'storage' | 'catalog' | 'engine'
  /** A lake's location, or the catalog's or engine's name in the config. */
  readonly name: string
  readonly operation: string
  readonly outcome: 'ok' | ErrorCode
  readonly count: number
}

export interface CallCounter {
  /** The same driver, with those of `operations` counted that it has. */
  counted<D extends object>(
    driver: D,
    of: Pick<Calls, 'backend' | 'name'>,
    operations: readonly (keyof D & string)[],
  ): D
  calls(): readonly Calls[]
}

export function openCallCounter(): CallCounter {
  const counts = new Map<string, Calls>()
  const count = (call: Omit<Calls, 'count'>) => {
    const key = JSON.stringify(call)
    counts.set(key, { ...call, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  return {
    calls: () => [...counts.values()],
    counted(driver, of, operations) {
      const wrapped = operations.flatMap(operation => {
        const ask = driver[operation] as ((...args: readonly unknown[]) => Promise<unknown>) | undefined
        if (ask === undefined) return []
        const counting = async (...args: readonly unknown[]) => {
          try {
            const answer = await ask.apply(driver, args as unknown[])
            count({ ...of, operation, outcome: 'ok' })
            return answer
          } catch (error) {
            count({ ...of, operation, outcome: summarizeError(error).code })
            throw error
          }
        }
        return [[operation, counting] as const]
      })
      return { ...driver, ...Object.fromEntries(wrapped) }
    },
  }
}
