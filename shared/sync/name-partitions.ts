/** What a run says of the partitions that were named, and of what was required of it. */
import { unlistedAt } from '../decide/findings.ts'
import { verdictOn } from '../decide/named.ts'
import type { NamedPartition, Report, TableReport, Unmet } from '../run/report.ts'
import type { Run } from '../run/run.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { SyncedTable, SyncedTopic } from './sync-topic.ts'

/** A partition as it was named. */
export interface Named {
  /** Values joined by `/`. */
  readonly text: string
  /** From the topic's folder. */
  readonly path: string
  readonly location: string
}

/** The topic's reports, each with what it says of the named partitions. */
export const withNamed = (topic: SyncedTopic, named: readonly Named[] | undefined): TableReport[] =>
  topic.tables.map(table =>
    named === undefined
      ? table.report
      : { ...table.report, named: named.map(one => told(one, table, topic.diagnostics)) },
  )

function told(
  { text, path, location }: Named,
  { report, asked }: SyncedTable,
  diagnostics: readonly Diagnostic[],
): NamedPartition {
  const one = asked.get(path)
  const { state, ...why } = verdictOn(path, one, report, unlistedAt(location, diagnostics))
  const engines = (one?.engines ?? []).map(({ engine, visible, read }) => ({
    engine,
    visible,
    read: one?.accepted !== undefined && [...one.accepted].every(file => read.has(file)),
  }))
  return { partition: text, state, engines, ...why }
}

/** What cannot be queried of what the run was to make queryable. A partition of a table that two lakes feed is in one of them. */
export function unmetIn(
  { tables, failures }: Pick<Report, 'tables' | 'failures'>,
  { tables: wanted = [], partitions }: Run,
): Unmet[] {
  const [failed] = failures.map(({ error: { code, message } }) => ({ code, message }))
  if (tables.length === 0) return wanted.map(table => ({ table, ...(failed ?? NO_TABLE) }))
  if (partitions === undefined) return tables.flatMap(unmetOfAll)
  const unmet = tables.flatMap(report =>
    (report.named ?? []).map(named => ({ report, named, why: reasonOf(named, report) })),
  )
  const key = ({ report, named }: (typeof unmet)[number]) =>
    JSON.stringify([report.table, report.catalog, named.partition])
  const met = new Set(unmet.filter(({ why }) => why === undefined).map(key))
  return unmet.flatMap(one =>
    one.why === undefined || met.has(key(one))
      ? []
      : [{ ...aboutTable(one.report), partition: one.named.partition, ...one.why }],
  )
}

type Why = Pick<Unmet, 'code' | 'message'>

const NO_TABLE: Why = {
  code: 'NAME_COLLISION',
  message: 'it has no table: its topic meets another one in the name (see the findings)',
}

const aboutTable = ({ table, catalog }: TableReport) => ({ table, catalog })

const WORDS = {
  exposed: 'it is registered with a file that is not accepted',
  held: 'it is held back',
  incomplete: 'it waits for its writer',
  absent: 'no data file is in its folder, or there is none',
  unknown: 'the run could not tell',
} as const

function reasonOf({ state, code, message, engines }: NamedPartition, report: TableReport): Why | undefined {
  if (state !== 'registered') return { code: code ?? CODES[state], message: message ?? WORDS[state] }
  const blind = engines.find(({ visible }) => !visible)
  return blind && notSeenBy(blind.engine, report)
}

/** Where no finding says why. */
const CODES = {
  exposed: 'EXPOSED',
  held: 'HELD',
  incomplete: 'INCOMPLETE',
  absent: 'ABSENT',
  unknown: 'UNKNOWN',
}

function notSeenBy(engine: string, { diagnostics }: TableReport): Why {
  const found = diagnostics.find(finding => finding.engine === engine)
  return found
    ? { code: found.code, message: found.message }
    : { code: 'NOT_VISIBLE', message: `${engine} has not shown that it sees it` }
}

/** Of all that the run has looked at. */
function unmetOfAll(report: TableReport): Unmet[] {
  const { outcome, error, diagnostics, pending, engines } = report
  const table = aboutTable(report)
  if (error) return [{ ...table, code: error.code, message: error.message }]
  const [first] = diagnostics
  if (outcome === 'refused')
    return [{ ...table, code: first?.code ?? CODES.held, message: first?.message ?? WORDS.held }]
  if (outcome === 'missing') return [{ ...table, code: CODES.absent, message: 'it has no table yet' }]
  return [
    ...(outcome === 'partial' ? [{ ...table, code: 'TIMEOUT', message: 'the deadline left work' }] : []),
    ...pending.map(partition => ({ ...table, partition, ...whyPending(partition, report) })),
    ...engines
      .filter(({ visible, expected, left, error }) => left || error || visible < expected)
      .map(({ engine }) => ({ ...table, ...notSeenBy(engine, report) })),
  ]
}

function whyPending(path: string, { diagnostics, held }: TableReport): Why {
  const finding = diagnostics.find(({ path: at = '' }) => `${at}/`.includes(`/${path}/`))
  const state = held.includes(path) ? 'held' : 'exposed'
  return { code: finding?.code ?? CODES[state], message: finding?.message ?? WORDS[state] }
}
