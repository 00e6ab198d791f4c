/** Which names no catalog can hold, and which none can tell apart. What engines cannot read: evolution/names.ts. */

/** Catalogs compare names without case and keep them in lower case. */
export const lower = (name: string): string => name.toLowerCase()

/** Glue's limit, the lowest. */
const MAX_NAME = 255

/** U+FFFD stands for what was not UTF-8. */
const BAD = /[\p{Cc}\uFFFD]/u

/** Catalogs write a struct's type as `struct<name:type,…>`: a name that is not read back from that would close its own table. */
const BAD_IN_FIELD = /[:,<>`]|^\s|\s$/

/** Why no table can have a column of this name, whoever reads it, or undefined. */
export function columnNameFault(name: string): string | undefined {
  if (name === '') return 'is empty'
  if (name.length > MAX_NAME) return `has ${name.length} characters; catalogs hold ${MAX_NAME}`
  // It would be replaced in goldsync's own statements for HiveServer2.
  if (name.includes('${')) return "contains '${', which Hive takes for a variable"
  return contains(name, BAD)
}

/** Why no struct can have a field of this name, whoever reads it, or undefined. */
export const fieldNameFault = (name: string): string | undefined =>
  columnNameFault(name) ?? contains(name, BAD_IN_FIELD)

function contains(name: string, bad: RegExp): string | undefined {
  const found = bad.exec(name)?.[0]
  return found === undefined ? undefined : `contains ${show(found)}, which no catalog can hold there`
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
