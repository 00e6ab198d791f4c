/** What a run changed of a table, told from its report: pure. */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { News } from './news.ts'
import type { TableReport } from './report.ts'

/** An event has room for so many names: brokers carry 64 KiB at least (CloudEvents 1.0 §Size Limits). */
const NAMED = 1000

/** Partitions held, and unreadable ones, that one run tells of, of each table. */
const HELD = 100

const OF_THE_TABLE: ReadonlySet<string> = new Set([
  'createTable',
  'addColumns',
  'changeColumnTypes',
  'moveTable',
])

/** In the order in which it happened. */
export function newsOf(report: TableReport, runId: string): readonly News[] {
  const { table, catalog, topic, addedPartitions: added, newlyHeld, newlyWaiting = [] } = report
  const codes = new Map(newlyWaiting.map(({ path, code }) => [path, code]))
  const about = { runId, table, catalog, topic }
  const changes = report.steps
    .filter(({ kind }) => OF_THE_TABLE.has(kind))
    .map(({ kind, summary }) => ({ kind, summary }))
  return [
    ...(changes.length > 0 ? [{ kind: 'table.changed', ...about, changes } as const] : []),
    ...(added.length > 0
      ? [
          {
            kind: 'partitions.added',
            ...about,
            count: added.length,
            partitions: added.slice(0, NAMED),
          } as const,
        ]
      : []),
    ...newlyHeld.slice(0, HELD).map(
      partition =>
        ({
          kind: 'partition.held',
          ...about,
          partition,
          ...reasonOf(report, partition, codes.get(partition)),
        }) as const,
    ),
    ...report.diagnostics
      .filter(({ code, severity }) => code === 'ENGINE_CANNOT_READ' && severity === 'error')
      .slice(0, HELD)
      .map(finding => ({ kind: 'partition.unreadable', ...about, ...unreadable(finding) }) as const),
  ]
}

function unreadable({ code, message, partition = '', path = '', column, fix }: Diagnostic) {
  const more = { ...(column === undefined ? {} : { column }), ...(fix === undefined ? {} : { fix }) }
  return { partition, path, code, message, ...more }
}

/**
 * The finding about a folder, or about a file in it.
 * @param partition from the topic's folder
 * @param code of the wait, where one is known: what else was found there is not why it waits
 */
export function reasonOf(
  { diagnostics }: Pick<TableReport, 'diagnostics'>,
  partition: string,
  code?: string,
): Partial<Pick<Diagnostic, 'code' | 'message' | 'fix'>> {
  const found = diagnostics.filter(({ path = '' }) => `${path}/`.includes(`/${partition}/`))
  const codes = code === 'PARTITION_REFUSED' ? [code, 'PARTITION_TOO_LONG'] : [code]
  const finding = found.find(({ code: of }) => codes.includes(of)) ?? found[0]
  if (finding === undefined) return {}
  const { message, fix } = finding
  return { code: finding.code, message, ...(fix === undefined ? {} : { fix }) }
}
