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

/**
 * DuckDB's name for what it writes in place of a file that is there (seen on 1.5.6). Without that file beside it, the name is
 * anybody's.
 * @param beside names in the same folder
 */
export const replaces = (name: string, beside: ReadonlySet<string>): boolean =>
  name.startsWith('tmp_') && beside.has(name.slice('tmp_'.length))

/** Folders that are not walked: `_temporary`, `.hive-staging…`, Confluent's `+tmp`, and all others with hidden names. */
export const isWorkFolder = (name: string): boolean => isHidden(name) || name === '+tmp'

/** Whether a folder that is not walked may hold data all the same, since no writer or engine is known to work in it. */
export const mayHoldData = (name: string): boolean => isHidden(name) && !WORK.test(name)

const WORK =
  /^(_(temporary|spark_metadata|delta_log|change_data|logs|SUCCESS|committed|started|tmp|staging|scratch|hidden)|\.(hoodie|hive-staging|spark-staging|Trash|snapshot|staging|tmp|git))/i

const isHidden = (name: string): boolean => name.startsWith('.') || name.startsWith('_')

export type TableFormat = 'hudi' | 'delta' | 'iceberg'

/** The log that Spark Structured Streaming's file sink keeps of the files that it has committed. */
const SPARK_SINK_LOG = '_spark_metadata'

/** Whether a topic's folder is written by that sink. @param children names in the topic's folder */
export const isSparkSink = (children: readonly string[]): boolean => children.includes(SPARK_SINK_LOG)

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
