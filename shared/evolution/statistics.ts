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

/** The parameters without statistics: those of files that are no longer all. */
export function withoutStatistics(parameters: Parameters): Parameters {
  const kept = Object.entries(parameters).filter(
    ([key]) => key !== ACCURATE && !(NAMES as readonly string[]).includes(key),
  )
  return Object.fromEntries(kept)
}
