import { GoldsyncError } from '../../../base/errors.ts'

/** What a reader throws at bytes that break the format; `within` makes it an error that names the file. */
class Malformed extends Error {}

export function malformed(what: string): never {
  throw new Malformed(what)
}

/** Reads a file. @throws GoldsyncError `DATA_INVALID` naming it, or what `read` throws as an error of ours */
export function within<T>(where: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof GoldsyncError) throw error
    const reason = error instanceof Malformed ? error.message : 'it is damaged'
    throw new GoldsyncError('DATA_INVALID', `${where} is no Avro file that Iceberg writes: ${reason}`, {
      hint: 'see who wrote it: the table cannot be read by any engine until its metadata is right again',
      cause: error,
    })
  }
}

export const unsupported = (what: string, hint: string): GoldsyncError =>
  new GoldsyncError('UNSUPPORTED', what, { hint })
