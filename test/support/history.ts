/** Entries as runs write them. */
import type { History, HistoryEntry, HistoryQuery, ThingEntry } from '../../shared/history/history.ts'

/** What became of a partition. @param number makes its id */
export const thing = (number: number, part: Partial<ThingEntry> = {}): ThingEntry => ({
  version: 1,
  id: `run-1/x/${number}`,
  time: '2026-11-28T10:00:00.000Z',
  runId: 'run-1',
  trigger: 'scan',
  host: 'cli',
  table: 'golden.orders',
  topic: 'orders',
  catalog: 'hive',
  kind: 'thing',
  what: 'registered',
  partition: '2026/11/28/09',
  ...part,
})

export async function all(history: History, query: Partial<HistoryQuery> = {}): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = []
  for await (const entry of history.read({ limit: 1_000_000, ...query })) entries.push(entry)
  return entries
}
