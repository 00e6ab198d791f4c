/** Whether a file is another one, or has other content, than when it was read: whoever puts a new one in its place changes this. */
import type { Stats } from 'node:fs'

export const markOf = ({ mtimeMs, size, ino }: Pick<Stats, 'mtimeMs' | 'size' | 'ino'>): string =>
  `${mtimeMs} ${size} ${ino}`
