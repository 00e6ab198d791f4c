/** What one run has spent on a lake's tables together: bounds work that goes on in later runs. */

/** @returns the work of this run on this lake: 0 at first; whoever works counts it up */
export type Spending = (lake: object, runId: string) => { units: number }

/** For one kind of work. Of each lake its last run is remembered. */
export function openSpending(): Spending {
  const runs = new WeakMap<object, { readonly runId: string; units: number }>()
  return (lake, runId) => {
    const known = runs.get(lake)
    if (known?.runId === runId) return known
    const fresh = { runId, units: 0 }
    runs.set(lake, fresh)
    return fresh
  }
}
