/** The events that go in, each told by its topic and number alone: so what must come out is known. */

export const TOPICS = ['orders', 'clicks', 'payments'] as const
export type Topic = (typeof TOPICS)[number]

/** Events of a topic in a second. */
export const RATE = 100
/** Seconds of event time in a second: an hour passes in a minute. */
export const SPEED = 60

/** The earliest event is at 2019-09-01 01:00: what comes late does so by minutes. */
const BEGIN = Date.UTC(2019, 8, 1, 1, 10)
const LATE_MS = 600_000
/** How far orders-hourly.sql's watermark is behind. */
const WATERMARK_MS = 720_000
/** More than an int holds. */
const MANY = 3_000_000_000

export type Kind = 'accepted' | 'test' | 'malformed'

/** Of the schema of orders: 2 has `coupon`, and `quantity` as bigint. Those of `between` are the same to both: they are read by the one or the other. */
export type Version = 1 | 'between' | 2

/** The first events of `between` and of 2. */
export interface Phases {
  readonly betweenFrom: number
  readonly wideFrom: number
}

export const versionOf = (id: number, { betweenFrom, wideFrom }: Phases): Version =>
  id >= wideFrom ? 2 : id >= betweenFrom ? 'between' : 1

/** Epoch ms at which an event happened. Every twentieth comes up to ten minutes late. */
export const timeOf = (id: number): number =>
  BEGIN + Math.floor((id / RATE) * SPEED * 1000) - (id % 20 === 3 ? (id * 7919) % LATE_MS : 0)

/** What the job makes of it. An order of more than an int holds is malformed until the column is wide enough. */
export function kindOf(topic: Topic, id: number, version: Version): Kind {
  if (id % 25 === 7) return 'test'
  if (id % 40 !== 13) return 'accepted'
  return topic === 'orders' && version === 2 && isMany(id) ? 'accepted' : 'malformed'
}

const variantOf = (id: number): number => Math.floor(id / 40) % 4
const isMany = (id: number): boolean => id % 40 === 13 && variantOf(id) === 3

/** The record's value as it is sent. */
export function eventOf(topic: Topic, id: number, version: Version): string {
  const event = {
    id,
    at: new Date(timeOf(id)).toISOString(),
    customer: `c${id % 97}`,
    ...own(topic, id, version),
  }
  if (id % 25 === 7) return JSON.stringify({ ...event, test: true })
  if (id % 40 !== 13) return JSON.stringify(event)
  if (isMany(id) && topic !== 'orders') return JSON.stringify({ ...event, id: `${id}` })
  if (isMany(id) && version !== 'between') return JSON.stringify({ ...event, quantity: MANY })
  return [
    JSON.stringify(event).slice(0, 40),
    JSON.stringify({ ...event, at: undefined }),
    JSON.stringify({ ...event, customer: id }),
  ][variantOf(id) % 3] as string
}

function own(topic: Topic, id: number, version: Version): object {
  if (topic === 'clicks') return { page: `/p/${id % 31}`, ...(id % 3 === 0 && { referrer: '/' }) }
  if (topic === 'payments') return { order_id: id, method: id % 2 ? 'card' : 'transfer', amount: id / 4 }
  const coupon = couponOf(id, version)
  return { quantity: id % 9, price: `${id % 1000}.50`, ...(coupon && { coupon }) }
}

const couponOf = (id: number, version: Version): string | undefined =>
  version === 2 && id % 3 === 0 ? 'AUTUMN' : undefined

export interface Sums {
  readonly rows: number
  /** Sum of the ids. */
  readonly ids: number
  /** Sums of orders' quantities and number of their coupons; 0 for other topics. */
  readonly quantity: number
  readonly coupons: number
  readonly dead: number
}

/** What a topic's table must hold of its first events. */
export function sumsOf(topic: Topic, events: number, phases: Phases): Sums {
  const sums = { rows: 0, ids: 0, quantity: 0, coupons: 0, dead: 0 }
  for (let id = 0; id < events; id += 1) {
    const version = versionOf(id, phases)
    const kind = kindOf(topic, id, version)
    if (kind === 'malformed') sums.dead += 1
    if (kind !== 'accepted') continue
    sums.rows += 1
    sums.ids += id
    if (topic !== 'orders') continue
    sums.quantity += isMany(id) ? MANY : id % 9
    if (couponOf(id, version)) sums.coupons += 1
  }
  return sums
}

/**
 * Rows of orders-hourly.sql by their hour, `yyyy-MM-dd HH`: of malformed orders it takes those that Flink's JSON format makes something of, a number for a text and
 * a text for a number. Only hours that the watermark has passed, so that they are complete.
 */
export function hoursOf(events: number, phases: Phases): Map<string, number> {
  const hours = new Map<string, number>()
  for (let id = 0; id < events; id += 1) {
    const left =
      id % 25 === 7 ||
      (id % 40 === 13 && (isMany(id) ? versionOf(id, phases) === 'between' : variantOf(id) < 2))
    const hour = new Date(timeOf(id)).toISOString().slice(0, 13).replace('T', ' ')
    if (!left) hours.set(hour, (hours.get(hour) ?? 0) + 1)
  }
  const newest = Math.max(...Array.from({ length: Math.min(events, 40) }, (_, at) => timeOf(events - 1 - at)))
  const isOver = (hour: string): boolean =>
    Date.parse(`${hour.replace(' ', 'T')}:00Z`) + 3_600_000 <= newest - WATERMARK_MS
  return new Map([...hours].filter(([hour]) => isOver(hour)))
}
