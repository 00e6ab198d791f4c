/** What became of one file, told from the reports of its table: pure. */
import type { FileOutcome, TableReport } from '../run/report.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { printValues } from '../schema/table.ts'
import type { Placed } from './place-file.ts'
import type { SyncedTopic } from './sync-topic.ts'

/** The worst that happened to it in any catalog. */
export function fileOutcome(place: Placed, { tables, diagnostics }: SyncedTopic): FileOutcome {
  const { location } = place.file
  const unlisted = diagnostics.find(
    ({ code, path = '' }) => code === 'LISTING_FAILED' && place.location.startsWith(`${path}/`),
  )
  if (unlisted) return { location, outcome: 'failed', ...reason(unlisted) }
  const outcomes = tables.map(table => inTable(place, table))
  const worst =
    outcomes.find(({ outcome }) => outcome === 'failed') ?? outcomes.find(({ outcome }) => outcome === 'held')
  return { location, ...(worst ?? { outcome: 'visible' }) }
}

type Outcome = Omit<FileOutcome, 'location'>

const reason = ({ code, message }: Pick<Diagnostic, 'code' | 'message'>) => ({ code, message })

function inTable(place: Placed, table: TableReport): Outcome {
  if (table.error) return { outcome: 'failed', ...reason(table.error) }
  const first = table.diagnostics[0]
  if (table.outcome === 'refused') return { outcome: 'held', ...(first ? reason(first) : {}) }
  if (table.outcome === 'partial')
    return { outcome: 'failed', code: 'TIMEOUT', message: 'the deadline came before its partition' }
  const own = table.diagnostics.find(({ path, severity }) => path === place.location && severity !== 'info')
  if (own) return { outcome: 'held', ...reason(own) }
  if (!table.held.includes(place.path)) return { outcome: 'visible' }
  const cause = table.diagnostics.find(({ partition }) => partition === printValues(place.values))
  return { outcome: 'held', ...(cause ? reason(cause) : {}) }
}
