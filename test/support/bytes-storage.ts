import { GoldsyncError } from '../../shared/base/errors.ts'
import type { Storage } from '../../shared/storages/storage.ts'

export interface Request {
  readonly location: string
  readonly offset: number
  readonly length: number
}

/** Files held in memory, with every read recorded: what the real storages cannot count. */
export function bytesStorage(
  files: Readonly<Record<string, Uint8Array>>,
): Storage & { readonly requests: readonly Request[] } {
  const requests: Request[] = []
  const contentOf = (location: string) => {
    const bytes = files[location]
    if (bytes === undefined) throw new GoldsyncError('NOT_FOUND', `there is no ${location}`)
    return bytes
  }
  return {
    scheme: 'bytes',
    requests,
    list: async () => [],
    stat: async location =>
      location in files
        ? { location, name: location, kind: 'file', size: contentOf(location).length, modified: 0 }
        : undefined,
    read: async (location, offset, length) => {
      requests.push({ location, offset, length })
      const bytes = contentOf(location).subarray(offset, offset + length)
      if (bytes.length < length)
        throw new GoldsyncError('CONFLICT', `${location} ends before ${offset + length}`)
      return bytes
    },
    close: async () => {},
  }
}
