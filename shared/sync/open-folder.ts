/** The partitions of folders that somebody moved into place, or asked to be looked at. */

import { OUT_OF_TIME } from '../decide/named.ts'
import type { Folder, Found } from '../lake/found.ts'
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
  const take = (count: number): boolean => {
    if (count > room) return false
    room -= count
    return true
  }
  return async place => {
    if (place.kind !== 'folder') return [place]
    const { lake, file, segments } = place
    if (segments.length === lake.layout.depth) return partitionsAt(place, [segments])
    if (timeLeft(run) === 0) return [notTaken(file, 'failed', OUT_OF_TIME.code, OUT_OF_TIME.message)]
    if (room === 0) return [notTaken(file, 'ignored', 'FOLDER_TOO_LARGE', TOO_MANY)]
    const below = await foldersBelow(lake, segments, MOST_PARTITIONS, run)
    if (below === undefined) return [notTaken(file, 'ignored', 'FOLDER_TOO_LARGE', TOO_LARGE)]
    return opened(place, below, take)
  }
}

function opened(
  place: FolderPlace,
  { found, complete, diagnostics }: Found<Folder>,
  take: (count: number) => boolean,
): readonly (Placed | Elsewhere)[] {
  const { file } = place
  if (!complete) {
    const { code, message } = diagnostics.find(({ code }) => code === 'LISTING_FAILED') ?? NOT_LISTED
    return [notTaken(file, 'failed', code, message)]
  }
  if (found.length === 0) return [nothingIn(place)]
  if (!take(found.length)) return [notTaken(file, 'ignored', 'FOLDER_TOO_LARGE', TOO_MANY)]
  return partitionsAt(
    place,
    found.map(({ segments }) => segments),
  )
}

const NOT_LISTED = { code: 'LISTING_FAILED', message: 'a folder in it cannot be listed' } as const

/** What may be a file is one, mostly, where no partition is in it. */
function nothingIn({ lake, file, segments }: FolderPlace): Elsewhere {
  const asFile = lake.layout.locate(segments)
  return file.folder === 'may be' && asFile.kind === 'mismatch'
    ? notTaken(file, 'ignored', asFile.code, asFile.message)
    : notTaken(file, 'absent', 'FILE_ABSENT', 'no partition is in the folder, or there is no such folder')
}

const TOO_LARGE = `more than ${MOST_PARTITIONS} partitions are in the folder: goldsync scan --mode full registers them`
const TOO_MANY = `more than ${MOST_TOGETHER} partitions are in the folders of one request: send fewer at once, or goldsync scan --mode full registers them`

/** Where none of them is a partition by its values, why the first is none. */
function partitionsAt(
  place: FolderPlace,
  folders: readonly (readonly string[])[],
): readonly (Placed | Elsewhere)[] {
  const places = folders.map(segments => partitionAt(place, segments))
  const placed = places.filter(({ kind }) => kind === 'placed')
  return placed.length > 0 ? placed : places.slice(0, 1)
}
