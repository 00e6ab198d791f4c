/** A layout: how a lake's folders name topics and partitions, compiled from a template. Pure: it knows paths and no storage. */
import type { Column, PartitionValues } from '../schema/table.ts'
import type { Bindings } from './variables.ts'

/** The types that a config may give a partition key; values of the integer types are kept canonical (`07` is `7`). */
type PartitionKeyType = 'string' | 'date' | 'tinyint' | 'smallint' | 'int' | 'bigint'

/** A partition key as the config declares it. `value` is made of the layout's variables: `{yyyy}-{MM}-{dd}`. */
export interface PartitionKeyRule {
  readonly type: PartitionKeyType
  readonly value: string
}

export interface LayoutOptions {
  /** Folders from the lake's root to a partition: `{topic}/{yyyy}/{MM}/{dd}/{HH}`. */
  readonly template: string
  /** IANA name of the zone that the folders' dates and hours are in. Default `UTC`. */
  readonly timeZone?: string
  /** By key name, in table order. Default: told from the template, all `string`. */
  readonly partitionKeys?: Readonly<Record<string, PartitionKeyRule>>
}

/** Why a path is not the layout's. Never an error: the walker makes a diagnostic of it. */
export interface Mismatch {
  readonly kind: 'mismatch'
  readonly code: 'FOREIGN_FOLDER' | 'IMPOSSIBLE_DATE' | 'WRONG_DEPTH'
  /** Names the segment and what is expected: `month 13 is not 01–12`. */
  readonly message: string
}

/** `outside`: the folder's whole time range ends before the asked time. `topic` is there once it is known. */
export type Entry =
  | { readonly kind: 'match'; readonly topic: string | undefined }
  | { readonly kind: 'outside' }
  | Mismatch

/** A partition folder's meaning. */
export interface PartitionPath {
  readonly kind: 'partition'
  readonly topic: string
  readonly values: PartitionValues
  /** Start of the partition's time range, epoch milliseconds; undefined where the layout has no time. */
  readonly time: number | undefined
}

/** A folder as a layout names it, and its values, for one and the same time and texts in all layouts. */
export interface Sample {
  readonly segments: readonly string[]
  readonly values: PartitionValues
}

export interface Layout {
  readonly template: string
  readonly timeZone: string
  /** From which it can be compiled again: with its keys, which the config may have left out. */
  readonly options: Required<LayoutOptions>
  /** Folders from the lake's root to a partition folder. */
  readonly depth: number
  /** Folders from the lake's root to a topic's folder, which is the table's location. */
  readonly topicDepth: number
  readonly partitionKeys: readonly Column[]
  /**
   * The same folders with keys of other types, for a table that somebody else made.
   * @param keys the table's partition keys: the names of this layout's, in their order
   * @throws GoldsyncError `CONFIG_INVALID` where the folders' values are not of a key's type
   */
  withKeys(keys: readonly Column[]): Layout
  /**
   * For a walker that descends folder by folder: whether to go into this folder.
   * @param segments folder names from the lake's root, at most `depth`
   * @param from epoch milliseconds: folders whose time range ends before are `outside`
   */
  enter(segments: readonly string[], from?: number): Entry
  /** The partition that a folder is. @param segments folder names from the lake's root */
  parse(segments: readonly string[]): PartitionPath | Mismatch
  /** The partition that a file belongs to, and its folder. @param segments names from the lake's root, the last is the file's */
  locate(segments: readonly string[]): (PartitionPath & { readonly folder: readonly string[] }) | Mismatch
  /**
   * The folder of a partition: the inverse of `parse`.
   * @throws GoldsyncError `REQUEST_INVALID` where a value does not fit its key
   */
  format(topic: string, values: PartitionValues): readonly string[]
  /** What the layout's variables stand for in a partition's values; undefined where a value does not fit its key. */
  bindings(values: PartitionValues): Bindings | undefined
  /** Whether each value is spelled as `parse` would: a quick look, which does not ask whether the date exists. */
  spells(values: PartitionValues): boolean
  /** What tells layouts apart that give folders, or values, other meanings. */
  sample(): Sample
  /** The topic's folder. @throws GoldsyncError `REQUEST_INVALID` where the topic cannot be a folder name */
  formatTopic(topic: string): readonly string[]
}
