/** Files of a table's metadata, and of the ledger beside it. */
import { GoldsyncError } from '../../base/errors.ts'
import type { WritableStorage } from '../../storages/storage.ts'
import type { Call } from '../catalog.ts'

/** Confined to one root. */
export type MetadataFiles = Pick<WritableStorage, 'create' | 'remove' | 'read' | 'stat'>

/** @throws GoldsyncError `NOT_FOUND` where somebody has removed it */
export async function readWhole(files: MetadataFiles, path: string, call: Call = {}): Promise<Uint8Array> {
  const found = await files.stat(path, call)
  if (found === undefined)
    throw new GoldsyncError('NOT_FOUND', `${path} is gone, which the table's metadata names`, {
      hint: 'put the file back, or drop the table and let goldsync make it anew: no data file is lost by that',
    })
  return files.read(path, 0, found.size, call)
}

/** Files that a commit makes, so that those of a lost one can be removed. */
interface MadeFiles extends MetadataFiles {
  /** Removes what was made; what cannot be removed stays, and harms nobody. */
  undo(): Promise<void>
}

export function making(files: MetadataFiles): MadeFiles {
  const made: string[] = []
  return {
    stat: (location, call) => files.stat(location, call),
    read: (location, offset, length, call) => files.read(location, offset, length, call),
    remove: (location, call) => files.remove(location, call),
    create(location, content, call) {
      made.push(location)
      return files.create(location, content, call)
    },
    async undo() {
      await Promise.allSettled(made.map(location => files.remove(location)))
    },
  }
}
