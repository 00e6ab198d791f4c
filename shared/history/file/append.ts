/** Lines put at the end of a day's file by one write each, so that several processes may do it at once. */
import { mkdir, open, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { GoldsyncError } from '../../base/errors.ts'
import { type HistoryEntry, notCleaned } from '../history.ts'
import { fileOfDay, olderThan } from './names.ts'

/** Bytes of one write. */
const CHUNK = 64 * 1024
/** Bytes of a day's file: what is more is a sink that repeats itself. */
const MOST = 256 * 1024 * 1024

export interface Folder {
  readonly path: string
  readonly days: number
  /** Bytes of a day's file; for tests. */
  readonly most?: number
}

/**
 * @param now epoch ms
 * @returns as `History.write`
 * @throws GoldsyncError `UNAVAILABLE` where not all was written
 */
export async function append(
  folder: Folder,
  entries: Iterable<HistoryEntry>,
  now: number,
): Promise<string | undefined> {
  try {
    await mkdir(folder.path, { recursive: true, mode: 0o700 })
    const isFirst = await appendTo(join(folder.path, fileOfDay(now)), entries, folder.most ?? MOST)
    // Whoever begins a day's file takes the old ones away: once a day, however many processes there are.
    return isFirst ? await removeOld(folder, now) : undefined
  } catch (cause) {
    if (cause instanceof GoldsyncError) throw cause
    const reason = reasonOf(cause)
    throw new GoldsyncError('UNAVAILABLE', `the history in ${folder.path} cannot be written: ${reason}`, {
      hint: 'set history.path to a folder that goldsync may write to, or history: {kind: off}',
      cause,
    })
  }
}

/** @returns whether the file was empty */
async function appendTo(path: string, entries: Iterable<HistoryEntry>, most: number): Promise<boolean> {
  const file = await open(path, 'a+', 0o600)
  try {
    const { size } = await file.stat()
    let left = most - size
    // A process that was killed, or a full disk, has left half a line: it must not take ours with it.
    let start = size > 0 && !(await endsWithLine(file, size)) ? '\n' : ''
    for (const chunk of chunksOf(entries)) {
      const bytes = Buffer.from(start + chunk)
      start = ''
      left -= bytes.length
      if (left < 0) throw tooLarge(path, most)
      const { bytesWritten } = await file.write(bytes)
      if (bytesWritten < bytes.length) throw new Error('no space is left')
    }
    return size === 0
  } finally {
    await file.close()
  }
}

async function endsWithLine(file: Awaited<ReturnType<typeof open>>, size: number): Promise<boolean> {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] === 0x0a
}

/** Whole lines, as many as fit. */
function* chunksOf(entries: Iterable<HistoryEntry>): Generator<string> {
  let chunk = ''
  for (const entry of entries) {
    const line = `${JSON.stringify(entry)}\n`
    if (chunk !== '' && chunk.length + line.length > CHUNK) {
      yield chunk
      chunk = ''
    }
    chunk += line
  }
  if (chunk !== '') yield chunk
}

const tooLarge = (path: string, most: number): GoldsyncError =>
  new GoldsyncError('UNAVAILABLE', `the history of this day, ${path}, has ${most} bytes: no more is added`, {
    hint: 'goldsync history shows what repeats itself; the next day has a file of its own',
  })

async function removeOld({ path, days }: Folder, now: number): Promise<string | undefined> {
  try {
    for (const name of olderThan(await readdir(path), days, now))
      await unlink(join(path, name)).catch(ignoreGone)
    return undefined
  } catch (error) {
    return notCleaned(reasonOf(error))
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function ignoreGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
