/** Basic statistics of a partition, from its files' footers: true for the files that the fingerprint names. */
import type { DataFile } from '../schema/observed.ts'
import type { Parameters } from '../schema/table.ts'
import { FINGERPRINT } from './fingerprint.ts'

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

/**
 * The partition parameter that names columns whose statistics an earlier build has given to the catalog. Engines took what some
 * partitions say for what the whole table holds, so they are taken away (docs/statistics.md).
 */
export const PUBLISHED = 'goldsync.statistics'

export const isPublished = (parameters: Parameters = {}): boolean => parameters[PUBLISHED] !== undefined

/** Stands before the fingerprint of a partition that such a build was publishing when it was stopped. */
const UNPUBLISHED = 'unpublished:'

/**
 * The named columns whose statistics are still goldsync's. Whoever sets statistics makes the server say that the column is
 * accurate; goldsync took that word away when it had published, so where it is there again somebody has run ANALYZE since.
 */
export function ownStatistics(parameters: Parameters = {}): readonly string[] {
  const named = parameters[PUBLISHED]?.split(',') ?? []
  if (parameters[FINGERPRINT]?.startsWith(UNPUBLISHED)) return named
  const analyzed = accurateColumns(parameters[ACCURATE])
  return named.filter(column => !analyzed.has(column))
}

/** @param text `{"BASIC_STATS":"true","COLUMN_STATS":{"id":"true"}}` */
function accurateColumns(text = ''): ReadonlySet<string> {
  try {
    const { COLUMN_STATS } = JSON.parse(text) as { readonly COLUMN_STATS?: object }
    return new Set(Object.keys(COLUMN_STATS ?? {}))
  } catch {
    return new Set()
  }
}

const OF_FILES: ReadonlySet<string> = new Set([...NAMES, ACCURATE, PUBLISHED])

/** The parameters without statistics: those of files that are no longer all. */
export const withoutStatistics = (parameters: Parameters): Parameters =>
  Object.fromEntries(Object.entries(parameters).filter(([key]) => !OF_FILES.has(key)))
