/** What follows from a file that is not accepted, told to people: pure. */
import { ENGINE_VERSIONS } from '../evolution/engines.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { UnacceptedFile } from '../schema/observed.ts'
import type { Reader } from '../schema/reader.ts'

/** What follows from a refused file. Nothing can be held back in a registered partition of a directory catalog. */
export function explain(
  file: UnacceptedFile,
  {
    exposed,
    hold,
    registered,
    readers = [],
  }: { exposed: boolean; hold: boolean; registered: boolean; readers?: readonly Reader[] | undefined },
): Diagnostic {
  const cause = file.diagnostic
  if (exposed) {
    return {
      ...cause,
      code: 'EXPOSED_FILE',
      severity: 'error',
      path: file.path,
      message: `${whoFails(cause, readers)} this file, since its partition is registered, and will fail or return wrong rows: ${cause.message} (${cause.code})`,
      fix: `move the file out of the folder; or ${cause.fix ?? 'rewrite it'}`,
    }
  }
  const consequence = hold ? 'the partition is held back' : registered ? WITHDRAWN : 'the file is held back'
  return { ...cause, path: file.path, message: `${cause.message}; ${consequence}` }
}

/** Of a catalog that shows single files: what was there before under this name is not in its list any more. */
const WITHDRAWN = 'the file is held back: rows that the table had of it before are gone from queries'

/** The engines that are known to fail on it; where none is, those that read the table. */
function whoFails({ engines = [] }: Diagnostic, readers: readonly Reader[]): string {
  const failing = engines.map(({ engine }) => ENGINE_VERSIONS[engine])
  const said = readers.filter(({ assumed }) => !assumed).map(printReader)
  const names = [...new Set(failing.length > 0 ? failing : said)]
  if (names.length === 0) return 'query engines read'
  return names.length === 1
    ? `${names[0]} reads`
    : `${names.slice(0, -1).join(', ')} and ${names.at(-1)} read`
}

const printReader = ({ kind, version }: Reader): string => {
  const name = kind === 'duckdb' ? 'DuckDB' : `${kind[0]?.toUpperCase()}${kind.slice(1)}`
  return version === undefined ? name : `${name} ${version}`
}

/** What could not be read tells nothing, so that nothing follows from it: the partition is left as it is. */
export const notRead = ({ path, diagnostic }: UnacceptedFile): Diagnostic => ({
  ...diagnostic,
  path,
  message: `${diagnostic.message}; the partition is left as it is until its files can be read`,
})
