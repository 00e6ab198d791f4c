/** A table's metadata files: read with those that were read lately kept, since they never change, and written under new names. */
import { randomUUID } from 'node:crypto'
import { GoldsyncError } from '../../../base/errors.ts'
import type { TableMetadata } from '../../../iceberg/metadata.ts'
import type { Call } from '../../catalog.ts'
import { parseMetadata, printMetadata } from '../metadata-json.ts'
import type { MetadataRoot } from '../metadata-root.ts'

/** Tables whose metadata are kept between two calls. */
const MOST = 100

export interface MetadataFiles {
  /** @throws GoldsyncError `DATA_INVALID` where it is not there or cannot be read, and as the storage */
  read(location: string, call: Call): Promise<TableMetadata>
  /** Under a name that none had before. @param previous location of the file before, whose number it counts on */
  write(metadata: TableMetadata, previous: string | undefined, call: Call): Promise<string>
  /** Tries it: what stays is nobody's. */
  forget(location: string): Promise<void>
}

export function openMetadataFiles(files: MetadataRoot): MetadataFiles {
  const known = new Map<string, TableMetadata>()

  function keep(location: string, metadata: TableMetadata): void {
    known.delete(location)
    known.set(location, metadata)
    for (const oldest of known.keys()) if (known.size > MOST) known.delete(oldest)
  }

  return {
    async read(location, call) {
      const metadata = known.get(location) ?? parseMetadata(await bytesOf(files, location, call), location)
      keep(location, metadata)
      return metadata
    },
    async write(metadata, previous, call) {
      const name = `${String(numberOf(previous) + 1).padStart(5, '0')}-${randomUUID()}.metadata.json`
      const location = `${folderOf(metadata)}/${name}`
      await files.create(location, printMetadata(metadata), call)
      keep(location, metadata)
      return location
    },
    async forget(location) {
      known.delete(location)
      await files.remove(location).catch(() => undefined)
    },
  }
}

async function bytesOf(files: MetadataRoot, location: string, call: Call): Promise<Uint8Array> {
  const status = await files.stat(location, call)
  if (status) return files.read(location, 0, status.size, call)
  throw new GoldsyncError('DATA_INVALID', `${location}, the table's metadata, does not exist`, {
    hint: 'somebody removed it: no engine can read the table; register an older metadata file, or drop the table and let goldsync make it anew',
  })
}

const folderOf = ({ location, properties }: TableMetadata): string =>
  (properties?.['write.metadata.path'] ?? `${location}/metadata`).replace(/\/$/, '')

/** Of `00012-….metadata.json` 12; files of others may have no number. */
const numberOf = (location: string | undefined): number => {
  const [, number] = /\/(\d{1,9})-[^/]*$/.exec(location ?? '') ?? []
  return number === undefined ? -1 : Number(number)
}
