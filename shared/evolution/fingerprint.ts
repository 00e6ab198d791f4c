/** A short stand-in for a list of files: where it is equal, the folder's footers need not be read again. */
import type { LakeFile } from '../schema/observed.ts'
import { fnv1a64 } from './fnv.ts'

/** The partition parameter that holds the fingerprint of the accepted files. */
export const FINGERPRINT = 'goldsync.fingerprint'

/**
 * By which rules files are accepted: raised by a build that may refuse what the one before took, so that it looks at those
 * partitions again. Fingerprints of the first builds (1) do not name theirs.
 */
const RULES = 2

/**
 * Count, bytes and newest modification time (epoch ms), and the rules by which the files were accepted:
 * `2:48213:1795225000000@2`. Where files have etags, a hash of them stands behind the time: S3 tells times in whole seconds, so
 * that a file replaced by one of equal size would go unseen.
 */
export const fingerprintOf = (files: readonly LakeFile[]): string => `${printOf(files)}@${RULES}`

/**
 * Whether a partition's fingerprint is that of these files. `older rules`: and an earlier build has accepted them, which may have
 * taken what this one refuses. What a later build has accepted is the same.
 */
export function compareFingerprint(
  known: string,
  files: readonly LakeFile[],
): 'same' | 'older rules' | 'other' {
  const [print, rules = '1'] = known.split('@')
  if (print !== printOf(files)) return 'other'
  return Number(rules) < RULES ? 'older rules' : 'same'
}

function printOf(files: readonly LakeFile[]): string {
  const bytes = files.reduce((sum, file) => sum + file.size, 0)
  const newest = files.reduce((time, file) => Math.max(time, file.modified), 0)
  return [files.length, bytes, newest, ...etagsOf(files)].join(':')
}

// By name, not by location: that of a lake can be spelled s3:// today and s3a:// tomorrow.
function etagsOf(files: readonly LakeFile[]): readonly string[] {
  const tagged = files.filter(file => file.etag !== undefined)
  const names = tagged.map(({ path, etag }) => JSON.stringify([path.slice(path.lastIndexOf('/') + 1), etag]))
  return tagged.length === 0 ? [] : [fnv1a64(names.sort().join())]
}
