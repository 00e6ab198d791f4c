/** Entries as runs write them. */
import type {
  History,
  HistoryEntry,
  HistoryQuery,
  RunEntry,
  TableEntry,
  ThingEntry,
} from '../../shared/history/history.ts'

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

const head = (number: number) => {
  const { version, id, time, runId, trigger, host } = thing(number)
  return { version, id, time, runId, trigger, host }
}

export const run = (number: number, part: Partial<RunEntry> = {}): RunEntry => ({
  ...head(number),
  kind: 'run',
  lakes: ['/golden'],
  mode: 'recent',
  ms: 1,
  partial: false,
  tables: 1,
  outcomes: {},
  findings: {},
  ...part,
})

export const table = (number: number, part: Partial<TableEntry> = {}): TableEntry => ({
  ...head(number),
  kind: 'table',
  table: 'golden.orders',
  topic: 'orders',
  catalog: 'hive',
  outcome: 'changed',
  ms: 1,
  listed: 0,
  added: 0,
  altered: 0,
  moved: 0,
  dropped: 0,
  held: 0,
  files: 0,
  rows: 0,
  findings: {},
  ...part,
})

export async function all(history: History, query: Partial<HistoryQuery> = {}): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = []
  for await (const entry of history.read({ limit: 1_000_000, ...query })) entries.push(entry)
  return entries
}
