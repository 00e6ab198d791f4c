import { GoldsyncError } from '../../base/errors.ts'
import { notADirectory, notAFile, notFound, WRITING } from '../failures.ts'

/** What the operating system said about a path, as an error of ours. */
export function localError(error: unknown, location: string): GoldsyncError {
  const { code, message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOENT':
    case 'ELOOP':
      return notFound(location, error)
    case 'ENOTDIR':
      return notADirectory(location, error)
    case 'EISDIR':
      return notAFile(location, error)
    case 'EACCES':
    case 'EPERM':
      return new GoldsyncError('PERMISSION_DENIED', `${location}: the process may not read it`, {
        hint: 'goldsync needs read and search rights (r-x) on folders and read rights on files',
        cause: error,
      })
    default:
      return new GoldsyncError('UNAVAILABLE', `${location}: ${message}`, { cause: error })
  }
}

/** The same of making or removing a file. */
export function writeError(error: unknown, location: string): GoldsyncError {
  const { code } = error as NodeJS.ErrnoException
  if (!['EACCES', 'EPERM', 'EROFS'].includes(code ?? '')) return localError(error, location)
  return new GoldsyncError('PERMISSION_DENIED', `${location}: the process may not write it`, {
    hint: WRITING,
    cause: error,
  })
}
