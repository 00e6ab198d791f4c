/** Looks at what Trino returns rows of, again and again, while the pipeline runs. */
import { setTimeout as sleep } from 'node:timers/promises'
import { trinoRows } from '../support/sql.ts'
import { TOPICS, type Topic, timeOf } from './events.ts'
import { DATABASE } from './goldsync.ts'
import type { Names } from './names.ts'

/** Between two looks, ms. */
const PAUSE = 250

/** A file when rows of it were seen for the first time. */
export interface Seen {
  readonly topic: Topic
  readonly rows: number
  /** When HDFS says it was closed, and when the answer of Trino was there: epoch ms. */
  readonly closed: number
  readonly at: number
  /** When it still had no final name, at the last listing before: epoch ms. */
  readonly named: number
  /** The first of its partition: the others are seen without goldsync. */
  readonly first: boolean
}

export interface Looks {
  /** By location. */
  readonly files: ReadonlyMap<string, Seen>
  /** Rows of an hour of orders_hourly when it was seen for the first time, by `yyyy-MM-dd HH`. */
  readonly hours: ReadonlyMap<string, number>
  /** What Trino said of a table that is there. */
  readonly errors: readonly string[]
  stop(): Promise<void>
}

/** @param sent events of each topic so far: hours long before them are not looked at */
export function startLooks(sent: () => number, names: Names): Looks {
  const files = new Map<string, Seen>()
  const hours = new Map<string, number>()
  const folders = new Set<string>()
  const errors: string[] = []
  let stopped = false

  async function look(topic: Topic): Promise<void> {
    const found = await filesOf(topic, hourOf(timeOf(sent()) - 4 * 3_600_000)).catch(failed)
    const at = Date.now()
    const before = new Set(folders)
    for (const { path, rows, closed } of found) {
      const folder = path.replace(/\/[^/]*$/, '')
      folders.add(folder)
      const named = names.since.get(path) ?? closed
      if (!files.has(path)) files.set(path, { topic, rows, closed, at, named, first: !before.has(folder) })
    }
  }

  function failed(error: Error): [] {
    if (!/does not exist/.test(error.message)) errors.push(error.message)
    return []
  }

  async function lookAtHours(): Promise<void> {
    for (const { hour, rows } of await rowsOfHours().catch(failed))
      if (!hours.has(hour)) hours.set(hour, rows)
  }

  async function go(): Promise<void> {
    while (!stopped) {
      await Promise.all([...TOPICS.map(look), lookAtHours()])
      await sleep(PAUSE)
    }
  }

  const going = go()
  return {
    files,
    hours,
    errors,
    stop: async () => {
      stopped = true
      await going
    },
  }
}

export interface Visible {
  readonly path: string
  readonly rows: number
  readonly closed: number
}

/** The files that Trino returns rows of, from an hour on (yyyyMMddHH). */
export async function filesOf(topic: Topic, from = ''): Promise<Visible[]> {
  const rows = await trinoRows(
    `select "$path", count(*), cast(round(1000 * to_unixtime("$file_modified_time")) as bigint)
    from ${DATABASE}.${topic} where concat(year, month, day, hour) >= '${from}' group by 1, 3`,
  )
  return rows.map(([path, count, closed]) => ({
    path: path ?? '',
    rows: Number(count),
    closed: Number(closed),
  }))
}

/** Rows of each topic that Trino returns. */
export async function rowsOf(topic: Topic): Promise<number> {
  const [row] = await trinoRows(`select count(*) from ${DATABASE}.${topic}`)
  return Number(row?.[0])
}

/** Rows of each hour of orders_hourly that Trino returns. */
export async function rowsOfHours(): Promise<{ readonly hour: string; readonly rows: number }[]> {
  const rows = await trinoRows(
    `select concat(dt, ' ', hr), count(*) from ${DATABASE}.orders_hourly group by 1`,
  )
  return rows.map(([hour, count]) => ({ hour: hour ?? '', rows: Number(count) }))
}

const hourOf = (time: number): string => new Date(time).toISOString().slice(0, 13).replaceAll(/[-T]/g, '')
