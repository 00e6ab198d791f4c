/** Which partitions without a folder may be unregistered: none unless the lake says so, and never many at once. Pure. */
import type { Lake } from '../run/run.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { type PartitionValues, partitionKey, printValues } from '../schema/table.ts'

export interface Missing {
  readonly missing: readonly PartitionValues[]
  /** Whether those of them that are surely gone are to be unregistered. */
  readonly mayGo: boolean
  /** Why they may not. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * What a complete full scan did not find. @param names of all registered partitions
 * @param listed keys of all the partitions whose folders were found
 */
export function missingPartitions(
  { unregister: allowed }: Lake,
  names: readonly PartitionValues[],
  listed: ReadonlySet<string>,
): Missing {
  const missing = names.filter(values => !listed.has(partitionKey(values)))
  if (missing.length === 0) return { missing, mayGo: false, diagnostics: [] }
  if (allowed === undefined) return { missing, mayGo: false, diagnostics: [vanished(missing, leftAlone)] }
  const most = Math.min(allowed.most, Math.floor(allowed.share * names.length))
  if (listed.size === 0 || missing.length > most)
    return { missing, mayGo: false, diagnostics: [vanished(missing, tooMany(most, names.length))] }
  return { missing, mayGo: true, diagnostics: [] }
}

/** Said of those that are unregistered. */
export const unregistering = (gone: readonly PartitionValues[]): Diagnostic[] =>
  gone.length > 0 ? [vanished(gone, unregistered)] : []

interface Consequence {
  readonly severity: Diagnostic['severity']
  readonly text: string
  readonly fix: string
}

const leftAlone: Consequence = {
  severity: 'warning',
  text: 'they stay registered',
  fix: 'take them out of the catalog with goldsync prune, or let scans do so (unregister)',
}

const unregistered: Consequence = {
  severity: 'info',
  text: 'unregistering them is among the changes',
  fix: 'nothing, if the folders were removed on purpose; a folder that comes back is registered again',
}

const tooMany = (most: number, registered: number): Consequence => ({
  severity: 'warning',
  text: `that is more than ${most} of ${registered}, the most that is allowed here, so none is unregistered`,
  fix: 'check that the lake is whole; then goldsync prune TABLE --most N --share X takes more, once',
})

const vanished = (missing: readonly PartitionValues[], { severity, text, fix }: Consequence): Diagnostic => ({
  code: 'VANISHED_PARTITIONS',
  severity,
  partition: printValues(missing[0] ?? []),
  message: `${missing.length} registered partitions have no folder any more; ${text}`,
  fix,
})
