/** Footers of whole partitions: what a listed folder holds, read at a bounded rate. Knows contracts only. */
import pMap from 'p-map'
import { summarizeError } from '../base/errors.ts'
import { type DataFileCall, isAccepted, readDataFile } from '../parquet/read.ts'
import type {
  DataFile,
  LakeFile,
  ObservedPartition,
  PartitionFolder,
  UnacceptedFile,
} from '../schema/observed.ts'
import type { Storage } from '../storages/storage.ts'
import type { KnownFooters } from './known-footers.ts'

/** Ranged reads at once: the DataNode's limit of about 1 ms a file is reached well below. */
const READS_AT_ONCE = 16

export interface FooterCall extends DataFileCall {
  /** Called after each footer. */
  readonly onFooter?: () => void
  /** Asked before each: whether no more are to be read. */
  readonly isOver?: () => boolean
  /** What need not be read again. */
  readonly known?: KnownFooters
}

/**
 * Reads the footer of every file of these folders that is not known, one ranged read each.
 * @returns the folders of which every file was read: all but where it was over before
 */
export async function observePartitions(
  storage: Storage,
  folders: readonly PartitionFolder[],
  call: FooterCall = {},
): Promise<ObservedPartition[]> {
  const files = folders.flatMap(folder => folder.files)
  const reading = JSON.stringify([call.types, call.facts, call.stored])
  const observed = new Map<string, DataFile | UnacceptedFile>()
  await pMap(
    files,
    async file => {
      if (!call.isOver?.()) observed.set(file.path, await observeFile(storage, file, reading, call))
    },
    { concurrency: READS_AT_ONCE },
  )
  const whole = folders.filter(({ files }) => files.every(({ path }) => observed.has(path)))
  return whole.map(folder => {
    const found = folder.files.map(file => observed.get(file.path) as DataFile | UnacceptedFile)
    return {
      ...folder,
      files: found.filter(isAccepted),
      unaccepted: [...folder.unaccepted, ...found.filter(isUnaccepted)],
    }
  })
}

const isUnaccepted = (file: DataFile | UnacceptedFile): file is UnacceptedFile => !isAccepted(file)

/** @param reading how it is read: what is known of it holds for that */
async function observeFile(
  storage: Storage,
  file: LakeFile,
  reading: string,
  call: FooterCall,
): Promise<DataFile | UnacceptedFile> {
  const { known } = call
  try {
    const read = known?.get(file, reading) ?? (await readDataFile(storage, file, call))
    if (isAccepted(read)) known?.put(read, reading)
    return read
  } catch (error) {
    if (call.signal?.aborted) throw error
    return unreadable(file, error)
  } finally {
    call.onFooter?.()
  }
}

/** A file that is gone or another one since the listing (a compaction, a rename) makes that listing too old to be used. */
function unreadable(file: LakeFile, error: unknown): UnacceptedFile {
  const { code, message, hint } = summarizeError(error)
  const replaced = code === 'CONFLICT' || code === 'NOT_FOUND'
  return {
    ...file,
    unread: true,
    diagnostic: {
      code: replaced ? 'FILE_REPLACED' : 'FILE_UNREADABLE',
      severity: replaced ? 'warning' : 'error',
      path: file.path,
      message: `its footer could not be read: ${message}`,
      fix: hint ?? 'run again: the next run reads it',
    },
  }
}
