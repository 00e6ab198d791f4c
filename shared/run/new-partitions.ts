/** What a run tells schedulers: pure. */
import type { Layout } from '../layout/layout.ts'
import type { NewPartition } from '../schedulers/scheduler.ts'
import type { TableReport } from './report.ts'

/** Never throws: @returns which could not be told, and why; undefined where all were. @param run whose caller waits for it */
export type TellSchedulers = (
  partitions: readonly NewPartition[],
  run?: { readonly deadline?: number | undefined; readonly signal?: AbortSignal },
) => Promise<string | undefined>

/** Partitions of a table that one run tells of. More are a table's past, for which nobody wants to start work. */
const MOST = 100

/** The newest ones that a run has added to a table, the oldest of them first, and how many older ones there are. */
export function newPartitionsOf(
  report: TableReport,
  { layout, runId, first }: { readonly layout: Layout; readonly runId: string; readonly first: boolean },
): { readonly told: readonly NewPartition[]; readonly left: number } {
  const { catalog, topic, addedPartitions } = report
  const [database = '', table = ''] = report.table.split('.')
  const about = { runId, catalog, first, database, table, topic }
  const all = addedPartitions.map(partition => ({ ...about, partition, ...meaningOf(layout, partition) }))
  const inTime = all.sort((a, b) => compare(timeOf(a), timeOf(b)))
  return { told: inTime.slice(-MOST), left: Math.max(0, all.length - MOST) }
}

/** @param partition values joined by `/`; one that says nothing stands for itself */
function meaningOf(layout: Layout, partition: string): Pick<NewPartition, 'time' | 'texts'> {
  const values = partition.split('/')
  const isWhole = values.length === layout.partitionKeys.length
  const bindings = isWhole ? layout.bindings(values) : undefined
  if (bindings === undefined) return { time: {}, texts: [partition] }
  return { time: bindings.time, texts: Object.values(bindings.text) }
}

const UNITS = ['year', 'month', 'day', 'hour', 'minute'] as const

const timeOf = ({ time }: NewPartition): readonly number[] => UNITS.map(unit => time[unit] ?? 0)

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index])
  return at === -1 ? 0 : (a[at] as number) - (b[at] as number)
}
