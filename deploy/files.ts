import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Every file below the folder, as a sorted list of paths from it. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(join(folder).length + 1))
    .sort()
}
