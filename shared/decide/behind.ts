/** New partitions that only full scans can see: their time lay behind the lookback when they appeared. Pure. */
import type { Layout } from '../layout/layout.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import { type PartitionValues, printValues } from '../schema/table.ts'

const HOUR = 3_600_000
/** What is later than that is a replay rather than a sink that lags, milliseconds. */
const REPLAY = 7 * 24 * HOUR

export interface Window {
  readonly layout: Pick<Layout, 'enter' | 'timeZone'>
  /** Before this scan, epoch ms; undefined where no scan was complete yet. */
  readonly mark: number | undefined
  /** Milliseconds. */
  readonly lookback: number
}

/** A partition, and how long after its time its first file was written, milliseconds. */
export interface Late {
  readonly values: PartitionValues
  readonly lag: number
}

/**
 * Those of a full scan's new folders that recent scans cannot see now and could not when they appeared. One that was missed for
 * another reason (dropped by hand, registered by nobody while goldsync stood still) is not among them.
 */
export function behindLookback(
  fresh: readonly PartitionFolder[],
  { layout, mark, lookback }: Window,
): readonly Late[] {
  if (mark === undefined) return []
  return fresh.flatMap(({ values, segments, time, files, modified }) => {
    const appeared = files.reduce((first, file) => Math.min(first, file.modified), modified)
    const isBehind = layout.enter(segments, Math.min(mark, appeared) - lookback).kind === 'outside'
    return time !== undefined && isBehind ? [{ values, lag: appeared - time }] : []
  })
}

/** Of a run: one finding, of those that lag least. */
export function behindFindings(late: readonly Late[], { layout, lookback }: Window): Diagnostic[] {
  const lagging = late.filter(({ lag }) => lag <= REPLAY)
  const told = lagging.length > 0 ? lagging : late
  const [first] = told
  if (first === undefined) return []
  const lags = told.map(({ lag }) => lag).sort((a, b) => a - b)
  const [least, most] = [hours(lags[0] ?? 0), hours(lags.at(-1) ?? 0)]
  const how = least === most ? least : `${least} to ${most}`
  const several = told.length === 1 ? 'a new partition was' : `${told.length} new partitions were`
  const which = `${several} found that recent scans cannot see: written ${how} after the time of the folder, read in zone ${layout.timeZone}, and the lookback is ${hours(lookback)}`
  const partition = printValues(first.values)
  if (lagging.length === 0)
    return [
      {
        code: 'BEHIND_LOOKBACK',
        severity: 'info',
        partition,
        message: which,
        fix: 'nothing, if old folders were written anew: full scans find those, or goldsync sync with the partitions',
      },
    ]
  const enough = `${Math.ceil((lags.at(-1) ?? 0) / HOUR) + 1}h`
  return [
    {
      code: 'BEHIND_LOOKBACK',
      severity: 'warning',
      partition,
      message: `${which}; such ones come with full scans only`,
      fix: `if the sink names folders by another zone, set the lake's timeZone to that; if it is late, set lookback to ${enough} or more`,
    },
  ]
}

/** `90 min`, `8 h`, `12 d`. */
function hours(ms: number): string {
  if (ms < 2 * HOUR) return `${Math.round(ms / 60_000)} min`
  return ms <= 3 * 24 * HOUR ? `${Math.round(ms / HOUR)} h` : `${Math.round(ms / (24 * HOUR))} d`
}
