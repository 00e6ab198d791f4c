/** One line that tells how far a run is, over all its tables. Where nobody watches, nothing: the log has it. */
import { visible } from '../../base/visible.ts'
import type { ProgressEvent } from '../../run/run.ts'
import type { Terminal } from './terminal.ts'

const WIDTH = 20
/** Milliseconds between two redraws: more is not seen. */
const PACE = 40
/** Milliseconds before a rate and the time left mean anything. */
const SETTLED = 3_000

export interface Progress {
  show(event: ProgressEvent): void
  /** Leaves an empty line, and draws no more. */
  end(): void
}

export function openProgress({ redraw }: Terminal, now: () => number = Date.now): Progress {
  if (!redraw) return { show: () => {}, end: () => {} }
  const started = now()
  const run = openCounts()
  let [drawn, ended] = [0, false]
  return {
    show: event => {
      run.note(event)
      if (ended || now() - drawn < PACE) return
      drawn = now()
      redraw(lineOf(run, describe(event), now() - started))
    },
    end: () => {
      if (!ended) redraw('')
      ended = true
    },
  }
}

/** How far one table is. */
interface Count {
  listed: number
  total: number
  applied: number
  /** Footers since the last partitions were applied. */
  footers: number
  /** Partitions that were got through, as far as was ever told: footers of the next ones are read meanwhile. */
  reached: number
  done: boolean
}

function openCounts() {
  const tables = new Map<string, Count>()
  let [announced, furthest] = [0, 0]
  const of = (table: string): Count => {
    const count = tables.get(table) ?? {
      listed: 0,
      total: 0,
      applied: 0,
      footers: 0,
      reached: 0,
      done: false,
    }
    tables.set(table, count)
    return count
  }
  const sum = (part: (count: Count) => number) =>
    [...tables.values()].reduce((all, one) => all + part(one), 0)
  return {
    note(event: ProgressEvent) {
      if (event.kind === 'tables') announced += event.count
      if (event.kind === 'listed') Object.assign(of(event.table), { listed: event.done, total: event.total })
      if (event.kind === 'applied') Object.assign(of(event.table), { applied: event.done, footers: 0 })
      if (event.kind === 'footers') of(event.table).footers += 1
      if (event.kind === 'done') of(event.table).done = true
      if (event.kind !== 'tables') reach(of(event.table))
    },
    tables: () => ({ done: sum(one => (one.done ? 1 : 0)), of: Math.max(announced, tables.size) }),
    partitions: () => ({ done: sum(one => one.reached), of: sum(one => one.total) }),
    /** 0 to 1; never less than before, though totals are guessed. */
    share() {
      const all = Math.max(announced, tables.size, 1)
      furthest = Math.max(furthest, sum(shareOf) / all)
      return furthest
    },
  }
}

function reach(count: Count): void {
  const { listed, applied, footers, reached } = count
  count.reached = Math.max(reached, Math.min(listed, applied + footers))
}

const shareOf = (count: Count): number =>
  count.done ? 1 : count.total === 0 ? 0 : count.reached / count.total

/** @param elapsed milliseconds */
function lineOf(run: ReturnType<typeof openCounts>, what: string, elapsed: number): string {
  const [tables, partitions, share] = [run.tables(), run.partitions(), run.share()]
  const rate = Math.round(partitions.done / (elapsed / 1000))
  const left = ((1 - share) / share) * elapsed
  const parts = [
    ...(tables.of > 1 ? [`${tables.done}/${tables.of} tables`] : []),
    ...(partitions.of > 0 ? [`${number(partitions.done)}/${number(partitions.of)} partitions`] : []),
    ...(elapsed >= SETTLED && rate > 0 ? [`${number(rate)}/s`] : []),
    ...(elapsed >= SETTLED && share > 0.01 && share < 1 ? [`${duration(left)} left`] : []),
    visible(what),
  ]
  const filled = Math.min(WIDTH, Math.round(WIDTH * share))
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${parts.join(', ')}`
}

function describe(event: ProgressEvent): string {
  switch (event.kind) {
    case 'tables':
      return 'listing'
    case 'table':
      return `${event.table} in ${event.catalog}`
    case 'listed':
      return `${event.table}: ${number(event.done)} listed`
    case 'footers':
      return `${event.table}: footers`
    case 'applied':
      return `${event.table}: ${number(event.done)} applied`
    case 'step':
      return `${event.table}: ${event.summary}`
    case 'done':
      return event.table
  }
  event satisfies never
}

const number = (value: number): string => value.toLocaleString('en-US')

/** `40 s`, `12 min`, `3 h`. */
function duration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  if (seconds < 100) return `${seconds} s`
  return seconds < 6_000 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
}
