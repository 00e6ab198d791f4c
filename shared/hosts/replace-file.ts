import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'

/**
 * Puts a file in the place of the old one: who reads it meanwhile gets the old one or the new one, and no part of it.
 * @param mode of the new file
 * @throws Error as node:fs, and leaves nothing behind
 */
export async function replaceFile(file: string, content: string | Buffer, mode?: number): Promise<void> {
  const fresh = `${file}.${randomUUID()}.new`
  try {
    await writeFile(fresh, content, { flag: 'wx', ...(mode === undefined ? {} : { mode }) })
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined)
    throw error
  }
}
