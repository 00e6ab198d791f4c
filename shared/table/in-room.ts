/** How many partitions a process has in hand at once, whatever number of tables it is asked for together. */
import { type Leave, openRoom } from '../base/room.ts'
import { outOfTime, type Run, timeLeft } from '../run/run.ts'

/**
 * Partitions: chunks of four tables. A scan hands 48 tables on at once, and an instance that gets the first sync of each would hold
 * the footers of 48 chunks (measured: docs/performance.md).
 */
const IN_HAND = 4_000

/** Partitions that wait for nobody: an event's, and those of a recent scan as a rule. */
const FEW = 100

const take = openRoom(IN_HAND)

const NOTHING: Leave = () => undefined

/** Does the work once there is room for it. @returns whether there was any before the run's time was over */
export async function inRoom(partitions: number, run: Run, work: () => Promise<void>): Promise<boolean> {
  const patience = { ms: timeLeft(run), signals: [run.signal, run.stop] }
  const wasInTime = !outOfTime(run)
  const leave = partitions <= FEW ? NOTHING : await take(partitions, patience)
  if (leave === undefined) return false
  try {
    // Room may be given after the deadline, before the timer of the wait has its turn. What was read by the deadline is done: each run gets on.
    if (partitions > FEW && wasInTime && outOfTime(run)) return false
    await work()
  } finally {
    leave()
  }
  return true
}
