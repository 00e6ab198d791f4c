import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ZipEntry } from './zip.ts'

/** Every file below the folder, as a sorted list of paths from it. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(join(folder).length + 1))
    .sort()
}

/** Files of the folder as an archive holds them. @param names paths from it */
export const readEntries = (folder: string, names: readonly string[]): Promise<ZipEntry[]> =>
  Promise.all(names.map(async name => ({ name, content: await readFile(join(folder, name)) })))
