/** The reference implementation: a map of files. For tests, which can make any call fail without a mock. */
import type { GoldsyncError } from '../../errors.ts'
import { endsBefore, notADirectory, notAFile, notFound, stopIfAborted } from '../failures.ts'
import { byName, childLocation, nameOf } from '../location.ts'
import type { Call, FileStatus, Storage } from '../storage.ts'

type Operation = 'list' | 'stat' | 'read'

interface Asked {
  readonly operation: Operation
  readonly location: string
  /** 1 for the first call of this operation since the storage was made. */
  readonly nth: number
}

export interface MemoryStorage extends Storage {
  /** Every call so far, oldest first, failed ones too. */
  readonly asked: readonly Asked[]
  /** Writes a file or replaces it; the folders above it come into being. @param modified epoch milliseconds */
  put(location: string, bytes: Uint8Array, modified?: number): void
  mkdir(location: string, modified?: number): void
  /** Takes away a file, or a folder with all that is in it. */
  remove(location: string): void
  /** Asked at each call: an error that it returns is what the call rejects with. Replaces the one before. */
  failWhen(fault: (asked: Asked) => GoldsyncError | undefined): void
}

interface Entry {
  readonly bytes: Uint8Array | undefined
  readonly modified: number
}

/** @param root the topmost folder, which always exists: `memory://lake` */
export function memoryStorage(root: string): MemoryStorage {
  const entries = new Map<string, Entry>([[root, { bytes: undefined, modified: 0 }]])
  const asked: Asked[] = []
  let faultOf: (asked: Asked) => GoldsyncError | undefined = () => undefined

  const enter = async (operation: Operation, location: string, call: Call = {}) => {
    const nth = 1 + asked.filter(one => one.operation === operation).length
    asked.push({ operation, location, nth })
    stopIfAborted(call, location)
    const fault = faultOf({ operation, location, nth })
    if (fault) throw fault
    return entries.get(location)
  }

  return {
    scheme: root.slice(0, root.indexOf(':')),
    asked,
    put(location, bytes, modified = 0) {
      addFolders(entries, root, location)
      entries.set(location, { bytes, modified })
    },
    mkdir(location, modified = 0) {
      addFolders(entries, root, location)
      entries.set(location, { bytes: undefined, modified })
    },
    remove(location) {
      for (const key of entries.keys()) if (isWithin(location, key)) entries.delete(key)
    },
    failWhen(fault) {
      faultOf = fault
    },
    async list(directory, call) {
      const entry = await enter('list', directory, call)
      if (!entry) throw notFound(directory)
      if (entry.bytes) throw notADirectory(directory)
      return childrenOf(entries, directory)
    },
    async stat(location, call) {
      const entry = await enter('stat', location, call)
      return entry && statusOf(location, entry)
    },
    async read(location, offset, length, call) {
      const entry = await enter('read', location, call)
      if (!entry) throw notFound(location)
      if (!entry.bytes) throw notAFile(location)
      if (offset + length > entry.bytes.length) throw endsBefore(location, offset, length)
      return entry.bytes.slice(offset, offset + length)
    },
    close: async () => {},
  }
}

const isWithin = (folder: string, location: string): boolean =>
  location === folder || location.startsWith(`${folder}/`)

function addFolders(entries: Map<string, Entry>, root: string, location: string): void {
  for (let end = location.indexOf('/', root.length + 1); end !== -1; end = location.indexOf('/', end + 1)) {
    const folder = location.slice(0, end)
    if (!entries.has(folder)) entries.set(folder, { bytes: undefined, modified: 0 })
  }
}

function childrenOf(entries: ReadonlyMap<string, Entry>, directory: string): FileStatus[] {
  return [...entries]
    .filter(([location]) => location === childLocation(directory, nameOf(location)))
    .map(([location, entry]) => statusOf(location, entry))
    .sort(byName)
}

const statusOf = (location: string, { bytes, modified }: Entry): FileStatus => ({
  location,
  name: nameOf(location),
  kind: bytes ? 'file' : 'directory',
  size: bytes?.length ?? 0,
  modified,
})
