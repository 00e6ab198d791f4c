/** Writes the golden zone, by DuckDB: another writer than goldsync, which never writes data. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from './duckdb.ts'
import { IN_PROGRESS, INCOMPATIBLE, pathOf, TRUNCATED, ZONE, type ZoneFile } from './zone.ts'

/** All files of the zone, the bad ones included. */
export async function writeZone(database: Database, lake: string): Promise<void> {
  for (const file of [...ZONE, INCOMPATIBLE]) await writeFileOf(database, lake, file)
  const whole = await readFile(join(lake, pathOf(ZONE[0] as ZoneFile)))
  await writeFile(join(lake, TRUNCATED), whole.subarray(0, whole.length / 2))
  await writeFile(join(lake, IN_PROGRESS), whole.subarray(0, whole.length / 3))
}

export async function writeFileOf(database: Database, lake: string, file: ZoneFile): Promise<void> {
  const target = join(lake, pathOf(file)).replaceAll("'", "''")
  await database.run(`copy (${file.query}) to '${target}' (format parquet, compression snappy)`)
}
