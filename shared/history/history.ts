/**
 * The contract of every history: what became of each file, partition and table, by which run, when. It is told from the reports and the news
 * of runs (run/history-of.ts) and read by `goldsync history` and the status page. Off, nothing of it is loaded.
 */

/** What all entries have. */
interface Head {
  /** Raised when a field is taken away or means something else. */
  readonly version: 1
  /** Unique: an entry that is written twice counts once. Run and number in it. */
  readonly id: string
  /** When the run ended, ISO 8601 with milliseconds, UTC. */
  readonly time: string
  /** As in reports, logs and news. */
  readonly runId: string
  /** The function or command that ran: `scan`, `sync`, `file-closed`, `prune`. */
  readonly trigger: string
  /** Where: `cli`, `server`, `openwhisk`, `lambda`. */
  readonly host: string
}

/** Whose it is. */
interface OfTable {
  /** `database.table`. */
  readonly table: string
  readonly topic: string
  readonly catalog: string
  /** The lake's root. */
  readonly lake?: string
}

/**
 * What became of a file, a partition or a table, in the words of reports and news.
 * - Of a table: `created`, `altered` (columns, location). That it was refused or failed is in its own entry.
 * - Of a partition: `registered` (new), `altered`, `moved`, `dropped`; `held`, `exposed`, `incomplete` when a run first finds it so;
 *   `vanished`; `unreadable`: an engine cannot read a file of it.
 * - Of a file that an event named: as its outcome in the event's report.
 */
export type What =
  | 'created'
  | 'altered'
  | 'failed'
  | 'refused'
  | 'registered'
  | 'moved'
  | 'dropped'
  | 'held'
  | 'exposed'
  | 'incomplete'
  | 'vanished'
  | 'unreadable'
  | 'visible'
  | 'read'
  | 'absent'
  | 'ignored'

/** What became of one thing. Of a file that is in no lake, no table is known. */
export interface ThingEntry extends Head, Partial<OfTable> {
  readonly kind: 'thing'
  readonly what: What
  /** Values joined by `/`. Absent where it is about the table, and of files: they have their folders in their names. */
  readonly partition?: string
  /** Full location. */
  readonly file?: string
  readonly engine?: string
  /** Of docs/diagnostics.md, or of an error. */
  readonly code?: string
  /** One sentence, at most 500 characters. */
  readonly reason?: string
}

/** One run on one table: of those that changed something, found something or left something. Idle ones are counted by their run. */
export interface TableEntry extends Head, OfTable {
  readonly kind: 'table'
  readonly outcome: 'changed' | 'unchanged' | 'missing' | 'planned' | 'refused' | 'partial' | 'failed'
  readonly ms: number
  readonly listed: number
  readonly added: number
  readonly altered: number
  readonly moved: number
  readonly dropped: number
  readonly held: number
  /** Partitions that the next run looks at again; absent where that is not known. */
  readonly waiting?: number
  /** Footers read, and rows in them. */
  readonly files: number
  readonly rows: number
  /** From the newest file's modification time until its partition was registered and the engines were asked, ms. */
  readonly lagMs?: number
  /** How many findings of each code, those of severity `info` left out. */
  readonly findings: Readonly<Record<string, number>>
  /** The error's code and sentence, where the table failed. */
  readonly code?: string
  readonly reason?: string
}

/** One run as a whole; none for events, whose files and tables tell it. */
export interface RunEntry extends Head {
  readonly kind: 'run'
  /** Their roots: the first 100. */
  readonly lakes: readonly string[]
  readonly mode?: 'recent' | 'full'
  readonly ms: number
  readonly partial: boolean
  /** How many tables there were, and how many of these had each outcome. */
  readonly tables: number
  readonly outcomes: Readonly<Record<string, number>>
  /** Of lakes that could not be read, and of the lakes themselves. */
  readonly findings: Readonly<Record<string, number>>
  readonly code?: string
  readonly reason?: string
}

export type HistoryEntry = ThingEntry | TableEntry | RunEntry

/** Which entries; all that is given must hold. */
export interface HistoryQuery {
  readonly kinds?: readonly HistoryEntry['kind'][]
  /** Roots of lakes; those of other lakes are left out. */
  readonly lakes?: readonly string[]
  /** Topic, table or `database.table`. */
  readonly table?: string
  /** Values joined by `/`, or the first of them. */
  readonly partition?: string
  /** Full location, or its end from a `/` on. */
  readonly file?: string
  readonly runId?: string
  /** Epoch milliseconds; entries before it are left out. */
  readonly since?: number
  /** At most so many. */
  readonly limit: number
}

export interface History {
  /** Where it is, for messages: never with secrets. */
  readonly place: string
  /**
   * Adds the entries of one run, whole or, where that fails, some of them, and deletes old ones now and then.
   * @returns why old ones could not be deleted, for logs: what was given is written all the same
   * @throws GoldsyncError where they cannot be written
   */
  write(entries: Iterable<HistoryEntry>): Promise<string | undefined>
  /**
   * Newest first, read as they are asked for: memory does not grow with the history. What is broken, or of a later version, is skipped.
   * @throws GoldsyncError where it cannot be read; a history that is not there yet is empty
   */
  read(query: HistoryQuery, signal?: AbortSignal): AsyncIterable<HistoryEntry>
  close(): Promise<void>
}

export const notCleaned = (reason: string): string =>
  `old entries of the history could not be deleted, and take room until they are: ${reason}`
