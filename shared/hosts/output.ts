/**
 * All that goldsync prints or answers as JSON, for programs to rely on: goldsync.output.schema.json is made of these types by
 * `npm run schema`. docs/output.md says what may change.
 */
import type { ErrorSummary } from '../base/errors.ts'
import type { CheckReport } from '../check/check.ts'
import type { FanOutReport } from '../function/fan-out.ts'
import type { Outcome } from '../function/outcome.ts'
import type { StatusReport } from '../function/status.ts'
import type { HistoryEntry } from '../history/history.ts'
import type { FileDescription } from '../inspect/describe-file.ts'
import type { Observed, Proposal } from '../propose/observed.ts'
import type { FilesReport, Report } from '../run/report.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'

/** Raised when a field is taken away or means something else; not when one is added, nor a code of findings or errors. */
const OUTPUT_VERSION = 1

/** What each output has. */
export interface Versioned {
  readonly version: 1
}

export const versioned = <T extends object>(output: T): Versioned & T => ({
  version: OUTPUT_VERSION,
  ...output,
})

/** `goldsync scan`, `sync`, `plan`, `prune`, `rename` and `forget`, with `--json`. @public */
export type RunOutput = Versioned & Report
/** `goldsync status --json`. @public */
export type StatusOutput = Versioned & StatusReport
/** `goldsync init --json`. */
export interface InitOutput extends Versioned, Proposal {
  /** Of what. Folders that hold data files, as paths from the location. */
  readonly seen: Omit<Observed, 'folders'> & { readonly folders: readonly string[] }
  /** Text of a goldsync.yaml; absent where no layout could be told. */
  readonly config?: string
}

/** `goldsync check --json`. @public */
export type CheckOutput = Versioned & CheckReport
/** `goldsync history --json`. @public */
export type HistoryOutput = Versioned & {
  /** Where it is kept. */
  readonly place: string
  /** The newest first. */
  readonly entries: readonly HistoryEntry[]
}
/** `goldsync schema --json`: a line for each file. @public */
export type SchemaOutput = Versioned & FileDescription

/** What a new file would change of a table's columns. Types are Hive's DDL form. */
export type SchemaChange =
  | { readonly kind: 'changed'; readonly name: string; readonly from: string; readonly to: string }
  | { readonly kind: 'added'; readonly name: string; readonly type: string }

/** `goldsync schema --diff --json`. */
export interface SchemaDiffOutput extends Versioned {
  /** The file that stands for the table; absent where none was named. */
  readonly table?: string
  readonly files: readonly string[]
  readonly changes: readonly SchemaChange[]
  /** Files, as they were named, that would be held back. */
  readonly held: readonly string[]
  /** Files that cannot be read at all. */
  readonly rejected: readonly {
    readonly file: string
    readonly error: { readonly code: string; readonly message: string }
  }[]
  readonly diagnostics: readonly (Pick<Diagnostic, 'code' | 'message' | 'column'> & {
    readonly file?: string
  })[]
}

/** Any command with `--json` that came to no report. @public */
export interface ErrorOutput extends Versioned {
  readonly status: Outcome['status']
  readonly error: ErrorSummary
}

/** The answer of a function: the body of an HTTP response or of a web action, the result of an action. @public */
export type FunctionOutput =
  | (Versioned & {
      readonly status: 'ok' | 'partial' | 'accepted'
      readonly report: Report | FilesReport | StatusReport | FanOutReport
    })
  | (ErrorOutput & { readonly report?: Report | FilesReport | StatusReport | FanOutReport })

/** Any of them. @public */
export type Output =
  | RunOutput
  | StatusOutput
  | InitOutput
  | CheckOutput
  | SchemaOutput
  | SchemaDiffOutput
  | HistoryOutput
  | ErrorOutput
  | FunctionOutput
