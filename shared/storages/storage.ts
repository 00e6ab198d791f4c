/**
 * The contract of every storage driver. Locations are plain text as catalogs store them
 * (`hdfs://datalake-vol/golden/orders/2019/09/01/01`, `/data/golden/…`): never percent-encoded, no trailing slash.
 */
import type { ServerFacts } from '../base/server-facts.ts'
import type { HadoopToken } from '../credentials/hadoop-token.ts'

export interface Call {
  readonly signal?: AbortSignal
  /** Told of requests that are sent again: throttled, cut, or to another server. */
  readonly onRetry?: (times: number) => void
}

export interface FileStatus {
  /** Full location: the listed directory's location, `/`, the name. */
  readonly location: string
  readonly name: string
  readonly kind: 'file' | 'directory'
  /** Bytes; 0 for directories. A file that is still open may show less than it holds. */
  readonly size: number
  /** Epoch milliseconds. For directories 0 where the storage does not know. */
  readonly modified: number
  /** Of files, where the storage has them (S3): another one means another content. */
  readonly etag?: string
}

export interface ReadCall extends Call {
  /** Of the listing. Where the file has another one by now, the read fails with `CONFLICT`. */
  readonly etag?: string
}

export interface Storage {
  /** The scheme this storage serves: `file`, `hdfs`, `s3`. */
  readonly scheme: string
  /**
   * The immediate children of a directory, complete or an error, sorted by name (code unit order).
   * @throws GoldsyncError `NOT_FOUND` (no such directory), `PERMISSION_DENIED`, `AUTHENTICATION_FAILED`, `UNAVAILABLE`, `TIMEOUT`
   */
  list(directory: string, call?: Call): Promise<readonly FileStatus[]>
  /** One file or directory, or undefined where there is none. Errors as for `list`. */
  stat(location: string, call?: Call): Promise<FileStatus | undefined>
  /**
   * Exactly `length` bytes from `offset`.
   * @throws GoldsyncError `CONFLICT` where the file ends before or has not the `etag` asked for (it was replaced or is being written); else as for `list`
   */
  read(location: string, offset: number, length: number, call?: ReadCall): Promise<Uint8Array>
  /**
   * A new delegation token, with which somebody else can be us for a time: only where we are someone by Kerberos.
   * @throws GoldsyncError as for `list`, `UNSUPPORTED` where the servers hand out none
   */
  delegationToken?(call?: Call): Promise<HadoopToken>
  /** Each of its servers, asked apart; never rejects for what one of them says. Absent where there is none. */
  servers?(call?: Call): Promise<readonly ServerFacts[]>
  close(): Promise<void>
}

/** A storage in which files can be made too: for metadata of tables alone, below a root of their own, never for data. */
export interface WritableStorage extends Storage {
  /**
   * Makes a file, with the folders above it, whole or not at all, and only where there is none.
   * @throws GoldsyncError `CONFLICT` where there is a file by that name; else as for `list`
   */
  create(location: string, content: Uint8Array, call?: Call): Promise<void>
  /** Removes a file; one that is not there is no error. Never a folder. @throws GoldsyncError as for `list` */
  remove(location: string, call?: Call): Promise<void>
}
