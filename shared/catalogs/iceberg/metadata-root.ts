/** The one folder below which files of tables' metadata are made, read and removed; what metadata of others names elsewhere is left alone. */
import { GoldsyncError } from '../../base/errors.ts'
import { resolveLocation, schemeOf } from '../../storages/location.ts'
import type { WritableStorage } from '../../storages/storage.ts'

export type MetadataRoot = Pick<WritableStorage, 'create' | 'remove' | 'read' | 'stat'>

/** Bytes of one file that are read: a metadata file of hundreds of thousands of snapshots has fewer, a manifest 8 MB as a rule. */
const LARGEST = 512 * 2 ** 20

/** @param root as `resolveLocation` gives it */
export function openMetadataRoot(storage: WritableStorage, root: string): MetadataRoot {
  const inside = (location: string) => locationIn(root, location)
  return {
    create: async (location, content, call) => storage.create(inside(location), content, call),
    remove: async (location, call) => storage.remove(inside(location), call),
    read: async (location, offset, length, call) => {
      const place = inside(location)
      if (length > LARGEST) throw tooLarge(location, length)
      return storage.read(place, offset, length, call)
    },
    stat: async (location, call) => storage.stat(inside(location), call),
  }
}

const tooLarge = (location: string, bytes: number): GoldsyncError =>
  new GoldsyncError(
    'UNSUPPORTED',
    `${location} has ${bytes} bytes, and goldsync reads metadata files of at most ${LARGEST}`,
    {
      hint: "make the table's metadata smaller with an engine: fewer snapshots (history.expire.max-snapshot-age-ms), smaller manifests (rewrite_manifests)",
    },
  )

/** Hadoop's other names of S3. */
const SAME_SCHEME: Readonly<Record<string, string>> = { s3a: 's3', s3n: 's3' }

/**
 * The location in the root's own spelling.
 * @throws GoldsyncError `REQUEST_INVALID` where it has dots or nothing between two slashes, `PERMISSION_DENIED` where it is not below the root
 */
export function locationIn(root: string, location: string): string {
  const path = location.replace(/^[a-z][a-z0-9+.-]*:\/*/i, '')
  if (/(^|\/)\.{0,2}(\/|$)/.test(path.replace(/^\//, '')))
    throw new GoldsyncError('REQUEST_INVALID', `${location} is no plain location of a metadata file`, {
      hint: 'locations of metadata files have no ., no .. and nothing empty between two slashes',
    })
  const below = `${spelled(root)}/`
  const wanted = spelled(resolveLocation(location, '/'))
  if (wanted.startsWith(below)) return `${root}/${wanted.slice(below.length)}`
  throw new GoldsyncError(
    'PERMISSION_DENIED',
    `${location} is not below ${root}, the root of the tables' metadata`,
    {
      hint: 'goldsync reads and writes metadata below the metadata setting of its catalog alone: set it to where the table keeps its metadata, or make the table anew',
    },
  )
}

function spelled(location: string): string {
  const scheme = schemeOf(location)
  const other = Object.hasOwn(SAME_SCHEME, scheme) ? SAME_SCHEME[scheme] : undefined
  return other === undefined ? location : `${other}${location.slice(scheme.length)}`
}
