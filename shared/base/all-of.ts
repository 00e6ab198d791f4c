/** Work side by side that ends together. */

/** All of them, also where one fails: when this returns or throws, nothing is on its way any more. */
export async function allOf<T>(works: readonly Promise<T>[]): Promise<readonly T[]> {
  const outcomes = await Promise.allSettled(works)
  return outcomes.map(outcome => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}
