/** What a sink's message tells: which files it closed, and what of it is no such news. */

/** A file that is complete: closed by its writer, or renamed to its final name. */
export interface ClosedFile {
  /** Plain text, never percent-encoded: `hdfs://ns/golden/…`, `s3://bucket/key`, or an absolute path. */
  readonly location: string
  /** Where it lies if its sender spells names in another way than it seems to: which of the two is there decides. */
  readonly alternative?: string
  /** Where it names a folder instead, whose partitions are meant: HDFS tells of a rename without saying of what. */
  readonly folder?: 'is' | 'may be'
  /** Bytes. */
  readonly size?: number
  /** Epoch milliseconds. */
  readonly modified?: number
}

/** Something of a message that needs no work: a deletion, a folder, a test. */
interface Ignored {
  readonly location?: string
  readonly reason: string
}

/** Something of a message that cannot be taken; the rest of the message can. */
interface Refused {
  readonly location: string
  readonly reason: string
}

export interface ParsedEvent {
  /** Its sender wants to be answered when the engines were asked. */
  readonly wait?: true
  readonly files: readonly ClosedFile[]
  readonly ignored: readonly Ignored[]
  readonly refused: readonly Refused[]
}

/** One entry of a message, as the reader of a format finds it. */
export type Notice =
  | { readonly kind: 'closed'; readonly file: ClosedFile; readonly wait?: true }
  | ({ readonly kind: 'ignored' } & Ignored)
  | ({ readonly kind: 'refused' } & Refused)

/** A JSON object of which nothing is known yet. */
export type Json = Readonly<Record<string, unknown>>

/**
 * The reader of one source's format: undefined where the object is of another source.
 * @throws RequestProblem 422 where it is of this source, and malformed
 */
export type Format = (value: Json) => readonly Notice[] | undefined
