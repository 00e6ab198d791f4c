/** Folders of this machine or mounted on it. Locations are absolute plain paths; symbolic links are followed. */
import type { Stats } from 'node:fs'
import { type FileHandle, open, readdir, stat as readStat } from 'node:fs/promises'
import pMap from 'p-map'
import { GoldsyncError } from '../../base/errors.ts'
import { endsBefore, stopIfAborted } from '../failures.ts'
import { byName, childLocation, nameOf } from '../location.ts'
import type { Call, FileStatus, WritableStorage } from '../storage.ts'
import { localError } from './errors.ts'
import { create, remove } from './writing.ts'

/** Node's thread pool runs four at a time; more only keeps it fed. */
const STATS_AT_ONCE = 32

export function openLocal(): WritableStorage {
  return { scheme: 'file', list, stat, read, create, remove, close: async () => {} }
}

async function list(directory: string, call: Call = {}): Promise<readonly FileStatus[]> {
  stopIfAborted(call, directory)
  const names = await attempt(directory, () => readdir(directory))
  const found = await pMap(names, name => stat(childLocation(directory, name), call), {
    concurrency: STATS_AT_ONCE,
  })
  // Undefined: it vanished since readdir, or it is a broken link.
  return found.filter(status => status !== undefined).sort(byName)
}

async function stat(location: string, call: Call = {}): Promise<FileStatus | undefined> {
  stopIfAborted(call, location)
  try {
    return statusOf(location, await attempt(location, () => readStat(location)))
  } catch (error) {
    if (error instanceof GoldsyncError && error.code === 'NOT_FOUND') return undefined
    throw error
  }
}

/** Undefined for sockets, pipes and devices: they hold no data, and reading one can block for ever. */
function statusOf(location: string, stats: Stats): FileStatus | undefined {
  const status = { location, name: nameOf(location), modified: Math.floor(stats.mtimeMs) }
  if (stats.isDirectory()) return { ...status, kind: 'directory', size: 0 }
  if (stats.isFile()) return { ...status, kind: 'file', size: stats.size }
  return undefined
}

async function read(location: string, offset: number, length: number, call: Call = {}): Promise<Uint8Array> {
  stopIfAborted(call, location)
  const file = await attempt(location, () => open(location))
  try {
    return await fill(file, location, offset, new Uint8Array(length), call)
  } finally {
    await file.close()
  }
}

async function fill(file: FileHandle, location: string, offset: number, bytes: Uint8Array, call: Call) {
  let filled = 0
  while (filled < bytes.length) {
    stopIfAborted(call, location)
    const rest = bytes.length - filled
    const { bytesRead } = await attempt(location, () => file.read(bytes, filled, rest, offset + filled))
    if (bytesRead === 0) throw endsBefore(location, offset, bytes.length)
    filled += bytesRead
  }
  return bytes
}

async function attempt<T>(location: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw localError(error, location)
  }
}
