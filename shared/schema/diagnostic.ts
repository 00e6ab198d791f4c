/** Findings that do not stop the work: a stable code, a sentence, and what to do. */

/** `error` makes a run end with exit status 1; `warning` is something held back; `info` a note. */
export type Severity = 'info' | 'warning' | 'error'

/** An engine in a version that was asked, or whose source was read (evolution/engines.ts). */
export type Engine = 'hive3' | 'hive4' | 'trino' | 'presto' | 'spark' | 'athena' | 'duckdb'

/** What an engine makes of it, by the version that docs/types.md names. */
export interface EngineEffect {
  readonly engine: Engine
  /**
   * `refusesFile`: fails on every query of the file. `refusesTable`: on every query of a table that has the column. `misreads`: returns NULL or another value, silently; `mayMisread`: of some
   * values, and nobody knows whether the file has them. `truncates`: returns as much as its type can hold.
   * `failsInConditions`: returns the values, and fails on queries with a condition on the column.
   */
  readonly effect:
    | 'refusesFile'
    | 'refusesColumn'
    | 'refusesTable'
    | 'misreads'
    | 'mayMisread'
    | 'truncates'
    | 'failsInConditions'
  /** Goes on after the engine's name: `reads NULL`. */
  readonly what: string
  /** The engine's first version that was seen without it. */
  readonly until?: string
}

export interface Diagnostic {
  /** Stable, upper snake case: `EXPOSED_FILE`. Documented in docs/diagnostics.md. */
  readonly code: string
  readonly severity: Severity
  /** One sentence that names the value and the limit. */
  readonly message: string
  /** What the reader can do about it. */
  readonly fix?: string
  /** `database.table`. */
  readonly table?: string
  /** Partition values joined by `/`. */
  readonly partition?: string
  /** The engine that was asked and has not seen it, or could not be asked: its name in the config. */
  readonly engine?: string
  /** Full location of the file or folder. */
  readonly path?: string
  readonly column?: string
  /** How many files or folders it is about, where it stands for more than the one that it names. */
  readonly count?: number
  /** Of these the first few, as locations or, without one, as partition values. */
  readonly examples?: readonly string[]
  /** The column, or what it is about within it, is not in the table. */
  readonly leftOut?: true
  /** It is about how this one file is packed, and no trait of its columns: another file may have it otherwise. */
  readonly packing?: true
  /** Some who read the table fail on it (`engines`), and the owner of the lake has accepted that. */
  readonly accepted?: true
  /** The engines that refuse or misread what this is about; absent where none is known to. */
  readonly engines?: readonly EngineEffect[]
}
