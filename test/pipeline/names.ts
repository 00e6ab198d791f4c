/** Since when files have their final names, as listings of the lake tell: HDFS keeps the time of a close, but not that of a rename. */
import { setTimeout as sleep } from 'node:timers/promises'
import { TOPICS, timeOf } from './events.ts'
import { folder } from './lake.ts'
import type { Servers } from './servers.ts'

/** Between two listings, ms. */
const PAUSE = 200
const HOUR = 3_600_000

export interface Names {
  /** Epoch ms of the last listing without it, by location. */
  readonly since: ReadonlyMap<string, number>
  stop(): Promise<void>
}

/** @param sent events of each topic so far @param lake its location */
export function watchNames(servers: Servers, lake: string, sent: () => number): Names {
  const since = new Map<string, number>()
  let before = Date.now()
  let stopped = false

  async function list(path: string): Promise<void> {
    for (const { name } of await folder(servers, new URL(path).pathname)) {
      const location = `${path}/${name}`
      if (!/^[._]/.test(name) && !since.has(location)) since.set(location, before)
    }
  }

  async function go(): Promise<void> {
    while (!stopped) {
      const begun = Date.now()
      const hours = [-4, -3, -2, -1, 0, 1].map(at => hourOf(timeOf(sent()) + at * HOUR))
      await Promise.all(TOPICS.flatMap(topic => hours.map(hour => list(`${lake}/${topic}/${hour}`))))
      before = begun
      await sleep(PAUSE)
    }
  }

  const going = go()
  return {
    since,
    stop: async () => {
      stopped = true
      await going
    },
  }
}

const hourOf = (time: number): string => new Date(time).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/')
