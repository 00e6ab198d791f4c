/** Where Iceberg tables are kept: who knows which metadata file is the table now, and swaps it for another. */
import { GoldsyncError } from '../../base/errors.ts'
import type { Staged, TableMetadata } from '../../iceberg/metadata.ts'
import type { TableName } from '../../schema/table.ts'
import type { Call } from '../catalog.ts'

/** A table as it was read. */
export interface Loaded {
  readonly metadata: TableMetadata
  /** The metadata file's full location. */
  readonly metadataLocation: string
}

/** It is not known whether a commit was taken, or may still be: nothing that it names may be removed. */
export class OutcomeUnknown extends GoldsyncError {}

export interface TableStore {
  /**
   * The table, undefined where there is none, or `foreign` where the name belongs to something that is no Iceberg table.
   * @throws GoldsyncError as `Catalog.inspect`
   */
  load(table: TableName, call?: Call): Promise<Loaded | 'foreign' | undefined>
  /**
   * Takes the commit as a whole or not at all. @param base what it was made from; undefined: the table is made
   * @returns the table as it is then
   * @throws OutcomeUnknown where it is not known whether it was taken (load tells, by the run's id in the snapshot's summary)
   * @throws GoldsyncError where it was not taken: `CONFLICT` where a requirement is not met (somebody else has committed: load, stage,
   * commit again; not so where it is not retryable)
   */
  commit(table: TableName, base: Loaded | undefined, staged: Staged, call?: Call): Promise<Loaded>
  /** Names of a database's tables, Iceberg's or not; none where there is no such database. */
  tables(database: string, call?: Call): Promise<readonly string[]>
  hasDatabase(database: string, call?: Call): Promise<boolean>
  createDatabase(database: string, call?: Call): Promise<void>
  databases(call?: Call): Promise<readonly string[]>
  /** @throws GoldsyncError `CONFLICT` where the other name is taken, `UNSUPPORTED` where the server cannot */
  rename(table: TableName, to: TableName, call?: Call): Promise<void>
  close(): Promise<void>
}
