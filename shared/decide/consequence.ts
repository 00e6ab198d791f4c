/** What follows from a file that is not accepted, told to people: pure. */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { UnacceptedFile } from '../schema/observed.ts'

/** What follows from a refused file. Nothing can be held back in a registered partition of a directory catalog. */
export function explain(
  file: UnacceptedFile,
  { exposed, hold }: { exposed: boolean; hold: boolean },
): Diagnostic {
  const cause = file.diagnostic
  if (exposed) {
    return {
      ...cause,
      code: 'EXPOSED_FILE',
      severity: 'error',
      path: file.path,
      message: `Hive, Trino and Presto read this file, since its partition is registered, and will fail or return wrong rows: ${cause.message} (${cause.code})`,
      fix: `move the file out of the folder; or ${cause.fix ?? 'rewrite it'}`,
    }
  }
  const consequence = hold ? 'the partition is held back' : 'the file is held back'
  return { ...cause, path: file.path, message: `${cause.message}; ${consequence}` }
}

/** What could not be read tells nothing, so that nothing follows from it: the partition is left as it is. */
export const notRead = ({ path, diagnostic }: UnacceptedFile): Diagnostic => ({
  ...diagnostic,
  path,
  message: `${diagnostic.message}; the partition is left as it is until its files can be read`,
})
