/** Whether what came out is what went in. */
import type { Sums, Topic } from './events.ts'

/** Of a topic's table, as engines count it. */
export interface Table extends Omit<Sums, 'dead'> {
  /** Distinct ids, and distinct places in Kafka. */
  readonly distinct: number
  readonly sources: number
}

/** A file at the end: as the lake lists it, and as Trino reads it. */
export interface File {
  /** Bytes and time of the listing; none where it lists no such file. */
  readonly listed?: { readonly modified: number }
  /** Rows that Trino returns of it, and its time there; none where Trino returns none. */
  readonly read?: { readonly rows: number; readonly closed: number }
  /** What was seen of it first. */
  readonly seen?: { readonly rows: number; readonly closed: number; readonly at: number }
}

/** @param hive rows and the sum of ids by HiveServer2 @returns what is wrong */
export function wrongOfTable(
  topic: Topic,
  wanted: Sums,
  found: Table,
  hive: Pick<Sums, 'rows' | 'ids'>,
): string[] {
  const pairs: readonly (readonly [string, number, number])[] = [
    ['rows', wanted.rows, found.rows],
    ['different ids', wanted.rows, found.distinct],
    ['different places in Kafka', wanted.rows, found.sources],
    ['sum of ids', wanted.ids, found.ids],
    ['sum of quantities', wanted.quantity, found.quantity],
    ['coupons', wanted.coupons, found.coupons],
    ['rows by Hive', wanted.rows, hive.rows],
    ['sum of ids by Hive', wanted.ids, hive.ids],
  ]
  return pairs
    .filter(([, want, got]) => want !== got)
    .map(([what, want, got]) => `${topic}: ${what}: ${got}, and not ${want}`)
}

/** A file is closed once, is seen whole or not at all, and none that is closed is missing. */
export function wrongOfFile(path: string, { listed, read, seen }: File): string[] {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const wrong = [
    [/^[._]|inprogress/.test(name) && read, 'is read and has no final name'],
    [!listed && (read || seen), 'is read and not in the listing'],
    [listed && !read, 'is closed and not read'],
    [listed && read && listed.modified !== read.closed, 'was changed after it was read'],
    [
      read && seen && (read.rows !== seen.rows || read.closed !== seen.closed),
      'was seen before it was closed',
    ],
    [seen && seen.at < seen.closed, 'was seen before the time at which it was closed'],
  ] as const
  return wrong.filter(([is]) => is).map(([, what]) => `${path} ${what}`)
}

/** Each malformed event once. @param sources `topic/partition/offset` of each dead letter */
export function wrongOfDeadLetters(wanted: number, sources: readonly string[]): string[] {
  const once = new Set(sources).size
  return [
    ...(once === wanted ? [] : [`${once} different dead letters, and not ${wanted}`]),
    ...(once === sources.length ? [] : [`${sources.length - once} dead letters are there twice`]),
  ]
}

/** An hour is there when it is complete, and not before. @param seen rows when it was seen first @param found rows at the end; all by hour */
export function wrongOfHours(
  wanted: ReadonlyMap<string, number>,
  seen: ReadonlyMap<string, number>,
  found: ReadonlyMap<string, number>,
): string[] {
  const early = [...seen.keys()].filter(hour => !wanted.has(hour))
  return [
    ...early.map(hour => `orders_hourly: ${hour} was there before it was over`),
    ...[...wanted].flatMap(([hour, rows]) => [
      ...(found.get(hour) === rows
        ? []
        : [`orders_hourly: ${hour} has ${found.get(hour) ?? 'no'} rows, and not ${rows}`]),
      ...(seen.get(hour) === rows
        ? []
        : [`orders_hourly: ${hour} had ${seen.get(hour) ?? 'no'} rows at first, and not ${rows}`]),
    ]),
    ...(wanted.size > 0 ? [] : ['orders_hourly: no hour was over, so nothing was seen of it']),
  ]
}
