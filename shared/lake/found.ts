/** What a walk through the lake finds. */
import type { Layout } from '../layout/layout.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Storage } from '../storages/storage.ts'

export interface LakeRoot {
  readonly location: string
  readonly storage: Storage
  readonly layout: Layout
}

/** A folder on the way from the lake's root to a partition, or a partition's. */
export interface Folder {
  /** Names from the lake's root. */
  readonly segments: readonly string[]
  readonly location: string
  /** The folder's own modification time; 0 where it was not listed. */
  readonly modified: number
  /** Newest modification time of the folders above it, the topic's and below; absent where they were not listed. */
  readonly above?: number
  readonly topic?: string
}

export interface Topic {
  readonly name: string
  /** Folder names from the lake's root to the topic. */
  readonly segments: readonly string[]
  readonly location: string
  /** The folder's own modification time; absent where it was not listed. */
  readonly modified?: number
}

export interface Found<T> {
  readonly found: readonly T[]
  readonly diagnostics: readonly Diagnostic[]
  /** False where a listing failed, so that what was not found proves nothing. */
  readonly complete: boolean
}
