/** One run for each topic at a time in this process: what is asked for meanwhile is done together in the next one. */
import { coalescing } from '../base/coalesce.ts'
import { once } from '../base/once.ts'
import { whenAllGaveUp } from '../base/signals.ts'
import type { Lake, Run } from '../run/run.ts'
import { type AppliedTopic, applyTopic, type SyncedTopic, type TopicRequest } from './sync-topic.ts'

type Queue = (key: string, request: TopicRequest) => Promise<AppliedTopic>

/** By the lake's identity: invocations open a lake anew, but it is the same one. */
const queues = new WeakMap<object, Queue>()

/** The catalogs are up to date; what the engines see of it is asked for meanwhile. */
export interface Settled extends Pick<AppliedTopic, 'applied' | 'asks'> {
  readonly told: Promise<SyncedTopic>
}

/** Never throws for what a storage or a catalog does: that is in the reports. A dry run waits for nobody. */
export async function syncTopicInTurn(request: TopicRequest): Promise<Settled> {
  const { applied, asks, tell } = request.run.dryRun
    ? await applyTopic(request)
    : await queueOf(request.lake)(request.topic.location, request)
  return { applied, asks, told: tell() }
}

function queueOf({ identity }: Lake): Queue {
  const known = queues.get(identity)
  if (known) return known
  const done = recentlyDone()
  const asking = beingAsked()
  const queue = coalescing(async (requests: readonly TopicRequest[]) => {
    const request = together(requests)
    const { location } = request.topic
    const state = { done: done.get(location), asking: asking.get(location) }
    const { tell, ...applied } = await applyTopic({ ...request, ...state }).finally(() => done.put(location))
    const end = asking.begin(location, applied.asks ? applied.added : [])
    return { ...applied, tell: once(() => tell().finally(end)) }
  })
  queues.set(identity, queue)
  return queue
}

/** Milliseconds after which nobody has read anything before. */
const LONG_AGO = 60_000

/** When topics were last done with, by `performance.now()`. */
function recentlyDone() {
  const times = new Map<string, number>()
  return {
    get: (location: string) => times.get(location),
    put(location: string) {
      const now = performance.now()
      // In the order of their times: the old ones are first.
      for (const [other, at] of times) {
        if (now - at < LONG_AGO) break
        times.delete(other)
      }
      times.delete(location)
      times.set(location, now)
    },
  }
}

/** Partitions, by their topic's location, that the engines are being asked for behind the run that added them. */
function beingAsked() {
  const topics = new Map<string, Set<readonly string[]>>()
  return {
    get: (location: string) => new Set([...(topics.get(location) ?? [])].flat()),
    begin(location: string, added: readonly string[]): () => void {
      if (added.length === 0) return () => undefined
      const runs = topics.get(location) ?? new Set()
      topics.set(location, runs.add(added))
      return () => {
        runs.delete(added)
        if (runs.size === 0) topics.delete(location)
      }
    },
  }
}

/** One request that does what all of these ask for. */
function together(requests: readonly TopicRequest[]): TopicRequest {
  const first = requests[0] as TopicRequest
  if (requests.length === 1) return first
  const whole = requests.filter(({ paths }) => paths === undefined)
  const runs = requests.map(({ run }) => run)
  const watch = [...new Set(requests.flatMap(({ paths = [] }) => paths))]
  const paths = whole.length > 0 ? undefined : watch
  const named = runs.flatMap(({ partitions = [] }) => partitions)
  const rereads = requests.flatMap(({ run, paths = [] }) => (run.partitions ? paths : []))
  const { signal: _one, ...run } = first.run
  const signal = whenAllGaveUp(runs.map(run => run.signal))
  return {
    ...first,
    paths,
    watch,
    // Of a closed file it asks another question than of a whole topic.
    refusalOfNew: (whole[0] ?? first).refusalOfNew,
    run: {
      ...run,
      ...(signal ? { signal } : {}),
      mode: whole.some(({ run }) => run.mode === 'full') ? 'full' : 'recent',
      lazy: runs.every(run => run.lazy === true),
      early: runs.some(run => run.early === true),
      require: runs.some(run => run.require === true),
      reread: runs.some(run => run.reread === true),
      // Of the whole topic none is named: a full scan has to be one, and reads no other footers for the named ones' sake.
      partitions: whole.length > 0 || named.length === 0 ? undefined : named,
      rereads: new Set(rereads),
      deadline: earliest(runs),
    },
  }
}

function earliest(runs: readonly Run[]): number | undefined {
  const deadlines = runs.flatMap(({ deadline }) => deadline ?? [])
  return deadlines.length > 0 ? Math.min(...deadlines) : undefined
}
