/** Which names in a lake are data, by the rules of Hive, Trino and the sinks that write there. */

/**
 * - `data`: to be read. `hidden` (leading `.` or `_`) and `empty`: query engines skip them too.
 * - `temporary`: not finished, though query engines would read it.
 */
export type FileClass = 'data' | 'hidden' | 'empty' | 'temporary'

const TEMPORARY = /\.tmp$|\.inprogress|\._COPYING_$/

/** @param size bytes */
export function classifyFile(name: string, size: number): FileClass {
  if (isHidden(name)) return 'hidden'
  if (size === 0) return 'empty'
  return TEMPORARY.test(name) ? 'temporary' : 'data'
}

/** Folders that sinks work in and engines skip: `_temporary`, `.hive-staging…`, Confluent's `+tmp`. */
export const isWorkFolder = (name: string): boolean => isHidden(name) || name === '+tmp'

const isHidden = (name: string): boolean => name.startsWith('.') || name.startsWith('_')

export type TableFormat = 'hudi' | 'delta' | 'iceberg'

/** The folder of a topic whose names tell whether it is an Iceberg table. */
export const ICEBERG_METADATA = 'metadata'

/**
 * The table format that owns a topic's folder, or undefined for plain Parquet.
 * @param children names in the topic's folder
 * @param metadata names in its `metadata` folder, where there is one
 */
export function tableFormatOf(
  children: readonly string[],
  metadata: readonly string[] = [],
): TableFormat | undefined {
  if (children.includes('.hoodie')) return 'hudi'
  if (children.includes('_delta_log')) return 'delta'
  return metadata.some(name => name.endsWith('.metadata.json')) ? 'iceberg' : undefined
}
