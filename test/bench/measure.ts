import type { Target } from './targets.ts'

/** Times as the benches tell them. */
export interface Measured {
  readonly name: string
  readonly unit: 'ms' | 's' | 'MB' | 'calls' | 'ms per file'
  /** Every run, in the order they were made. */
  readonly values: readonly number[]
}

/** One table of a bench. */
export interface Result {
  readonly bench: string
  readonly title: string
  readonly rows: readonly Measured[]
  /** Ratios and counts that the budgets are about, in words. */
  readonly notes: readonly string[]
  /** What it is held to; absent where nothing is. */
  readonly targets?: readonly Target[]
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [below, above] = [sorted[middle - 1], sorted[middle]]
  return sorted.length % 2 === 0 ? ((below as number) + (above as number)) / 2 : (above as number)
}

/** @param share 0 to 1 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] as number
}

/** Milliseconds that the work takes. */
export async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/**
 * Runs the contestants in turn, each `runs` times, in an order that alternates, so that what warms up or fills up meets
 * all of them. @returns ms by name
 */
export async function contest(
  runs: number,
  contestants: Readonly<Record<string, (run: number) => Promise<number>>>,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const values = new Map<string, number[]>(Object.keys(contestants).map(name => [name, []]))
  for (let run = 0; run < runs; run += 1) {
    const names = Object.keys(contestants)
    for (const name of run % 2 === 0 ? names : names.reverse())
      values.get(name)?.push(await (contestants[name] as (run: number) => Promise<number>)(run))
  }
  return values
}

export const ratio = (a: readonly number[], b: readonly number[]): string =>
  (median(a) / median(b)).toFixed(2)
