/** The metadata files before a table's current one: how many are kept, and which go. */
import type { TableMetadata } from './metadata.ts'

/** As in Iceberg-Java. */
const USUAL_MOST = 100

/** The table's log with one more file; the oldest go where there are more than `write.metadata.previous-versions-max`. */
export function withPrevious(after: TableMetadata, location: string, timestamp: number): TableMetadata {
  const entry = { 'metadata-file': location, 'timestamp-ms': timestamp }
  const log = [...(after['metadata-log'] ?? []), entry]
  return { ...after, 'metadata-log': log.slice(-mostOf(after)) }
}

function mostOf({ properties = {} }: TableMetadata): number {
  const most = Number(properties['write.metadata.previous-versions-max'] ?? USUAL_MOST)
  return Number.isSafeInteger(most) ? Math.max(1, most) : USUAL_MOST
}

/**
 * Metadata files that nothing names any more after a commit, and that its table wants removed
 * (`write.metadata.delete-after-commit.enabled`).
 */
export function obsoleteFiles(base: TableMetadata, after: TableMetadata): readonly string[] {
  if (after.properties?.['write.metadata.delete-after-commit.enabled'] !== 'true') return []
  const kept = new Set(after['metadata-log']?.map(entry => entry['metadata-file']))
  return (base['metadata-log'] ?? []).map(entry => entry['metadata-file']).filter(file => !kept.has(file))
}
