/** SQL of the history: one table, an index, batches. Pure. */
import type { HistoryQuery } from '../history.ts'

export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** @param schema letters, digits and _ */
export const tableIn = (schema: string): string => `"${schema}".goldsync_history`

export const exists = (table: string): Statement => ({
  text: 'select to_regclass($1) is not null as there',
  values: [table],
})

export const create = (table: string): readonly string[] => [
  `create table if not exists ${table} (
  id text primary key,
  time timestamptz not null,
  seq integer not null,
  kind text not null,
  run_id text not null,
  table_name text,
  entry jsonb not null
)`,
  `create index if not exists goldsync_history_time on ${table} (time desc, seq desc, id)`,
]

/** @param entries JSON: a list */
export const insert = (table: string, entries: string): Statement => ({
  text: `insert into ${table} (id, time, seq, kind, run_id, table_name, entry)
select e->>'id', (e->>'time')::timestamptz, substring(e->>'id' from '[0-9]+$')::integer, e->>'kind', e->>'runId', e->>'table', e
from jsonb_array_elements($1::jsonb) as e
on conflict do nothing`,
  values: [entries],
})

export const removeOld = (table: string, days: number): Statement => ({
  text: `delete from ${table} where time < now() - make_interval(days => $1)`,
  values: [days],
})

/** Where the last page ended. */
export interface Position {
  readonly time: string
  readonly seq: number
  readonly id: string
}

/** The next page; what `matches` must still sort out is among it. */
export function page(
  table: string,
  query: HistoryQuery,
  after: Position | undefined,
  size: number,
): Statement {
  const values: unknown[] = []
  const value = (given: unknown): string => `$${values.push(given)}`
  const conditions = [
    ...(query.since === undefined ? [] : [`time >= ${value(new Date(query.since).toISOString())}`]),
    ...(query.runId === undefined ? [] : [`run_id = ${value(query.runId)}`]),
    ...(query.kinds === undefined ? [] : [`kind = any(${value(query.kinds)})`]),
    ...(query.table === undefined ? [] : [ofTable(value(query.table))]),
    ...(after === undefined ? [] : [before(value(after.time), value(after.seq), value(after.id))]),
  ]
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}\n`
  return {
    text: `select entry, entry->>'time' as time, seq, id from ${table}\n${where}order by time desc, seq desc, id limit ${size}`,
    values,
  }
}

const ofTable = (name: string): string =>
  `${name} in (table_name, split_part(table_name, '.', 2), entry->>'topic')`

/** The first condition is what the index has a range for. */
const before = (time: string, seq: string, id: string): string =>
  `time <= ${time} and (time < ${time} or (time = ${time} and (seq < ${seq} or (seq = ${seq} and id > ${id}))))`
