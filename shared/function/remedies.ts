/** What to do about a partition that waits, by the code that says why: the findings of a run say more, of the very file. */
export { REVIVE_SCANS, SCANS_STOPPED } from '../state/ran.ts'

const REWRITE = 'rewrite the file with the types of the table, or move it out of the folder'
const CLOSED =
  'nothing, if its writer is still at it: the next run looks again; else have it written anew, or move it out of the folder'
const MOVE = 'move the file out of the folder, or rewrite it: goldsync plan names what is wrong with it'

const REMEDIES: Readonly<Record<string, string>> = {
  AWAITING_SUCCESS: 'nothing, if the writer leaves a _SUCCESS file when the folder is complete',
  CORRUPT_FOOTER: 'have the file written anew, or move it out of the folder',
  EMPTY_FILE: 'remove the file, or have its writer begin the name with _ or .',
  ENCRYPTED_FOOTER: 'write it with a plaintext footer, or move it out of the folder',
  ENGINE_CANNOT_READ:
    "rewrite the file, or change the engine's settings: what the engine says of it is told with the engines",
  EXPOSED_FILE: MOVE,
  FILE_REPLACED: 'nothing: the next run reads the file as it is then',
  FILE_UNREADABLE: 'mend what keeps the storage from giving the file; every run tries again',
  ICEBERG_FIELD_IDS: 'let the writer give no field ids, or those of the table',
  ICEBERG_NAME: 'rename one of the columns in the writer',
  ICEBERG_TYPE: REWRITE,
  INCOMPATIBLE_TYPE: REWRITE,
  INCOMPLETE_FILE: CLOSED,
  NESTED_FOLDER: 'move the files of the folder below into the partition folder itself',
  NOT_PARQUET: 'move the file out of the folder',
  PARTITION_ELSEWHERE: 'drop the partition in the catalog, or add its root to formerLocations',
  PARTITION_REFUSED:
    "look at the partition's name, and at the log of the catalog's server; goldsync sync with the partition named asks again, and says why",
  PARTITION_TOO_LONG: 'have the writer use a shorter folder name',
  PATTERN_FOLDER: 'have the writer name the folder without *, ?, [, { and \\',
  SCHEMA_HELD: 'let the table grow (evolution: additive), or add the column yourself',
  TEMPORARY_FILE: CLOSED,
  TYPE_HELD: REWRITE,
}

/** @param table `database.table` */
export const remedyFor = (code: string | undefined, table: string): string =>
  REMEDIES[code ?? ''] ??
  (code === undefined
    ? `goldsync plan ${table} says why: a run of an older build has left it`
    : `see ${code} in docs/diagnostics.md; goldsync plan ${table} names what is wrong`)
