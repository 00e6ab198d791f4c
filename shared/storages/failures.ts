/** Failures that every storage driver tells in the same words. */
import { GoldsyncError } from '../base/errors.ts'
import type { Call } from './storage.ts'

/** @throws GoldsyncError `ABORTED` once the caller's signal has ended the work */
export function stopIfAborted(call: Call, location: string): void {
  if (call.signal?.aborted) throw aborted(location, call.signal.reason)
}

export const aborted = (location: string, cause: unknown): GoldsyncError =>
  new GoldsyncError('ABORTED', `${location}: stopped by the caller or its deadline`, { cause })

export const notFound = (location: string, cause?: unknown): GoldsyncError =>
  new GoldsyncError('NOT_FOUND', `${location} does not exist`, { cause })

export const notADirectory = (location: string, cause?: unknown): GoldsyncError =>
  new GoldsyncError('NOT_FOUND', `${location} is not a directory`, { cause })

export const notAFile = (location: string, cause?: unknown): GoldsyncError =>
  new GoldsyncError('NOT_FOUND', `${location} is not a file`, { cause })

/** The file is shorter than it was when it was listed. */
export const endsBefore = (location: string, offset: number, length: number): GoldsyncError =>
  new GoldsyncError('CONFLICT', `${location} ends before byte ${offset + length}`, {
    hint: 'the file was replaced, or is still being written: the next run reads it again',
  })

/** Somebody else has made it, and nothing is ever overwritten. */
export const alreadyThere = (location: string, cause?: unknown): GoldsyncError =>
  new GoldsyncError('CONFLICT', `${location} exists already`, { cause })

/** What to do where files may be read and not made or removed. */
export const WRITING =
  "goldsync writes below the root of Iceberg tables' metadata alone (the catalog's metadata), where its user needs write rights (rwx)"
