/** A bounded look at a folder that may be a lake: what `goldsync init` proposes by. Knows contracts only. */
import { GoldsyncError, summarizeError } from '../base/errors.ts'
import { unlessAborted, within } from '../base/signals.ts'
import type { Folder } from '../lake/found.ts'
import { newestFirst } from '../lake/order.ts'
import { isData, type SampledFolders, sampleFolders } from '../lake/sample.ts'
import { compileLayout } from '../layout/compile.ts'
import { isWorkFolder } from '../layout/files.ts'
import type { Observed } from '../propose/observed.ts'
import type { FileStatus, Storage } from '../storages/storage.ts'

/** Folders of the root that are looked into, and folders at each level below. */
const MOST = 24
/** Milliseconds for the root, and for all below it. */
const PATIENCE = 30_000

/** Fits nothing in particular: the newest and the oldest folders are looked at. */
const ANY = compileLayout({ template: '{topic}/{yyyy}/{MM}/{dd}/{HH}' })

/** @throws GoldsyncError as `Storage.list`, of the root; `TIMEOUT` */
export async function observeLake(
  storage: Storage,
  location: string,
  patience = PATIENCE,
): Promise<Observed> {
  const children = await timed(patience, signal => storage.list(location, { signal }), location)
  const inRoot = children.filter(({ kind, name }) => kind === 'directory' && !isWorkFolder(name))
  const chosen = fewOf(inRoot).map(({ name, location, modified }) => ({
    segments: [name],
    location,
    modified,
  }))
  const root = { location, storage, layout: ANY }
  let cut: string | undefined
  const look = await timed(patience, signal => sampleFolders(root, chosen, { signal }, MOST), location).catch(
    error => {
      cut = `the look ended before its time: ${summarizeError(error).message}`
      return { holding: [], failures: [] } as SampledFolders
    },
  )
  const own = children.some(isData) ? [{ folder: ROOT, children }] : []
  const holding = [...own, ...look.holding]
  return {
    location,
    inRoot: inRoot.length,
    lookedInto: chosen.length,
    folders: holding.map(({ folder, children }) => ({ segments: folder.segments, first: firstOf(children) })),
    unlisted: look.failures.length,
    cut,
  }
}

const ROOT: Folder = { segments: [], location: '', modified: 0 }

const firstOf = (children: readonly FileStatus[]): number =>
  Math.min(...children.filter(isData).map(({ modified }) => modified))

/** Those that changed last, and a few of those that did first; in the order of their names. */
function fewOf(folders: readonly FileStatus[]): readonly FileStatus[] {
  if (folders.length <= MOST) return [...folders].sort(newestFirst)
  const byTime = [...folders].sort((a, b) => b.modified - a.modified)
  return [...byTime.slice(0, MOST - 4), ...byTime.slice(-4)]
}

async function timed<T>(ms: number, work: (signal: AbortSignal) => Promise<T>, location: string): Promise<T> {
  let late = false
  try {
    return await within(ms, undefined, signal => {
      signal.addEventListener('abort', () => (late = true))
      return unlessAborted(signal, work(signal))
    })
  } catch (error) {
    if (!late) throw error
    throw new GoldsyncError('TIMEOUT', `${location}: no answer within ${ms / 1000} s`, {
      hint: 'is the server overloaded, or does another one listen there?',
    })
  }
}
