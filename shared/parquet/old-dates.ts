/**
 * Dates before the Gregorian calendar. Files count days back beyond it as if it had always been (proleptic), or, of old Hive
 * and Spark, by the Julian calendar that came before (hybrid), and not every engine knows of both.
 */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { ColumnFacts } from '../schema/facts.ts'
import { finding } from './findings.ts'
import type { FileMetadata } from './footer.ts'
import type { FileKeys } from './keys.ts'
import type { TypeRules } from './rules.ts'

/** `proleptic` where Hive is told so, `untold` where it is so and Hive cannot know. */
type Calendar = 'proleptic' | 'untold' | 'hybrid'

function calendarOf(keys: FileKeys): Calendar {
  const told = keys.get('writer.date.proleptic')
  if (told !== undefined) return told.toLowerCase() === 'true' ? 'proleptic' : 'hybrid'
  if (keys.has('org.apache.spark.legacyDateTime')) return 'hybrid'
  return /^[12]\./.test(keys.get('org.apache.spark.version') ?? '') ? 'hybrid' : 'untold'
}

/** 1582-10-15, in days since 1970. */
const GREGORIAN = -141_427n

/** A finding for each DATE column of which the footer proves that it has such a day. */
export function oldDateFindings(
  { schema, columns, keys }: FileMetadata,
  { oldDates }: TypeRules,
): readonly Diagnostic[] {
  const old = schema.leaves.filter(
    ({ logical, column }) => logical?.kind === 'date' && isOld(columns[column]?.facts),
  )
  const calendar = old.length > 0 ? calendarOf(keys) : 'proleptic'
  if (calendar === 'proleptic') return []
  return old.map(({ path }) => {
    const message = `column '${path}' has days before 1582-10-15, counted by the ${calendar === 'hybrid' ? 'Julian' : 'Gregorian'} calendar`
    const found = finding(calendar === 'hybrid' ? 'JULIAN_DATES' : 'OLD_DATES', message, path)
    return oldDates === 'hold'
      ? { ...found, packing: true }
      : { ...found, engines: found.engines?.map(accepted) ?? [] }
  })
}

/** Some row has such a day, not only a bound. */
const isOld = (facts: ColumnFacts | undefined): boolean =>
  facts !== undefined &&
  ((facts.min?.exact === true && facts.min.value.kind === 'date' && facts.min.value.value < GREGORIAN) ||
    (facts.max?.value.kind === 'date' && facts.max.value.value < GREGORIAN))

/** It is told of, and nothing is refused for it: `types.oldDates` says so. */
const accepted = (effect: NonNullable<Diagnostic['engines']>[number]) =>
  ({ ...effect, effect: 'mayMisread' }) as const
