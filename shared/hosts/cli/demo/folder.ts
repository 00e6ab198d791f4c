/** The demo's folder: made anew by each run, which removes what an earlier run wrote and nothing else. */
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { GoldsyncError } from '../../../base/errors.ts'

/** Lists, one a line, what the demo is about to write; so what it lists is the demo's own. */
const MARKER = '.goldsync-demo'

/**
 * Empties the folder of an earlier run's files and claims these.
 * @param files relative paths that the demo is going to write
 * @throws GoldsyncError `CONFLICT` where the folder holds something else
 */
export async function claimFolder(folder: string, files: readonly string[]): Promise<void> {
  const present = await readdir(folder).catch((): string[] => [])
  if (present.length > 0 && !present.includes(MARKER)) throw notOurs(folder)
  if (present.length > 0) await removeEarlier(folder)
  for (const parent of new Set(files.map(file => dirname(join(folder, file)))))
    await mkdir(parent, { recursive: true })
  await writeFile(join(folder, MARKER), `${files.join('\n')}\n`)
}

async function removeEarlier(folder: string): Promise<void> {
  const listed = (await readFile(join(folder, MARKER), 'utf8')).split('\n').filter(isInside)
  for (const file of listed) await rm(join(folder, file), { force: true })
  for (const parent of new Set(listed.map(dirname))) await removeEmpty(folder, parent)
}

const isInside = (file: string): boolean => file !== '' && !normalize(file).startsWith('..')

/** Removes the directory and its parents as far as they are empty, but not the demo's folder itself. */
async function removeEmpty(folder: string, directory: string): Promise<void> {
  if (directory === '.') return
  try {
    await rmdir(join(folder, directory))
  } catch {
    return // It holds something, or it is gone with an earlier sibling.
  }
  await removeEmpty(folder, dirname(directory))
}

const notOurs = (folder: string): GoldsyncError =>
  new GoldsyncError('CONFLICT', `${folder} exists and was not made by the demo`, {
    hint: 'move it away, or run the demo in another directory',
  })
