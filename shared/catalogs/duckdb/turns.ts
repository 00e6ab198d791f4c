/** One at a time: DuckDB's lock keeps other processes out of a file, but not a second opening in this one. */

const lines = new Map<string, Promise<unknown>>()

/** Runs work when all work that came before it for the same file has ended, well or not. */
export function inTurn<T>(file: string, work: () => Promise<T>): Promise<T> {
  const before = lines.get(file) ?? Promise.resolve()
  const turn = before.then(work, work)
  lines.set(file, turn)
  const leave = () => {
    if (lines.get(file) === turn) lines.delete(file)
  }
  turn.then(leave, leave)
  return turn
}
