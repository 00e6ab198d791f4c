/** Which manifests are merged, as the Java library does it (ManifestMergeManager): many small ones would slow readers down. */
import { GoldsyncError } from '../../../base/errors.ts'
import type { ManifestEntry, ManifestFile } from '../../../iceberg/manifest.ts'
import type { Parameters } from '../../../schema/table.ts'
import type { Manifest } from './current.ts'
import type { Encoded } from './written.ts'

export interface Merging {
  readonly isOn: boolean
  /** The newest are left alone until they are so many. */
  readonly count: number
  /** Bytes of a manifest, about. */
  readonly size: number
}

/** By properties of the table. */
export const mergingOf = (properties: Parameters): Merging => ({
  isOn: properties['commit.manifest-merge.enabled'] !== 'false',
  count: Math.max(2, numberOf(properties['commit.manifest.min-count-to-merge']) ?? 100),
  size: numberOf(properties['commit.manifest.target-size-bytes']) ?? 8_388_608,
})

function numberOf(text: string | undefined): number | undefined {
  const number = Number(text)
  return Number.isSafeInteger(number) && number > 0 ? number : undefined
}

/** Merges of one commit: a table of many small manifests is put right by several. */
const MERGES = 2

type Item = Encoded | ManifestFile

/** @param items newest first, of one spec @returns what is left as it is, and entries to be written as one manifest */
export async function mergeItems(
  items: readonly Item[],
  { isOn, count, size }: Merging,
  read: (manifest: ManifestFile) => Promise<Manifest>,
): Promise<readonly (Item | readonly ManifestEntry[])[]> {
  if (!isOn) return items
  const done: (Item | readonly ManifestEntry[])[] = []
  let tried = 0
  for (const bin of binsOf(items, size)) {
    const isMany = bin.length >= (bin[0] === items[0] ? count : 2)
    if (isMany && tried++ < MERGES) done.push(...(await merge(bin, read)))
    else done.push(...bin)
  }
  return done
}

const lengthOf = (item: Item): number => ('bytes' in item ? item.bytes.length : Number(item.length))

/** From the oldest on, so that the newest bin is the one with room. */
function binsOf(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const bins: Item[][] = []
  let room = 0
  for (const item of items.toReversed()) {
    const length = lengthOf(item)
    if (bins.length === 0 || length > room) {
      bins.unshift([])
      room = size
    }
    bins[0]?.unshift(item)
    room -= length
  }
  return bins
}

async function merge(
  bin: readonly Item[],
  read: (manifest: ManifestFile) => Promise<Manifest>,
): Promise<readonly (Item | readonly ManifestEntry[])[]> {
  const entries: ManifestEntry[] = []
  const left: Item[] = []
  for (const item of bin) {
    const found = await entriesOf(item, read)
    if (found) entries.push(...found)
    else left.push(item)
  }
  return bin.length - left.length < 2 ? bin : [entries, ...left]
}

/** Undefined where it cannot be read, of another codec or kept elsewhere: nothing needs it merged. */
async function entriesOf(
  item: Item,
  read: (manifest: ManifestFile) => Promise<Manifest>,
): Promise<readonly ManifestEntry[] | undefined> {
  if ('bytes' in item) return item.entries
  try {
    return (await read(item)).entries.map(entry => ({ ...entry, status: 'existing' }))
  } catch (error) {
    if (error instanceof GoldsyncError && !error.retryable) return undefined
    throw error
  }
}
