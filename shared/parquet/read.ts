/** Data files as the storage has them: the only I/O of this folder. One ranged read a file; a second where the footer is larger. */
import type { DataFile, LakeFile, UnacceptedFile } from '../schema/observed.ts'
import type { Call, ReadCall, Storage } from '../storages/storage.ts'
import { dataFileOf, type Reading, rejectedBy } from './data-file.ts'
import { parseFooter } from './footer.ts'
import { locateFooter, notClosed, TAIL_BYTES } from './locate.ts'
import { heldBy, USUAL_TYPES } from './rules.ts'

export interface DataFileCall extends Call, Reading {}

/**
 * A file's rows and Hive columns by its footer, or why it is not accepted as data.
 * @throws GoldsyncError what the storage throws (`NOT_FOUND`, `CONFLICT` where the file is smaller than listed, `UNAVAILABLE` …)
 */
export async function readDataFile(
  storage: Storage,
  file: LakeFile,
  call?: DataFileCall,
): Promise<DataFile | UnacceptedFile> {
  try {
    const described = dataFileOf(file, parseFooter(await readFooter(storage, file, call)), call)
    const held = heldBy(call?.types ?? USUAL_TYPES, described.diagnostics)
    return held ? { ...file, diagnostic: held } : described
  } catch (error) {
    return rejectedBy(file, error)
  }
}

/** Tells the two results of `readDataFile` apart. */
export const isAccepted = (file: DataFile | UnacceptedFile): file is DataFile => 'columns' in file

/** The bytes of the metadata. @throws FooterError where the file is no usable Parquet file */
export async function readFooter(storage: Storage, file: LakeFile, call?: Call): Promise<Uint8Array> {
  const { path, size, etag } = file
  const asListed: ReadCall = { ...call, ...(etag === undefined ? {} : { etag }) }
  const start = Math.max(0, size - TAIL_BYTES)
  const tail = size === 0 ? new Uint8Array() : await storage.read(path, start, size - start, asListed)
  const place = locateFooter(tail, size)
  if (place === undefined)
    throw notClosed(start === 0 ? tail : await storage.read(path, 0, 4, asListed), size)
  if (place.offset >= start) return tail.subarray(place.offset - start, place.offset - start + place.length)
  const head = await storage.read(path, place.offset, start - place.offset, asListed)
  return concat(head, tail, place.length)
}

function concat(head: Uint8Array, tail: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  bytes.set(head)
  bytes.set(tail.subarray(0, length - head.length), head.length)
  return bytes
}
