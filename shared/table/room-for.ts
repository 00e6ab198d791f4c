/** How many partitions a process has in hand at once, whatever number of tables it is asked for together. */
import { type Leave, openRoom } from '../base/room.ts'
import { type Run, timeLeft } from '../run/run.ts'

/**
 * Partitions: chunks of four tables. A scan hands 48 tables on at once, and an instance that gets the first sync of each would hold
 * the footers of 48 chunks (measured: docs/performance.md).
 */
const IN_HAND = 4_000

/** Partitions that wait for nobody: an event's, and those of a recent scan as a rule. */
const FEW = 100

const take = openRoom(IN_HAND)

const NOTHING: Leave = () => undefined

/** @returns what gives the room back; undefined where the run's time was over before there was any */
export const roomFor = async (partitions: number, run: Run): Promise<Leave | undefined> =>
  partitions <= FEW ? NOTHING : take(partitions, { ms: timeLeft(run), signals: [run.signal, run.stop] })
