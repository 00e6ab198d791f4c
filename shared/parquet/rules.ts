/** How a file's types become Hive's where there is a choice: the lake's `types`, as they are for one topic. */
import type { Diagnostic } from '../schema/diagnostic.ts'

export interface TypeRules {
  /** Timestamps stored as INT64 become bigint counts: Hive before 4 reads them as nothing else. */
  readonly hive3: boolean
  /** Byte arrays without an annotation become strings: what Impala, Hive and old Spark mean by them. */
  readonly binaryAsString: boolean
  /** Of files with unsigned columns that may hold more than engines can read: `hold` accepts none of them. */
  readonly unsigned: 'warn' | 'hold'
  /** Of files with days before 1582-10-15 that an engine who reads the table moves: `hold` accepts none of them. */
  readonly oldDates: 'warn' | 'hold'
}

export const USUAL_TYPES: TypeRules = {
  hive3: false,
  binaryAsString: false,
  unsigned: 'warn',
  oldDates: 'hold',
}

/** The finding for which a file is not accepted, if there is one. */
export const heldBy = (rules: TypeRules, findings: readonly Diagnostic[]): Diagnostic | undefined =>
  rules.unsigned === 'hold'
    ? findings.find(({ code }) => code === 'UNSIGNED_UNPROVEN' || code === 'UNSIGNED_OVERFLOW')
    : undefined
