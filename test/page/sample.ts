/** A status and a history as a lake of many topics has them, trouble in a few. The same each time. */
import type { StatusReport, TableStatus } from '../../shared/function/status.ts'
import type { HistoryEntry, RunEntry, TableEntry } from '../../shared/history/history.ts'
import { type Past, readPast } from '../../shared/page/past.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
export const NOW = Date.UTC(2026, 10, 28, 13, 45)

const ago = (ms: number): string => new Date(NOW - ms).toISOString()

const synced = (table: string, changed: number, more: Partial<TableStatus> = {}): TableStatus => ({
  table: `golden.${table}`,
  topic: table,
  catalog: 'hive',
  state: 'synced',
  mark: ago(changed),
  full: ago(9 * HOUR),
  pending: [],
  descriptorsPending: false,
  leftOut: 'all',
  ...more,
})

const wait = (partition: string, code: string, file: string, since: number, remedy: string) => ({
  partition,
  code,
  file,
  since: ago(since),
  remedy,
})

const troubled: readonly TableStatus[] = [
  synced('payments_settlement_confirmations_received_from_partner_banks', 3 * HOUR, {
    topic: 'payments.settlement-confirmations.received-from-partner-banks',
    pending: ['2026/11/27/22', '2026/11/27/23', '2026/11/28/00'],
    waits: ['22', '23', '24'].map(hour =>
      wait(
        `2026/11/27/${hour}`,
        'INCOMPATIBLE_TYPE',
        `part-00${hour}-8f2c1a7e-4b1d-4b53-9a71-6d4ce1f0c9d2-c000.snappy.parquet`,
        15 * HOUR,
        'rewrite the file with the types of the table, or move it out of the folder',
      ),
    ),
  }),
  synced('orders', 5 * MINUTE, {
    pending: ['2026/11/28/07', '2026/11/28/13'],
    waits: [
      wait(
        '2026/11/28/07',
        'EXPOSED_FILE',
        'part-3.parquet',
        6 * HOUR,
        'move the file out of the folder, or rewrite it: goldsync plan names what is wrong with it',
      ),
      wait(
        '2026/11/28/13',
        'INCOMPLETE_FILE',
        'part-7.parquet.inprogress',
        4 * MINUTE,
        'nothing, if its writer is still at it: the next run looks again; else have it written anew, or move it out of the folder',
      ),
    ],
    engines: [
      {
        engine: 'trino',
        version: '476',
        unproven: [],
        failed: [
          {
            partition: '2026/11/28/09',
            column: 'amount',
            said: 'Unsupported encoding: BYTE_STREAM_SPLIT',
            holdsBack: true,
          },
        ],
        unseen: false,
      },
    ],
  }),
  {
    table: 'golden.customers',
    topic: 'customers',
    catalog: 'hive',
    state: 'failed',
    pending: [],
    descriptorsPending: false,
    error: {
      code: 'PERMISSION_DENIED',
      message: 'metastore:9083 does not let the user goldsync read golden.customers',
      hint: 'grant it SELECT on the table, or leave the topic out (tables.exclude)',
      retryable: false,
    },
  },
  {
    table: 'golden.returns',
    topic: 'returns',
    catalog: 'hive',
    state: 'noTable',
    pending: [],
    descriptorsPending: false,
  },
]

const NAMES = ['clicks', 'sessions', 'carts', 'invoices', 'shipments', 'devices', 'sensors', 'logins']

/** @param tables how many; the first four have something open where there are more than three */
export function sampleStatus(tables: number): StatusReport {
  const trouble = tables > 3 ? troubled : troubled.slice(0, 2)
  const fine = Array.from({ length: tables - trouble.length }, (_, at) => {
    const name = NAMES[at % NAMES.length] ?? ''
    const series = Math.floor(at / NAMES.length)
    return synced(
      series === 0 ? name : `${name}_${`${series}`.padStart(3, '0')}`,
      ((at * 7_919) % 500) * 3 * MINUTE + MINUTE,
    )
  })
  return {
    lakes: [
      {
        location: 'hdfs://datalake-vol/golden',
        keptOn: 'golden.carts',
        catalog: 'hive',
        lastScan: { startedAt: ago(34 * MINUTE), handedOn: false },
        lastFullScan: { startedAt: ago(9 * HOUR), handedOn: false },
      },
    ],
    tables: [...fine, ...trouble],
    failures: [],
    diagnostics: [],
  }
}

/** Newest first: a scan each five minutes, a full one each day, some trouble. */
export function* sampleHistory(days = 3): Iterable<HistoryEntry> {
  for (let at = 0; at < (days * DAY) / (5 * MINUTE); at += 1) {
    const time = ago(at * 5 * MINUTE + 20_000)
    const runId = `run-${at}`
    const isFull = at % 288 === 109
    const head = { version: 1, time, runId, trigger: 'scan', host: 'server' } as const
    const held = at < 180 ? 3 : 0
    const down = at >= 400 && at < 409
    const changed = down ? [] : NAMES.filter((_, nth) => (at + nth) % 12 === 0)
    const run: RunEntry = {
      ...head,
      kind: 'run',
      id: `${runId}/0`,
      lakes: ['hdfs://datalake-vol/golden'],
      mode: isFull ? 'full' : 'recent',
      ms: isFull ? 41_000 : 700 + ((at * 37) % 900),
      partial: false,
      tables: 12,
      outcomes: {},
      findings: {},
      ...(down ? { code: 'UNAVAILABLE', reason: 'metastore:9083 refused the connection' } : {}),
    }
    yield run
    for (const [nth, name] of changed.entries()) yield tableEntry(head, name, nth, at)
    if (held > 0 && at % 12 === 0)
      yield {
        ...tableEntry(head, 'orders', 9, at),
        findings: { EXPOSED_FILE: 1, ...(at < 90 ? { INCOMPATIBLE_TYPE: held } : {}) },
      }
  }
}

const tableEntry = (
  head: Pick<TableEntry, 'version' | 'time' | 'runId' | 'trigger' | 'host'>,
  name: string,
  nth: number,
  at: number,
): TableEntry => ({
  ...head,
  kind: 'table',
  id: `${head.runId}/${nth + 1}`,
  table: `golden.${name}`,
  topic: name,
  catalog: 'hive',
  outcome: 'changed',
  ms: 300,
  listed: 4,
  added: 1 + ((at + nth) % 4),
  altered: 0,
  moved: 0,
  dropped: 0,
  held: 0,
  files: 4,
  rows: 10_000,
  lagMs: at > 400 && at < 430 ? 50 * MINUTE - (at - 400) * 90_000 : 20_000 + ((at * 7_919) % 240) * 1_000,
  findings: {},
})

async function* each<T>(values: Iterable<T>): AsyncIterable<T> {
  yield* values
}

export const samplePast = (days = 3): Promise<Past> =>
  readPast('/var/lib/goldsync/history', each(sampleHistory(days)), {
    from: NOW - days * DAY,
    to: NOW,
    limit: 20_000,
  })
