/** What a partition is called where schedulers have one text for it. Pure. */
import type { WallTime } from '../layout/variables.ts'
import type { NewPartition } from './scheduler.ts'

/**
 * Values that are no time, and the time, joined by `|` as both schedulers join theirs.
 * @param printTime the scheduler's own spelling
 */
export function keyOf(
  { time, texts }: Pick<NewPartition, 'time' | 'texts'>,
  printTime: (time: WallTime) => string,
): string {
  return [...texts, ...(time.year === undefined ? [] : [printTime(time)])].join('|')
}

/** `2026-11-20`: the first day, where that is not told. */
export const printDay = ({ year = 1, month = 1, day = 1 }: WallTime): string =>
  [String(year).padStart(4, '0'), two(month), two(day)].join('-')

/** `07:00`. */
export const printMinute = ({ hour = 0, minute = 0 }: WallTime): string => `${two(hour)}:${two(minute)}`

const two = (value: number): string => String(value).padStart(2, '0')
