/** What the debug log says of a run's decisions: which partitions were looked at and why, which were held, which file an engine was asked for. */
import type { Review } from '../decide/hold-back.ts'
import type { Selection } from '../decide/select.ts'
import type { Engine } from '../engines/engine.ts'
import { compareFingerprint, FINGERPRINT } from '../evolution/fingerprint.ts'
import { sameLocation } from '../layout/location.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import { partitionKey, tableId } from '../schema/table.ts'
import type { Culprit } from './culprit.ts'
import { type Ledger, pathOf } from './ledger.ts'

/** Partitions that one record names. */
const NAMED = 50

const aboutOf = ({ job, run: { runId } }: Ledger) => ({
  runId,
  catalog: job.catalog.name,
  table: tableId(job.name),
})

/** @param registered what the catalog has of the folders' partitions, by `partitionKey` */
export function tellSelection(
  ledger: Ledger,
  found: readonly PartitionFolder[],
  { folders, waiting, unchanged }: Selection,
  registered: ReadonlyMap<string, RegisteredPartition>,
): void {
  const named = folders.slice(0, NAMED)
  const read = named.map(folder => [pathOf(ledger, folder), whyRead(folder, registered)] as const)
  const counts = { listed: found.length, read: folders.length, unchanged, waiting: waiting.length }
  const waits = waiting.slice(0, NAMED).map(folder => pathOf(ledger, folder))
  ledger.run.log.debug(
    { ...aboutOf(ledger), ...counts, reads: Object.fromEntries(read), waits },
    'chose partitions',
  )
}

function whyRead(folder: PartitionFolder, registered: ReadonlyMap<string, RegisteredPartition>): string {
  const known = registered.get(partitionKey(folder.values))
  if (known === undefined) return 'new'
  if (known.location !== undefined && !sameLocation(known.location, folder.location))
    return 'registered elsewhere'
  if (folder.unaccepted.length > 0) return 'holds files that are no data'
  const print = known.parameters?.[FINGERPRINT]
  if (print === undefined) return 'changed since the last scan, or named'
  const compared = compareFingerprint(print, folder.files)
  if (compared === 'older rules') return 'judged by an older build'
  return compared === 'same' ? 'to be looked at again' : 'its files are others'
}

export function tellReview(ledger: Ledger, { accepted, held, incomplete }: Review): void {
  if (accepted.length + held.length === 0) return
  const paths = (folders: readonly Pick<PartitionFolder, 'segments'>[]) =>
    folders.slice(0, NAMED).map(folder => pathOf(ledger, folder))
  ledger.run.log.debug(
    { ...aboutOf(ledger), accepted: accepted.length, held: paths(held), incomplete: paths(incomplete) },
    'judged partitions',
  )
}

/** @param culprit why it could not read it; `unknown` where the file is no longer as it was, `absent` where the table has it no more */
export function tellProof(
  ledger: Ledger,
  { name }: Engine,
  path: string,
  culprit: Culprit | 'unknown' | 'absent' | undefined,
): void {
  const outcome = typeof culprit === 'object' ? 'failed' : OUTCOMES[culprit ?? 'read']
  ledger.run.log.debug({ ...aboutOf(ledger), engine: name, path, outcome }, 'let an engine read a file')
}

const OUTCOMES = { read: 'read', unknown: 'gone', absent: 'not in the table' } as const
