/** A file that somebody names, with all that its footer tells. */
import { GoldsyncError } from '../base/errors.ts'
import { withoutNames } from '../evolution/names.ts'
import { ASSUMED_READERS } from '../evolution/readers.ts'
import { dataFileOf, rejectedBy } from '../parquet/data-file.ts'
import { type FileMetadata, parseFooter } from '../parquet/footer.ts'
import { type DataFileCall, readFooter } from '../parquet/read.ts'
import type { DataFile, UnacceptedFile } from '../schema/observed.ts'
import type { Storage } from '../storages/storage.ts'

/** A data file with all that its footer tells. */
export interface Inspection {
  readonly file: DataFile
  readonly metadata: FileMetadata
}

/**
 * A file that somebody names, or why it is not accepted as data.
 * @throws GoldsyncError `NOT_FOUND`, or what else the storage throws
 */
export async function inspectFile(
  storage: Storage,
  location: string,
  call?: DataFileCall,
): Promise<Inspection | UnacceptedFile> {
  const status = await storage.stat(location, call)
  if (status === undefined) throw new GoldsyncError('NOT_FOUND', `there is no file ${location}`)
  if (status.kind !== 'file') throw new GoldsyncError('NOT_FOUND', `${location} is a folder, not a file`)
  const file = { ...status, path: location }
  try {
    const metadata = parseFooter(await readFooter(storage, file, call))
    const described = dataFileOf(file, metadata, { ...call, facts: true })
    // Who reads it is not known here.
    return { file: withoutNames(described, { readers: ASSUMED_READERS }), metadata }
  } catch (error) {
    return rejectedBy(file, error)
  }
}
