/** What the catalog works with. */
import type { MetadataFiles } from './files.ts'
import type { TableStore } from './table-store.ts'

export interface Backend {
  readonly store: TableStore
  readonly files: MetadataFiles
  /** The metadata's root. */
  readonly root: string
  /** Of the tables, where it is not the lake's. */
  readonly database?: string
}
