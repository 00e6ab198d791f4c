/** Points in equal parts of the time that the plots show. */
import type { Past, Point } from './past.ts'
import { DAY, HOUR } from './words.ts'

export interface Bucket {
  /** Epoch ms. */
  readonly from: number
  readonly to: number
  readonly added: number
  /** Lags, ms; absent where none was measured. */
  readonly lag?: { readonly median: number; readonly most: number }
  readonly findings: ReadonlyMap<string, number>
}

const MINUTE = 60_000
const WIDTHS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, DAY]
const MOST_BUCKETS = 60

/** Oldest first, without gaps, on round times. */
export function bucketsOf({ from, to, points }: Pick<Past, 'from' | 'to' | 'points'>): readonly Bucket[] {
  const width = WIDTHS.find(width => (to - from) / width <= MOST_BUCKETS) ?? DAY
  const first = Math.floor(from / width)
  const parts: Point[][] = Array.from({ length: Math.floor(to / width) - first + 1 }, () => [])
  for (const point of points) parts[Math.floor(point.at / width) - first]?.push(point)
  return parts.map((part, at) => bucketOf(part, (first + at) * width, width))
}

function bucketOf(points: readonly Point[], from: number, width: number): Bucket {
  const findings = new Map<string, number>()
  for (const point of points)
    for (const [code, number] of Object.entries(point.findings))
      findings.set(code, (findings.get(code) ?? 0) + number)
  const lags = points.flatMap(({ lagMs }) => lagMs ?? []).sort((one, other) => one - other)
  return {
    from,
    to: from + width,
    added: points.reduce((sum, { added }) => sum + added, 0),
    ...(lags.length === 0
      ? {}
      : { lag: { median: lags[Math.floor((lags.length - 1) / 2)] ?? 0, most: lags.at(-1) ?? 0 } }),
    findings,
  }
}
