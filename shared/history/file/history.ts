/** The history in a folder: a file of JSON lines for each day, which any number of processes write. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { GoldsyncError } from '../../base/errors.ts'
import type { History, HistoryEntry, HistoryQuery } from '../history.ts'
import { entryIn, KINDS, matches } from '../matches.ts'
import { append, type Folder } from './append.ts'
import { linesBackwards } from './backwards.ts'
import { dayFiles, fileOfDay } from './names.ts'

/** @param now epoch ms; for tests */
export const openFileHistory = (folder: Folder, now: () => number = Date.now): History => ({
  place: folder.path,
  write: entries => append(folder, entries, now()),
  read: (query, signal) => read(folder.path, query, signal),
  close: async () => undefined,
})

async function* read(
  folder: string,
  query: HistoryQuery,
  signal?: AbortSignal,
): AsyncGenerator<HistoryEntry> {
  let left = query.limit
  if (left <= 0) return
  for await (const entry of entriesIn(folder, query, signal)) {
    if (!matches(entry, query)) continue
    yield entry
    left -= 1
    if (left === 0) return
  }
}

async function* entriesIn(
  folder: string,
  { since, kinds }: HistoryQuery,
  signal: AbortSignal | undefined,
): AsyncGenerator<HistoryEntry> {
  const isOther = isOfOther(kinds)
  try {
    for (const name of dayFiles(await filesOf(folder))) {
      if (since !== undefined && name < fileOfDay(since)) return
      yield* entriesOfDay(join(folder, name), isOther, signal)
    }
  } catch (cause) {
    if (signal?.aborted || cause instanceof GoldsyncError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new GoldsyncError('UNAVAILABLE', `the history in ${folder} cannot be read: ${reason}`, {
      hint: 'look whether goldsync may read the folder of history.path',
      cause,
    })
  }
}

async function* entriesOfDay(
  path: string,
  isOther: (line: string) => boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<HistoryEntry> {
  try {
    for await (const line of linesBackwards(path, signal)) {
      if (isOther(line)) continue
      const entry = parsed(line)
      if (entry) yield entry
    }
  } catch (error) {
    // Deleted meanwhile by whoever began a day.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** Whether a line is of a kind that was not asked for, without parsing it: in a string of JSON the quotation marks have a backslash before them. */
function isOfOther(kinds: HistoryQuery['kinds']): (line: string) => boolean {
  const others = kinds === undefined ? [] : KINDS.filter(kind => !kinds.includes(kind))
  const marks = others.map(kind => `"kind":"${kind}"`)
  return line => marks.some(mark => line.includes(mark))
}

async function filesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function parsed(line: string): HistoryEntry | undefined {
  try {
    return entryIn(JSON.parse(line))
  } catch {
    return undefined
  }
}
