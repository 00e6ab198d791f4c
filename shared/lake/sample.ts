/** A few of a lake's folders that hold data files, wherever they lie: to see whether the layout fits any of them. */
import { classifyFile, isWorkFolder } from '../layout/files.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Call, FileStatus } from '../storages/storage.ts'
import { type Listed, listFolders } from './folders.ts'
import type { Folder, LakeRoot } from './found.ts'
import { newestFirst } from './order.ts'

/** Levels that are looked at below a folder, and folders at each of them: a look, not a walk. */
const DEEPEST = 10
const AT_ONCE = 12

/** @returns folder names from the lake's root. What cannot be listed is left out */
export async function sampleDataFolders(
  lake: LakeRoot,
  from: readonly Folder[],
  call: Call,
): Promise<readonly (readonly string[])[]> {
  const { holding } = await sampleFolders(lake, from, call)
  return holding.map(({ folder }) => folder.segments)
}

export interface SampledFolders {
  /** Those that hold data files, with all that is in them. */
  readonly holding: readonly Listed[]
  /** That folders could not be listed. */
  readonly failures: readonly Diagnostic[]
}

/** @param atOnce folders that are looked at on each level, the newest and the oldest of each folder above */
export async function sampleFolders(
  lake: LakeRoot,
  from: readonly Folder[],
  call: Call,
  atOnce = AT_ONCE,
): Promise<SampledFolders> {
  const holding: Listed[] = []
  const failures: Diagnostic[] = []
  let folders = from.slice(0, atOnce)
  for (let level = 0; level < DEEPEST && folders.length > 0; level += 1) {
    const listed = await listFolders(lake, folders, call)
    holding.push(...listed.filter(({ children }) => children.some(isData)))
    failures.push(...listed.flatMap(({ failure }) => failure ?? []))
    const below = listed.map(({ folder, children }) => fewOf(lake, folder, children))
    folders = inTurns(below).slice(0, atOnce)
  }
  return { holding, failures }
}

export const isData = ({ kind, name, size }: FileStatus): boolean =>
  kind === 'file' && classifyFile(name, size) === 'data'

/** One that the layout has a place for, the newest and the oldest. */
function fewOf({ layout }: LakeRoot, folder: Folder, children: readonly FileStatus[]): Folder[] {
  const folders = children
    .filter(({ kind, name }) => kind === 'directory' && !isWorkFolder(name))
    .sort(newestFirst)
    .map(({ name, location, modified }) => ({ segments: [...folder.segments, name], location, modified }))
  const fitting = folders.find(
    ({ segments }) => segments.length <= layout.depth && layout.enter(segments).kind === 'match',
  )
  return [...new Set([fitting, folders[0], folders.at(-1)])].filter(one => one !== undefined)
}

/** The first of each, then the second of each: no topic takes the place of another. */
function inTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(list => list.length))
  return Array.from({ length: longest }, (_, at) => lists.flatMap(list => list.slice(at, at + 1))).flat()
}
