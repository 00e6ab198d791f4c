/** Footers of whole partitions: what a listed folder holds, read at a bounded rate. Knows contracts only. */
import pMap from 'p-map'
import { GoldsyncError, summarizeError } from './errors.ts'
import { isAccepted, readDataFile } from './parquet/read.ts'
import type {
  DataFile,
  LakeFile,
  ObservedPartition,
  PartitionFolder,
  UnacceptedFile,
} from './schema/observed.ts'
import type { Call, Storage } from './storages/storage.ts'

/** Ranged reads at once: the DataNode's limit of about 1 ms a file is reached well below. */
const READS_AT_ONCE = 16

export interface FooterCall extends Call {
  /** Called after each footer. */
  readonly onFooter?: () => void
}

/** Reads the footer of every file of these folders, one ranged read each. */
export async function observePartitions(
  storage: Storage,
  folders: readonly PartitionFolder[],
  call: FooterCall = {},
): Promise<ObservedPartition[]> {
  const files = folders.flatMap(folder => folder.files)
  const read = await pMap(files, file => observeFile(storage, file, call), { concurrency: READS_AT_ONCE })
  const observed = new Map(files.map((file, at) => [file.path, read[at]]))
  return folders.map(folder => ({
    ...folder,
    files: folder.files.map(file => observed.get(file.path)).filter(isData),
    unaccepted: [
      ...folder.unaccepted,
      ...folder.files.map(file => observed.get(file.path)).filter(isUnaccepted),
    ],
  }))
}

type Observed = DataFile | UnacceptedFile | undefined

const isData = (file: Observed): file is DataFile => file !== undefined && isAccepted(file)
const isUnaccepted = (file: Observed): file is UnacceptedFile => file !== undefined && !isAccepted(file)

/** Undefined for a file that vanished since the listing (a compaction): it is no longer part of the partition. */
async function observeFile(storage: Storage, file: LakeFile, call: FooterCall): Promise<Observed> {
  try {
    return await readDataFile(storage, file, call)
  } catch (error) {
    if (call.signal?.aborted) throw error
    if (error instanceof GoldsyncError && error.code === 'NOT_FOUND') return undefined
    return unreadable(file, error)
  } finally {
    call.onFooter?.()
  }
}

function unreadable(file: LakeFile, error: unknown): UnacceptedFile {
  const { code, message, hint } = summarizeError(error)
  const replaced = code === 'CONFLICT'
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
