/** The lake's folders as one table has them: at its catalog's locations, in the spelling of its keys, and each once. */
import { type Folders, spellValues, withoutRegisteredOtherwise } from '../adoption/folders.ts'
import { sparkNotes } from '../adoption/spark.ts'
import { locationIn } from '../decide/locations.ts'
import type { Found } from '../lake/found.ts'
import type { Run, TableJob } from '../run/run.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import type { RegisteredNames } from './registered.ts'

/** Takes one chunk after another. Its findings are the table's; where a folder is registered otherwise, it is not complete. */
export type OwnFolders = (chunk: Found<PartitionFolder>) => Promise<Found<PartitionFolder>>

export function openOwnFolders(job: TableJob, registered: RegisteredNames, run: Run): OwnFolders {
  let others: Promise<readonly RegisteredPartition[]> | undefined
  let notes = job.table && job.state.mark === undefined ? sparkNotes(job.table) : []
  return async chunk => {
    const { folders, diagnostics } = spelled(job, chunk.found)
    const first = notes
    notes = []
    others ??= partitionsOfOtherValues(job, registered, run)
    const once = withoutRegisteredOtherwise(job.name, folders, await others)
    return {
      found: once.folders,
      diagnostics: [...first, ...diagnostics, ...once.diagnostics],
      complete: chunk.complete && once.diagnostics.length === 0,
    }
  }
}

function spelled(job: TableJob, found: readonly PartitionFolder[]): Folders {
  const { lake, layout } = job
  const folders = found.map(folder => ({ ...folder, location: locationIn(job, folder.segments) }))
  return layout === lake.layout ? { folders, diagnostics: [] } : spellValues(folders, layout)
}

/**
 * Registered partitions whose values the layout never gives. They are asked for until a whole scan has found none that
 * is a folder of the lake, and by every full scan.
 */
async function partitionsOfOtherValues(
  job: TableJob,
  registered: RegisteredNames,
  run: Run,
): Promise<readonly RegisteredPartition[]> {
  const { table, catalog, layout, state } = job
  const everything = run.mode === 'full' && run.partitions === undefined
  if (table === undefined || (state.mark !== undefined && !everything)) return []
  const among = (await registered()).filter(values => !layout.spells(values))
  return among.length === 0 ? [] : catalog.partitions(table, { want: 'details', among }, run)
}
