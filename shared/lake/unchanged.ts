/**
 * Folders above the partitions hardly change: years, months, days. Their listings are remembered while the storage says that
 * nothing has come to them or gone: of each folder it says so where the one above is listed.
 */
import type { Call, FileStatus } from '../storages/storage.ts'
import type { Folder, LakeRoot } from './found.ts'

/** A folder that changed so shortly before it was listed may change again within the same millisecond, by whatever clock. */
const STEADY = 10 * 60_000

/** Folders that are remembered of a lake, and children of each. */
const MOST = 100_000
const MOST_CHILDREN = 64

interface Listing {
  /** Of the folder, as the one above told it before. */
  readonly modified: number
  readonly count: number
  /** All are folders, without what is said of them: that may change. */
  readonly children: readonly FileStatus[]
}

const listings = new WeakMap<object, Map<string, Listing>>()

/**
 * The children of a folder above the partitions. Where they are remembered, their own times are not known (0).
 * @throws GoldsyncError as `Storage.list`
 */
export async function listAbove(lake: LakeRoot, folder: Folder, call: Call): Promise<readonly FileStatus[]> {
  const { location, modified, children: count } = folder
  const remembered = lake.identity && count !== undefined ? of(lake.identity) : undefined
  if (remembered === undefined || count === undefined) return lake.storage.list(location, call)
  const known = remembered.get(location)
  if (known?.modified === modified && known.count === count) return known.children
  const isSteady = modified < Date.now() - STEADY
  remembered.delete(location)
  const children = await lake.storage.list(location, call)
  // A count that is not that of the listing is of something else: a mount point's, for one.
  const isSure = isSteady && children.length === count && count <= MOST_CHILDREN
  if (isSure && children.every(({ kind }) => kind === 'directory')) {
    if (remembered.size >= MOST) remembered.clear()
    remembered.set(location, { modified, count, children: children.map(bare) })
  }
  return children
}

/** The lake for a walk that remembers nothing: a full one. */
export const forgetful = ({ location, storage, layout }: LakeRoot): LakeRoot => ({
  location,
  storage,
  layout,
})

const bare = ({ location, name, kind }: FileStatus): FileStatus => ({
  location,
  name,
  kind,
  size: 0,
  modified: 0,
})

function of(identity: object): Map<string, Listing> {
  const known = listings.get(identity) ?? new Map<string, Listing>()
  listings.set(identity, known)
  return known
}
