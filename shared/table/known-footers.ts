/**
 * What this process has read of files that are as they were: sinks close file after file in one folder, and each of their
 * events would read the footers of all the files before it again. Knows contracts only.
 */
import type { DataFile, LakeFile } from '../schema/observed.ts'
import type { Storage } from '../storages/storage.ts'

export interface KnownFooters {
  /** @param reading how footers are read: what differs by it is not the same footer */
  get(file: LakeFile, reading: string): DataFile | undefined
  put(file: DataFile, reading: string): void
}

/** Columns that all of them have together: some 20 MB. */
const MOST_COLUMNS = 100_000

const known = new WeakMap<Storage, KnownFooters>()

export function knownFootersOf(storage: Storage): KnownFooters {
  const footers = known.get(storage) ?? openKnownFooters()
  known.set(storage, footers)
  return footers
}

/** Forgets those that were not asked for the longest when there are too many. */
export function openKnownFooters(most = MOST_COLUMNS): KnownFooters {
  const files = new Map<string, { readonly file: DataFile; readonly reading: string }>()
  let columns = 0
  const forget = (path: string) => {
    columns -= weightOf(files.get(path)?.file)
    files.delete(path)
  }
  const put = (file: DataFile, reading: string) => {
    forget(file.path)
    files.set(file.path, { file, reading })
    columns += weightOf(file)
    for (const path of files.keys()) {
      if (columns <= most) break
      forget(path)
    }
  }
  return {
    get(listed, reading) {
      const read = files.get(listed.path)
      if (read === undefined || read.reading !== reading || !isSame(read.file, listed)) return undefined
      put(read.file, reading)
      return read.file
    },
    put,
  }
}

const weightOf = (file: DataFile | undefined): number =>
  file === undefined
    ? 0
    : 1 + file.columns.length + 3 * (file.facts?.columns.size ?? 0) + 2 * (file.stored?.sizes.length ?? 0)

/** As fingerprints tell that a file is another one: by size, time and, on S3, etag. */
const isSame = (read: LakeFile, listed: LakeFile): boolean =>
  read.size === listed.size && read.modified === listed.modified && read.etag === listed.etag
