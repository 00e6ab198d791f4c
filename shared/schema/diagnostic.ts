/** Findings that do not stop the work: a stable code, a sentence, and what to do. */

/** `error` makes a run end with exit status 1; `warning` is something held back; `info` a note. */
export type Severity = 'info' | 'warning' | 'error'

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
  /** Full location of the file or folder. */
  readonly path?: string
  readonly column?: string
}
