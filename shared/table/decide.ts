/** What follows from what was observed of a table: review → diff → changes. */
import { sparkFindings } from '../adoption/spark.ts'
import {
  forAthena,
  namesForOthers,
  olderFilesUnknown,
  partitionChanges,
  remembering,
  review,
  wantedTable,
} from '../decide/changes.ts'
import { widensMany } from '../decide/descriptors.ts'
import { athenaFindings } from '../evolution/athena.ts'
import { diffTable } from '../evolution/diff.ts'
import type { Change } from '../schema/change.ts'
import type { ObservedPartition } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import { beforeMaking } from './before-making.ts'
import { tellReview } from './decisions.ts'
import { find, type Ledger, noteReview } from './ledger.ts'
import type { Merge } from './merge-parameters.ts'
import { settleCascades } from './renew-descriptors.ts'
import { watchAccepted } from './watched.ts'

interface Decided {
  readonly changes: readonly Change[]
  /** What the table has to say before its partitions are registered. */
  readonly merge: Merge
}

/**
 * The changes that follow from what was observed; the ledger has the table as they leave it.
 * @throws GoldsyncError as the catalog's calls
 */
export async function decide(
  ledger: Ledger,
  observed: readonly ObservedPartition[],
  registered: ReadonlyMap<string, RegisteredPartition>,
): Promise<Decided> {
  const { job, run } = ledger
  const admitted = await ledger.kinds.admit(observed, registered, ledger.table?.columns)
  const readers = observed.length > 0 ? await ledger.readers() : []
  const reviewed = review(job, ledger.table, admitted, registered, readers)
  noteReview(ledger, observed, reviewed, registered)
  tellReview(ledger, reviewed)
  watchAccepted(ledger, reviewed.accepted)
  if (reviewed.accepted.length === 0) return { changes: [], merge: () => ({ parameters: {} }) }
  const merge: Merge = current => ({
    parameters: { ...remembering(job, reviewed, current), ...ledger.kinds.noted(current) },
  })
  if (ledger.table === undefined) await beforeMaking(ledger)
  const made = wantedTable(job, ledger.table, reviewed)
  ledger.kinds.note(reviewed.accepted, made.columns)
  const table = ledger.table
    ? made
    : { ...made, parameters: { ...made.parameters, ...ledger.kinds.noted({}) } }
  const wanted = diffTable(ledger.table, table)
  const { changes: before, behind } = await settleCascades(job, ledger.table, wanted, run)
  if (ledger.table) find(ledger, sparkFindings(ledger.table, before))
  find(ledger, namesForOthers(job, before, readers))
  find(ledger, olderFilesUnknown(job, ledger.table, before))
  if (forAthena(job)) find(ledger, athenaFindings(before, behind))
  if (behind > 0) {
    ledger.descriptors = ''
    find(ledger, widensMany(behind))
  }
  ledger.table = table
  const after = partitionChanges(job, { table, before, review: reviewed, registered })
  return { changes: [...before, ...after], merge }
}
