/**
 * Dates and timestamps before the Gregorian calendar. Files count days back beyond it as if it had always been (proleptic), or, of old Hive
 * and Spark, by the Julian calendar that came before (hybrid), and not every engine knows of both.
 */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { ColumnFacts, Value } from '../schema/facts.ts'
import { finding } from './findings.ts'
import type { FileMetadata } from './footer.ts'
import type { FileKeys } from './keys.ts'
import type { TypeRules } from './rules.ts'

/** `proleptic` where Hive is told so, `untold` where it is so and Hive cannot know. */
type Calendar = 'proleptic' | 'untold' | 'hybrid'

function calendarOf(keys: FileKeys): Calendar {
  const told = keys.get('writer.date.proleptic')
  if (told !== undefined) return told.toLowerCase() === 'true' ? 'proleptic' : 'hybrid'
  return isRebased(keys) ? 'hybrid' : 'untold'
}

/** Whether Spark counted days by the Julian calendar, and timestamps too but for those without a zone. */
const isRebased = (keys: FileKeys): boolean =>
  keys.has('org.apache.spark.legacyDateTime') || /^[12]\./.test(keys.get('org.apache.spark.version') ?? '')

/** 1582-10-15, in days since 1970. */
const GREGORIAN = -141_427n
/** The same as a value's `timestamp`. */
const GREGORIAN_NANOS = GREGORIAN * 86_400_000_000_000n

/** A finding for each DATE or INT64 timestamp column of which the footer proves that it has such a day, which some engine moves. */
export function oldDateFindings(metadata: FileMetadata, { oldDates }: TypeRules): readonly Diagnostic[] {
  return [...datesMoved(metadata), ...timestampsMoved(metadata)].map(found =>
    oldDates === 'hold'
      ? { ...found, packing: true }
      : { ...found, engines: found.engines?.map(accepted) ?? [] },
  )
}

function datesMoved({ schema, columns, keys }: FileMetadata): readonly Diagnostic[] {
  const old = schema.leaves.filter(
    ({ logical, column }) => logical?.kind === 'date' && isOld(columns[column]?.facts),
  )
  const calendar = old.length > 0 ? calendarOf(keys) : 'proleptic'
  if (calendar === 'proleptic') return []
  return old.map(({ path }) => {
    const message = `column '${path}' has days before 1582-10-15, counted by the ${calendar === 'hybrid' ? 'Julian' : 'Gregorian'} calendar`
    return finding(calendar === 'hybrid' ? 'JULIAN_DATES' : 'OLD_DATES', message, path)
  })
}

/** Those of INT64: every engine counts them by the Gregorian calendar. Of INT96 there are no bounds. */
function timestampsMoved({ schema, columns, keys }: FileMetadata): readonly Diagnostic[] {
  if (!isRebased(keys)) return []
  return schema.leaves
    .filter(
      ({ logical, local, column }) =>
        logical?.kind === 'timestamp' && local !== true && isOld(columns[column]?.facts),
    )
    .map(({ path }) => {
      const message = `column '${path}' has times before 1582-10-15, counted by the Julian calendar`
      return finding('JULIAN_TIMESTAMPS', message, path)
    })
}

/** Some row has such a day, not only a bound. */
const isOld = (facts: ColumnFacts | undefined): boolean =>
  facts !== undefined &&
  ((facts.min?.exact === true && isBefore(facts.min.value)) || isBefore(facts.max?.value))

const isBefore = (value: Value | undefined): boolean =>
  (value?.kind === 'date' && value.value < GREGORIAN) ||
  (value?.kind === 'timestamp' && value.value < GREGORIAN_NANOS)

/** It is told of, and nothing is refused for it: `types.oldDates` says so. */
const accepted = (effect: NonNullable<Diagnostic['engines']>[number]) =>
  ({ ...effect, effect: 'mayMisread' }) as const
