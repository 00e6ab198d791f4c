/** How Hive and Spark write a partition value in a `key=value` folder name. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: Hive's list, FileUtils.charToEscape, has them
const ESCAPED = /[\u0001-\u001f"#%'*/:=?\\\u007f{[\]^]/g

export const escapeValue = (value: string): string =>
  value.replace(ESCAPED, char => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

/** A `%` that no two hexadecimal digits follow stays as it is, as in Hive. */
export const unescapeValue = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
