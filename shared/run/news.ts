/** What a run changed, for whoever wants to know. */

/** Something that happened to a table; `kind` is the end of its event's type. */
export type News = {
  readonly runId: string
  /** `database.table`. */
  readonly table: string
  readonly catalog: string
  readonly topic: string
} & (
  | {
      readonly kind: 'table.changed'
      /** Steps that changed the table itself, in their order. */
      readonly changes: readonly { readonly kind: string; readonly summary: string }[]
    }
  | {
      readonly kind: 'partitions.added'
      readonly count: number
      /** Values joined by `/`: the first 1,000. */
      readonly partitions: readonly string[]
    }
  | {
      readonly kind: 'partition.held'
      /** The folder, from the topic's. */
      readonly partition: string
      /** Why: a code of docs/diagnostics.md, where the finding is about one folder or file of it. */
      readonly code?: string
      readonly message?: string
      readonly fix?: string
    }
  | {
      readonly kind: 'partition.unreadable'
      /** Values joined by `/`. It is registered. */
      readonly partition: string
      /** The file that an engine cannot read, and the column, where that is one. */
      readonly path: string
      readonly column?: string
      readonly code: string
      readonly message: string
      readonly fix?: string
    }
)

/** The host's way to whoever wants to know. Never throws: @returns what could not be told, and why; undefined where all was. */
export type Announce = (news: readonly News[]) => Promise<string | undefined>
