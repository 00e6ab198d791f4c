/** The reference implementation: a map of files. For tests, which can make any call fail without a mock. */
import type { GoldsyncError } from '../../base/errors.ts'
import { alreadyThere, endsBefore, notADirectory, notAFile, notFound, stopIfAborted } from '../failures.ts'
import { byName, nameOf } from '../location.ts'
import type { Call, FileStatus, WritableStorage } from '../storage.ts'

type Operation = 'list' | 'stat' | 'read' | 'create' | 'remove'

interface Asked {
  readonly operation: Operation
  readonly location: string
  /** 1 for the first call of this operation since the storage was made. */
  readonly nth: number
}

export interface MemoryStorage extends WritableStorage {
  /** Every call so far, oldest first, failed ones too. */
  readonly asked: readonly Asked[]
  /** Writes a file or replaces it; the folders above it come into being. @param modified epoch milliseconds */
  put(location: string, bytes: Uint8Array, modified?: number): void
  mkdir(location: string, modified?: number): void
  /** A file's bytes as they were put; undefined where there is none. */
  bytesOf(location: string): Uint8Array | undefined
  /** Takes away a file, or a folder with all that is in it, as others do: no call of the contract. */
  drop(location: string): void
  /** Asked at each call: an error that it returns is what the call rejects with. Replaces the one before. */
  failWhen(fault: (asked: Asked) => GoldsyncError | undefined): void
}

interface Entry {
  /** Undefined for folders. */
  readonly bytes: Uint8Array | undefined
  readonly modified: number
  /** Locations of what is in the folder. */
  readonly children: Set<string>
}

const folderEntry = (modified: number, children = new Set<string>()): Entry => ({
  bytes: undefined,
  modified,
  children,
})

/** @param root the topmost folder, which always exists: `memory://lake` */
export function memoryStorage(root: string): MemoryStorage {
  const entries = new Map<string, Entry>([[root, folderEntry(0)]])
  const asked: Asked[] = []
  const counts = { list: 0, stat: 0, read: 0, create: 0, remove: 0 }
  let faultOf: (asked: Asked) => GoldsyncError | undefined = () => undefined

  const enter = async (operation: Operation, location: string, call: Call = {}) => {
    counts[operation] += 1
    const nth = counts[operation]
    asked.push({ operation, location, nth })
    stopIfAborted(call, location)
    const fault = faultOf({ operation, location, nth })
    if (fault) throw fault
    return entries.get(location)
  }

  return {
    scheme: root.slice(0, root.indexOf(':')),
    asked,
    ...fromOutside(entries, root),
    failWhen(fault) {
      faultOf = fault
    },
    async list(directory, call) {
      const entry = await enter('list', directory, call)
      if (!entry) throw notFound(directory)
      if (entry.bytes) throw notADirectory(directory)
      return [...entry.children].map(child => statusOf(child, entries.get(child) as Entry)).sort(byName)
    },
    async stat(location, call) {
      const entry = await enter('stat', location, call)
      return entry && statusOf(location, entry)
    },
    async read(location, offset, length, call) {
      return rangeOf(location, await enter('read', location, call), offset, length)
    },
    async create(location, content, call) {
      await enter('create', location, call)
      if (entries.has(location)) throw alreadyThere(location)
      addTo(entries, root, location)
      entries.set(location, { bytes: Uint8Array.from(content), modified: Date.now(), children: new Set() })
    },
    async remove(location, call) {
      const entry = await enter('remove', location, call)
      if (entry && !entry.bytes) throw notAFile(location)
      removeFrom(entries, location)
    },
    close: async () => {},
  }
}

/** What others do to the files. */
const fromOutside = (
  entries: Map<string, Entry>,
  root: string,
): Pick<MemoryStorage, 'put' | 'mkdir' | 'bytesOf' | 'drop'> => ({
  put(location, bytes, modified = 0) {
    addTo(entries, root, location)
    entries.set(location, { bytes, modified, children: new Set() })
  },
  mkdir(location, modified = 0) {
    addTo(entries, root, location)
    entries.set(location, folderEntry(modified, entries.get(location)?.children))
  },
  bytesOf: location => entries.get(location)?.bytes,
  drop: location => removeFrom(entries, location),
})

function removeFrom(entries: Map<string, Entry>, location: string): void {
  entries.get(parentOf(location))?.children.delete(location)
  removeAll(entries, location)
}

function rangeOf(location: string, entry: Entry | undefined, offset: number, length: number): Uint8Array {
  if (!entry) throw notFound(location)
  if (!entry.bytes) throw notAFile(location)
  if (offset + length > entry.bytes.length) throw endsBefore(location, offset, length)
  return entry.bytes.slice(offset, offset + length)
}

const parentOf = (location: string): string => location.slice(0, location.lastIndexOf('/'))

/** Enters the location in its folder, and makes the folders above it. */
function addTo(entries: Map<string, Entry>, root: string, location: string): void {
  if (location === root) return
  const parent = parentOf(location)
  if (!entries.has(parent)) {
    addTo(entries, root, parent)
    entries.set(parent, folderEntry(0))
  }
  entries.get(parent)?.children.add(location)
}

function removeAll(entries: Map<string, Entry>, location: string): void {
  for (const child of entries.get(location)?.children ?? []) removeAll(entries, child)
  entries.delete(location)
}

const statusOf = (location: string, { bytes, modified }: Entry): FileStatus => ({
  location,
  name: nameOf(location),
  kind: bytes ? 'file' : 'directory',
  size: bytes?.length ?? 0,
  modified,
})
