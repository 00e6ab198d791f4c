/** The partitions of a folder that somebody moved into place, or asked to be looked at. */

import { OUT_OF_TIME } from '../decide/named.ts'
import { foldersBelow } from '../lake/walk.ts'
import { type Run, timeLeft } from '../run/run.ts'
import {
  type Elsewhere,
  type FolderPlace,
  notTaken,
  type Place,
  type Placed,
  partitionAt,
} from './place-file.ts'

/** Partitions of one folder: what has more is a backfill, which a scan does better. */
const MOST_PARTITIONS = 1_000

/** Places of partitions and files, with each folder replaced by its partitions: one level is listed for each that it is above them. */
export async function openFolder(place: Place, run: Run): Promise<readonly (Placed | Elsewhere)[]> {
  if (place.kind !== 'folder') return [place]
  const { lake, file, segments } = place
  if (segments.length === lake.layout.depth) return partitionsAt(place, [segments])
  if (timeLeft(run) === 0) return [notTaken(file, 'failed', OUT_OF_TIME.code, OUT_OF_TIME.message)]
  const below = await foldersBelow(lake, segments, MOST_PARTITIONS, run)
  if (below === undefined) return [notTaken(file, 'ignored', 'FOLDER_TOO_LARGE', TOO_LARGE)]
  const [failure] = below.complete ? [] : below.diagnostics
  if (failure) return [notTaken(file, 'failed', failure.code, failure.message)]
  if (below.found.length === 0)
    return [
      notTaken(file, 'absent', 'FILE_ABSENT', 'no partition is in the folder, or there is no such folder'),
    ]
  return partitionsAt(
    place,
    below.found.map(folder => folder.segments),
  )
}

const TOO_LARGE = `more than ${MOST_PARTITIONS} partitions are in the folder: goldsync scan --mode full registers them`

const partitionsAt = (place: FolderPlace, folders: readonly (readonly string[])[]): readonly Placed[] =>
  folders.flatMap(segments => partitionAt(place, segments) ?? [])
