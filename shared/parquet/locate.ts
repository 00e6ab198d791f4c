/** Where a file's footer is: the format's last 8 bytes are the metadata's length and a magic (parquet-format README, File format). */
import { corrupt, FooterError } from './reject.ts'

/** One read of this much has the whole footer of most files (to about 280 columns in one row group). */
export const TAIL_BYTES = 64 * 1024

/** Footers above this are refused. */
const MAX_FOOTER_BYTES = 64 * 1024 * 1024

/** Trino from 477 refuses larger ones by default (`parquet.max-footer-read-size`). */
export const LARGE_FOOTER_BYTES = 15 * 1024 * 1024

/** The smallest file: a magic, the metadata's length, a magic. */
const FRAME_BYTES = 12
export const TRAILER_BYTES = 8

/** A part of a file, in bytes. */
export interface Range {
  readonly offset: number
  readonly length: number
}

/**
 * The place of the metadata, or undefined where the file does not end as Parquet files do: then its first bytes tell
 * what it is (`notClosed`).
 * @param tail the file's last bytes, at least 8 unless the file is smaller
 * @param fileSize bytes
 * @throws FooterError `EMPTY_FILE`, `ENCRYPTED_FOOTER`, `FOOTER_TOO_BIG`, `CORRUPT_FOOTER`
 */
export function locateFooter(tail: Uint8Array, fileSize: number): Range | undefined {
  if (fileSize === 0) throw new FooterError('EMPTY_FILE', 'the file has 0 bytes')
  if (fileSize < FRAME_BYTES) return undefined
  const magic = ascii(tail.subarray(-4))
  if (magic === 'PARE')
    throw new FooterError('ENCRYPTED_FOOTER', 'the footer is encrypted (the file ends with PARE)')
  if (magic !== 'PAR1') return undefined
  const length = new DataView(tail.buffer, tail.byteOffset + tail.length - TRAILER_BYTES).getUint32(0, true)
  if (length === 0 || length > fileSize - FRAME_BYTES)
    corrupt(`the footer claims ${length} bytes of metadata in a file of ${fileSize} bytes`)
  if (length > MAX_FOOTER_BYTES)
    throw new FooterError(
      'FOOTER_TOO_BIG',
      `the footer has ${length} bytes of metadata; goldsync reads at most ${MAX_FOOTER_BYTES}`,
    )
  return { offset: fileSize - TRAILER_BYTES - length, length }
}

/** The reason for a file without a footer. @param head the file's first 4 bytes, fewer if it is smaller */
export function notClosed(head: Uint8Array, fileSize: number): FooterError {
  const started = ascii(head.subarray(0, 4))
  if ('PAR1'.startsWith(started) || started === 'PARE')
    return new FooterError(
      'INCOMPLETE_FILE',
      `the file begins as Parquet but its ${fileSize} bytes do not end with PAR1: it is truncated or still being written`,
    )
  return new FooterError('NOT_PARQUET', `the file neither begins nor ends with PAR1 (${fileSize} bytes)`)
}

const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes)
