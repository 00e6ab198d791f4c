/** The lake's side of the model: what listing and footers told about partitions. */
import type { Diagnostic } from './diagnostic.ts'
import type { Facts } from './facts.ts'
import type { StoredFile } from './stored.ts'
import type { Column, PartitionValues } from './table.ts'
import type { Type } from './type.ts'

/** A file that is in the lake, before its footer is read. Paths are full locations, never percent-encoded. */
export interface LakeFile {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Epoch milliseconds. */
  readonly modified: number
  /** Another one means another content; absent where the storage has none. */
  readonly etag?: string
}

/** A name of a file, at any depth, that its `columns` do not declare, and what the file holds there. */
export interface Undeclared {
  /** From the top-level column inwards, lower case; `[]` is an array's element, `{key}` and `{value}` are a map's. */
  readonly path: readonly string[]
  /** A stable token: `null`, `uint64-overflow`, … (evolution/undeclared.ts has what engines make of them). */
  readonly shape: string
  /** What the file declares there, where only something around it is left out. */
  readonly type?: Type
}

/** A Parquet file with a usable footer. */
export interface DataFile extends LakeFile {
  /** Rows by the footer, or undefined where the footer contradicts itself. */
  readonly rows: number | undefined
  /** Top-level columns mapped to Hive types, lower-case names, file order; unreadable ones left out. */
  readonly columns: readonly Column[]
  /** Names of all top-level columns, lower case, file order; absent where `columns` has them all. */
  readonly allNames?: readonly string[]
  /** Those of `columns` that are stored as a count of milliseconds since 1970; absent where there is none. */
  readonly millis?: readonly string[]
  /** What else it holds; absent where `columns` declare all of it. */
  readonly undeclared?: readonly Undeclared[]
  /** Equal for files that engines read alike: of one schema, packed in one way, by one writer. */
  readonly signature?: string
  /** What its footer proves of its columns; absent where that was not asked for, or its rows are not known. */
  readonly facts?: Facts
  /** How it stores its columns; absent where that was not asked for. */
  readonly stored?: StoredFile
  /** What was left out of `columns` and why, and hazards of what is in it. */
  readonly diagnostics: readonly Diagnostic[]
}

/** A file that is not accepted as data, though query engines would read it (no leading `.` or `_`, not empty). */
export interface UnacceptedFile extends LakeFile {
  readonly diagnostic: Diagnostic
  /** The footer could not be read this time, which tells nothing about the file. */
  readonly unread?: true
}

/** One folder of the lake that is one partition. */
export interface PartitionFolder {
  readonly values: PartitionValues
  /** Names from the lake's root to the folder. */
  readonly segments: readonly string[]
  /** The folder's full location, without a trailing slash. */
  readonly location: string
  /** Start of the partition's time range in epoch milliseconds; undefined where the layout has no time. */
  readonly time: number | undefined
  /** Newest modification time of the folder and its files, epoch milliseconds. */
  readonly modified: number
  /**
   * Newest modification time of the folders above it, the topic's and below; absent where they were not listed. A folder that is
   * renamed to here keeps its own times, and changes that of the one above.
   */
  readonly above?: number
  /** Candidates for data: engine-visible, not empty, name not temporary. */
  readonly files: readonly LakeFile[]
  /** Engine-visible files that are never data (`*.tmp`, `*.inprogress*`, `*._COPYING_`). */
  readonly unaccepted: readonly UnacceptedFile[]
  /** Whether a `_SUCCESS` file is in it. */
  readonly success: boolean
  /** Locations of engine-visible files without bytes; absent where there is none. */
  readonly empty?: readonly string[]
  /** Locations of engine-visible folders below it; absent where there is none. */
  readonly subfolders?: readonly string[]
}

/** A folder whose footers were read. */
export interface ObservedPartition extends Omit<PartitionFolder, 'files'> {
  /** Sorted by path. */
  readonly files: readonly DataFile[]
}

/** What is left of a partition when what cannot be accepted of it is left out. */
export interface AcceptedPartition {
  readonly observed: ObservedPartition
  /** Accepted files, without columns that are partition keys. */
  readonly files: readonly DataFile[]
  /** The files' columns merged. */
  readonly columns: readonly Column[]
}
