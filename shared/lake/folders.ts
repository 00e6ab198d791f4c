/** Folders on the way from the lake's root to its partitions: listed once each, the newest first. */
import pMap from 'p-map'
import { GoldsyncError, summarizeError } from '../base/errors.ts'
import { classifyFile, isWorkFolder } from '../layout/files.ts'
import type { Layout, Mismatch } from '../layout/layout.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Call, FileStatus } from '../storages/storage.ts'
import type { Folder, Found, LakeRoot, Topic } from './found.ts'
import { hiddenFolders } from './hidden.ts'
import { newestFirst, type Window } from './order.ts'

/** How many directories are listed at once: the NameNode answers in about 1 ms each, and more gains nothing. */
export const LISTS_AT_ONCE = 16

export const topFolder = ({ segments, location, modified = 0, name }: Topic): Folder => ({
  segments,
  location,
  modified,
  topic: name,
})

export interface Listed {
  readonly folder: Folder
  readonly children: readonly FileStatus[]
  readonly failure?: Diagnostic
}

/** A folder that vanished since its parent was listed is empty; any other failure is a finding, not the end. */
async function listFolder(lake: LakeRoot, folder: Folder, call: Call): Promise<Listed> {
  try {
    return { folder, children: await lake.storage.list(folder.location, call) }
  } catch (error) {
    if (call.signal?.aborted) throw error
    if (error instanceof GoldsyncError && error.code === 'NOT_FOUND') return { folder, children: [] }
    return { folder, children: [], failure: listingFailed(folder, error) }
  }
}

export const listFolders = (lake: LakeRoot, folders: readonly Folder[], call: Call): Promise<Listed[]> =>
  pMap(folders, folder => listFolder(lake, folder, call), { concurrency: LISTS_AT_ONCE })

/** Descends `levels` levels from these folders, listing each on the way once. */
export async function descend(
  lake: LakeRoot,
  start: Found<Folder>,
  levels: number,
  window: Window,
  call: Call,
): Promise<Found<Folder>> {
  let at = start
  for (let level = 0; level < levels; level += 1) {
    const below = (await listFolders(lake, at.found, call)).map(listed => expandListed(lake, listed, window))
    at = join([{ ...at, found: [] }, ...below])
  }
  return at
}

export const expandListed = (
  lake: LakeRoot,
  { folder, children, failure }: Listed,
  window: Window,
): Found<Folder> => (failure ? failed(failure) : expand(lake, folder, children, window))

/** The children that the layout has a place for, newest first; a note on those it does not know. */
export function expand(
  lake: LakeRoot,
  folder: Folder,
  children: readonly FileStatus[],
  window: Window = {},
): Found<Folder> {
  const found: Folder[] = []
  const diagnostics = hiddenFolders(lake, folder, children)
  const visible = children.filter(child => !isWorkFolder(child.name))
  for (const child of visible.filter(child => child.kind === 'directory').sort(newestFirst)) {
    const segments = [...folder.segments, child.name]
    if (window.passed?.(segments)) continue
    const entry = lake.layout.enter(segments, window.from)
    if (entry.kind === 'match') found.push(enter(child, segments, entry.topic, folder))
    if (entry.kind === 'mismatch') diagnostics.push(mismatch(entry, child.location))
  }
  const stray = visible.find(
    child => child.kind === 'file' && classifyFile(child.name, child.size) === 'data',
  )
  if (stray) diagnostics.push(wrongDepth(stray, lake.layout))
  return { found, diagnostics, complete: true }
}

function enter(
  child: FileStatus,
  segments: readonly string[],
  topic: string | undefined,
  parent: Folder,
): Folder {
  const above =
    topic === undefined || parent.topic === undefined ? 0 : Math.max(parent.modified, parent.above ?? 0)
  const folder = {
    segments,
    location: child.location,
    modified: child.modified,
    ...(above > 0 ? { above } : {}),
  }
  return topic === undefined ? folder : { ...folder, topic }
}

export const failed = <T>(diagnostic: Diagnostic): Found<T> => ({
  found: [],
  diagnostics: [diagnostic],
  complete: false,
})

export const join = <T>(parts: readonly Found<T>[]): Found<T> => ({
  found: parts.flatMap(part => part.found),
  diagnostics: parts.flatMap(part => part.diagnostics),
  complete: parts.every(part => part.complete),
})

export const mismatch = (
  { code, message }: Pick<Mismatch, 'code' | 'message'>,
  path: string,
): Diagnostic => ({
  code,
  severity: 'warning',
  path,
  message: `the folder does not fit the layout and is not synced: ${message}`,
  fix: "if it holds data, correct the lake's layout or move the files to where it has a place for them; else rename the folder, or exclude its topic with tables.exclude",
})

const wrongDepth = (file: FileStatus, layout: Layout): Diagnostic => ({
  code: 'WRONG_DEPTH',
  severity: 'warning',
  path: file.location,
  message: `a data file lies above the partition folders of ${layout.template}; it belongs to no partition and is not synced`,
  fix: 'move the file into its partition folder',
})

function listingFailed(folder: Folder, error: unknown): Diagnostic {
  const { message, hint } = summarizeError(error)
  return {
    code: 'LISTING_FAILED',
    severity: 'error',
    path: folder.location,
    message: `the folder could not be listed, so what is in it is not synced: ${message}`,
    fix: hint ?? 'mend the cause and run again; the next scan picks up what this one missed',
  }
}
