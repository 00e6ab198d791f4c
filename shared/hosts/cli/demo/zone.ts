/** What the demo's golden zone holds, as data: two topics, 48 hours, and three files that no engine should read. */

/** Hours of a topic. The dates are fixed, so that every run shows the same. */
const HOURS = 48
const FIRST_HOUR = Date.UTC(2026, 10, 19)
/** The hours at which producers of `orders` changed what they write. */
const WIDENED_AT = 18
const COUPON_AT = 30

/** A file to be written by a query. Paths are relative to the lake. */
export interface ZoneFile {
  readonly topic: string
  /** Partition values joined by `/`. */
  readonly partition: string
  readonly name: string
  readonly rows: number
  readonly query: string
}

export const pathOf = ({ topic, partition, name }: ZoneFile): string => `${topic}/${partition}/${name}`

/** All accepted files, oldest first. */
export const ZONE: readonly ZoneFile[] = Array.from({ length: HOURS }, (_, hour) => [
  clicks(hour),
  orders(hour, 'part-00000.snappy.parquet'),
]).flat()

/** The file that arrives after the scan. */
export const LATE_FILE: ZoneFile = orders(HOURS - 1, 'part-00001.snappy.parquet', 500)

/** A writer died: the second half of the file is missing. */
export const TRUNCATED = 'clicks/2026/11/20/05/part-00001.snappy.parquet'
/** A writer still writes. */
export const IN_PROGRESS = 'clicks/2026/11/20/23/part-00001.snappy.parquet.inprogress'
/** A producer that writes `quantity` as text. */
export const INCOMPATIBLE: ZoneFile = {
  ...orders(HOURS - 12, 'part-00001.snappy.parquet'),
  query: `select id::int as id, 'customer ' || id as customer, 'a dozen' as quantity from range(40) t(id)`,
}

export const LATE_CHANGES = `quantity becomes bigint at ${partitionOf(WIDENED_AT)}, coupon appears at ${partitionOf(COUPON_AT)}`

function clicks(hour: number): ZoneFile {
  const rows = 1_000 + ((hour * 37) % 11) * 60
  const query = `select
      'session-' || hash(id + ${hour}) % 400 as session,
      ['/', '/search', '/product', '/basket', '/checkout'][1 + (hash(id * 7 + ${hour}) % 5)::int] as page,
      ${timeOf(hour)} + interval (id % 3600) second as clicked_at,
      {'browser': ['firefox', 'chrome', 'safari'][1 + (hash(id) % 3)::int], 'mobile': hash(id) % 2 = 0} as agent
    from range(${rows}) t(id)`
  return { topic: 'clicks', partition: partitionOf(hour), name: 'part-00000.snappy.parquet', rows, query }
}

function orders(hour: number, name: string, firstId = 0): ZoneFile {
  const rows = 200 + ((hour * 53) % 7) * 40
  const query = `select
      (id + ${hour * 1_000 + firstId})::int as id,
      'customer ' || hash(id + ${hour}) % 90 as customer,
      (1 + hash(id) % 9)::${hour < WIDENED_AT ? 'int' : 'bigint'} as quantity,
      ((hash(id * 3) % 20000) / 100)::decimal(10,2) as amount,
      ${timeOf(hour)} + interval (id % 3600) second as ordered_at
      ${hour < COUPON_AT ? '' : ", case when id % 4 = 0 then 'WELCOME' end as coupon"}
    from range(${rows}) t(id)`
  return { topic: 'orders', partition: partitionOf(hour), name, rows, query }
}

function partitionOf(hour: number): string {
  const [date, time] = new Date(FIRST_HOUR + hour * 3_600_000).toISOString().split('T') as [string, string]
  return `${date.replaceAll('-', '/')}/${time.slice(0, 2)}`
}

function timeOf(hour: number): string {
  const text = new Date(FIRST_HOUR + hour * 3_600_000).toISOString()
  return `timestamp '${text.slice(0, 19).replace('T', ' ')}'`
}
