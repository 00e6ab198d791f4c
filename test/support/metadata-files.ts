/** Files of Iceberg's metadata in memory, with any call made to fail. */
import { GoldsyncError } from '../../shared/base/errors.ts'
import type { MetadataFiles } from '../../shared/catalogs/iceberg/files.ts'

/** Told of each call before it is made, and after. @throws what the call fails with */
export type Fault = (call: string, when: 'before' | 'after') => void

interface MemoryFiles extends MetadataFiles {
  readonly all: Map<string, Uint8Array>
  /** Every call so far: `create memory://…`. */
  readonly calls: string[]
}

export function memoryFiles(fault: Fault = () => {}): MemoryFiles {
  const all = new Map<string, Uint8Array>()
  const calls: string[] = []
  const around = async <T>(call: string, location: string, work: () => T): Promise<T> => {
    calls.push(`${call} ${location}`)
    fault(call, 'before')
    const done = work()
    fault(call, 'after')
    return done
  }
  return {
    all,
    calls,
    stat: location =>
      around('stat', location, () => {
        const size = all.get(location)?.length
        const name = location.slice(location.lastIndexOf('/') + 1)
        return size === undefined ? undefined : { location, name, kind: 'file' as const, size, modified: 0 }
      }),
    read: (location, offset, length) =>
      around('read', location, () => {
        const bytes = all.get(location)
        if (bytes === undefined) throw new GoldsyncError('NOT_FOUND', `${location} does not exist`)
        return bytes.slice(offset, offset + length)
      }),
    create: (location, content) =>
      around('create', location, () => {
        if (all.has(location)) throw new GoldsyncError('CONFLICT', `${location} exists already`)
        all.set(location, Uint8Array.from(content))
      }),
    remove: location =>
      around('remove', location, () => {
        all.delete(location)
      }),
  }
}
