/** Files that come into being whole: written under another name, which a link then turns into theirs. */
import { randomUUID } from 'node:crypto'
import { link, lstat, mkdir, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { GoldsyncError } from '../../base/errors.ts'
import { alreadyThere, notAFile, stopIfAborted } from '../failures.ts'
import { childLocation, nameOf } from '../location.ts'
import type { Call } from '../storage.ts'
import { localError, writeError } from './errors.ts'

export async function create(location: string, content: Uint8Array, call: Call = {}): Promise<void> {
  stopIfAborted(call, location)
  const folder = dirname(location)
  const temporary = childLocation(folder, `.${nameOf(location)}.${randomUUID()}.tmp`)
  try {
    await mkdir(folder, { recursive: true })
    await written(temporary, content)
    stopIfAborted(call, location)
    // Unlike a rename, a link never replaces what has the name.
    await link(temporary, location)
    await synced(folder)
  } catch (error) {
    throw error instanceof GoldsyncError ? error : writingError(error, location)
  } finally {
    await unlink(temporary).catch(() => {})
  }
}

function writingError(error: unknown, location: string): GoldsyncError {
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === 'EEXIST' && syscall === 'link') return alreadyThere(location, error)
  if (syscall === 'link' && ['EPERM', 'ENOTSUP', 'ENOSYS'].includes(code ?? ''))
    return new GoldsyncError('UNSUPPORTED', `${location}: its file system knows no hard links`, {
      hint: 'without them two writers could take one name: keep the metadata on another file system, or in HDFS or S3',
      cause: error,
    })
  return writeError(error, location)
}

async function written(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** So that the name outlives a power cut. Some file systems cannot, and need not. */
async function synced(folder: string): Promise<void> {
  const directory = await open(folder)
  await directory.sync().catch(() => {})
  await directory.close()
}

export async function remove(location: string, call: Call = {}): Promise<void> {
  stopIfAborted(call, location)
  try {
    if ((await lstat(location)).isDirectory()) throw notAFile(location)
    await unlink(location)
  } catch (error) {
    if (error instanceof GoldsyncError) throw error
    if (localError(error, location).code !== 'NOT_FOUND') throw writeError(error, location)
  }
}
