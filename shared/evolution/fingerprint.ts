/** A short stand-in for a list of files: where it is equal, the folder's footers need not be read again. */
import type { LakeFile } from '../schema/observed.ts'

/** The partition parameter that holds the fingerprint of the accepted files. */
export const FINGERPRINT = 'goldsync.fingerprint'

/** Count, bytes and newest modification time (epoch ms): `2:48213:1795225000000`. */
export function fingerprintOf(files: readonly LakeFile[]): string {
  const bytes = files.reduce((sum, file) => sum + file.size, 0)
  const newest = files.reduce((time, file) => Math.max(time, file.modified), 0)
  return `${files.length}:${bytes}:${newest}`
}
