/** Basic statistics of a partition, from its files' footers: true for the files that the fingerprint names. */
import type { DataFile } from '../schema/observed.ts'
import type { Parameters } from '../schema/table.ts'

/** Hive's names (StatsSetupConst): Trino and Presto take the row count from them. */
const NAMES = ['numRows', 'numFiles', 'totalSize', 'rawDataSize'] as const

// Hive answers count(*) from the metastore where this says that the counts are right; goldsync never says so.
const ACCURATE = 'COLUMN_STATS_ACCURATE'

/** `numRows`, `numFiles` and `totalSize` (bytes); without the rows where a footer does not tell them. */
export function basicStatistics(files: readonly DataFile[]): Parameters {
  const rows = files.reduce<number | undefined>(
    (sum, file) => (sum === undefined || file.rows === undefined ? undefined : sum + file.rows),
    0,
  )
  return {
    ...(rows === undefined ? {} : { numRows: String(rows) }),
    numFiles: String(files.length),
    totalSize: String(files.reduce((sum, { size }) => sum + size, 0)),
  }
}

/** The partition parameter that names the columns whose statistics goldsync has given to the catalog. */
export const PUBLISHED = 'goldsync.statistics'

/** What stands between the names in it: no column whose name has it is published. */
export const BETWEEN_NAMES = ','

/** The columns that the parameters name. */
export const publishedIn = (parameters: Parameters = {}): readonly string[] =>
  parameters[PUBLISHED]?.split(BETWEEN_NAMES) ?? []

/** The parameter that names these columns; none where there are none. */
export const publishedParameter = (columns: readonly string[]): Parameters =>
  columns.length === 0 ? {} : { [PUBLISHED]: columns.join(BETWEEN_NAMES) }

const OF_FILES: ReadonlySet<string> = new Set([...NAMES, ACCURATE, PUBLISHED])

/** The parameters without statistics: those of files that are no longer all. */
export const withoutStatistics = (parameters: Parameters): Parameters =>
  Object.fromEntries(Object.entries(parameters).filter(([key]) => !OF_FILES.has(key)))
