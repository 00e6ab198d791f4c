/** Which names catalogs and engines can hold, and which they cannot tell apart. */

/** Catalogs compare names without case and keep them in lower case. */
export const lower = (name: string): string => name.toLowerCase()

/** Glue's limit, the lowest. */
const MAX_NAME = 255

/**
 * `.` and `:` break Hive's queries, `,` its list of columns. At the others parquet-mr's schema parser stops: with one such
 * column in a table Hive fails on every query of it (seen on 4.0.1). U+FFFD stands for what was not UTF-8.
 */
const BAD_IN_COLUMN = /[.:,; {}()=\p{Cc}\uFFFD]/u

/** Hive and Trino parse `struct<name:type>` with these characters only (TypeInfoUtils.isTypeChar), none beyond U+FFFF. */
const FIELD_NAME = /^[\p{L}\p{Nd}_$]+$/u
const ASTRAL = /[\u{10000}-\u{10FFFF}]/u

/** Why a top-level column's name cannot be used, or undefined where it can. */
export function columnNameFault(name: string): string | undefined {
  if (name === '') return 'is empty'
  if (name.length > MAX_NAME) return `has ${name.length} characters; catalogs hold ${MAX_NAME}`
  const bad = BAD_IN_COLUMN.exec(name)?.[0]
  return bad === undefined ? undefined : `contains ${show(bad)}, which Hive cannot read in a column name`
}

/** Why a struct field's name cannot be used, or undefined where it can. */
export function fieldNameFault(name: string): string | undefined {
  if (name === '') return 'is empty'
  if (FIELD_NAME.test(name) && !ASTRAL.test(name)) return undefined
  return 'has characters other than letters, digits, _ and $, which Hive types cannot have'
}

/** Names that two or more share when case is ignored, in lower case. */
export function ambiguousNames(names: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const name of names.map(lower)) {
    if (seen.has(name)) twice.add(name)
    seen.add(name)
  }
  return twice
}

const show = (char: string): string => (char >= ' ' && char !== '\uFFFD' ? `'${char}'` : `U+${code(char)}`)
const code = (char: string): string => (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
