/** Why a file is not accepted as data: a stable code, a sentence with the value and the limit, and what to do. */

/** In the order in which a file is examined. */
export const REJECT_CODES = [
  'EMPTY_FILE',
  'NOT_PARQUET',
  'INCOMPLETE_FILE',
  'ENCRYPTED_FOOTER',
  'FOOTER_TOO_BIG',
  'CORRUPT_FOOTER',
  'UNKNOWN_PACKING',
] as const

export type RejectCode = (typeof REJECT_CODES)[number]

/** What the reader of a report can do about a rejected file. */
export const REJECT_FIXES: Readonly<Record<RejectCode, string>> = {
  EMPTY_FILE: 'remove the file, or let its writer finish it',
  NOT_PARQUET: 'move the file out of the lake, or give it a name that starts with _ or .',
  INCOMPLETE_FILE: 'wait until its writer closes it; if no writer is left, write it again or move it away',
  ENCRYPTED_FOOTER: 'write it with a plaintext footer: without the keys no schema can be read',
  FOOTER_TOO_BIG: 'write fewer row groups or columns into one file',
  CORRUPT_FOOTER: 'write the file again or move it away: query engines may fail on it or misread it',
  UNKNOWN_PACKING: 'write it with codecs and encodings that the query engines know, or update goldsync',
}

/** A footer that cannot be used. It becomes a diagnostic on its file and never fails a run. */
export class FooterError extends Error {
  readonly code: RejectCode

  constructor(code: RejectCode, message: string) {
    super(message)
    this.name = 'FooterError'
    this.code = code
  }
}

/** A codec or encoding that the format did not have when this was written. @throws FooterError always */
export function unknownPacking(message: string): never {
  throw new FooterError('UNKNOWN_PACKING', `${message}, which goldsync does not know`)
}

/** The bytes contradict the format. @throws FooterError always */
export function corrupt(message: string): never {
  throw new FooterError('CORRUPT_FOOTER', message)
}
