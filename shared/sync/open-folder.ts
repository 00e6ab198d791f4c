/** The partitions of folders that somebody moved into place, or asked to be looked at. */

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
/** Of all folders of one request together. */
const MOST_TOGETHER = 10_000

type OpenFolder = (place: Place) => Promise<readonly (Placed | Elsewhere)[]>

/** For one request. Places of partitions and files, with each folder replaced by its partitions: one level is listed for each that it is above them. */
export function folderOpener(run: Run): OpenFolder {
  let room = MOST_TOGETHER
  return async place => {
    if (place.kind !== 'folder') return [place]
    const { lake, file, segments } = place
    if (segments.length === lake.layout.depth) return partitionsAt(place, [segments])
    if (timeLeft(run) === 0) return [notTaken(file, 'failed', OUT_OF_TIME.code, OUT_OF_TIME.message)]
    if (room === 0) return [notTaken(file, 'ignored', 'FOLDER_TOO_LARGE', TOO_MANY)]
    const below = await foldersBelow(lake, segments, MOST_PARTITIONS, run)
    if (below === undefined) return [notTaken(file, 'ignored', 'FOLDER_TOO_LARGE', TOO_LARGE)]
    const [failure] = below.complete ? [] : below.diagnostics
    if (failure) return [notTaken(file, 'failed', failure.code, failure.message)]
    if (below.found.length === 0)
      return [
        notTaken(file, 'absent', 'FILE_ABSENT', 'no partition is in the folder, or there is no such folder'),
      ]
    if (below.found.length > room) return [notTaken(file, 'ignored', 'FOLDER_TOO_LARGE', TOO_MANY)]
    room -= below.found.length
    return partitionsAt(
      place,
      below.found.map(folder => folder.segments),
    )
  }
}

const TOO_LARGE = `more than ${MOST_PARTITIONS} partitions are in the folder: goldsync scan --mode full registers them`
const TOO_MANY = `more than ${MOST_TOGETHER} partitions are in the folders of one request: send fewer at once, or goldsync scan --mode full registers them`

const partitionsAt = (place: FolderPlace, folders: readonly (readonly string[])[]): readonly Placed[] =>
  folders.flatMap(segments => partitionAt(place, segments) ?? [])
