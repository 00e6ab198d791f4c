/** Chance that comes out the same each time: numbers evenly from 0 to 1. */
export function dice(seed = 1): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 0x7fff_ffff
    return state / 0x7fff_ffff
  }
}
