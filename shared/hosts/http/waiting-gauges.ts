/** Why partitions of tables wait, and since when: series of those alone that wait. */
import { Gauge, type Registry } from 'prom-client'
import type { TableReport } from '../../run/report.ts'

export interface WaitingGauges {
  tell(table: TableReport): void
}

interface Told {
  readonly labels: Readonly<Record<'catalog' | 'table' | 'code', string>>
  readonly partitions: number
  /** Epoch milliseconds. */
  readonly since: number
}

/** Milliseconds: each table is told of by a full scan a day, and there is one that is late. */
const FORGOTTEN = 25 * 3_600_000

/** @param now epoch milliseconds */
export function openWaitingGauges(registers: readonly Registry[], now: () => number): WaitingGauges {
  const tables = new Map<string, { readonly at: number; readonly waits: readonly Told[] }>()
  const all = (): Told[] => {
    for (const [key, { at }] of tables) if (now() - at > FORGOTTEN) tables.delete(key)
    return [...tables.values()].flatMap(({ waits }) => waits)
  }
  const common = { labelNames: ['catalog', 'table', 'code'] as const, registers: [...registers] }
  new Gauge({
    ...common,
    name: 'goldsync_waiting_partitions',
    help: 'Partitions that wait, of the whole table, by the code that says why (docs/diagnostics.md)',
    collect() {
      this.reset()
      for (const { labels, partitions } of all()) this.set(labels, partitions)
    },
  })
  new Gauge({
    ...common,
    name: 'goldsync_waiting_since_timestamp_seconds',
    help: 'When a run first found the partition so that waits the longest',
    collect() {
      this.reset()
      for (const { labels, since } of all()) this.set(labels, since / 1000)
    },
  })
  return {
    tell: ({ catalog, table, waiting, waits = [], outcome }) => {
      const key = JSON.stringify([catalog, table])
      if (waiting === 0 || (waiting === undefined && outcome === 'missing')) tables.delete(key)
      if (!waiting) return
      const before = tables.get(key)?.waits ?? []
      tables.set(key, {
        at: now(),
        waits: waits.map(({ code = 'unknown', partitions, since }) => {
          const known = before.find(wait => wait.labels.code === code)?.since
          // A topic without a table has nothing to keep it on.
          const at = since === undefined ? (known ?? now()) : Date.parse(since)
          return { labels: { catalog, table, code }, partitions, since: at }
        }),
      })
    },
  }
}
