/** The parts of the AWS SDK that are used, for a dynamic import of this module: the bundler leaves out the other hundred commands. */
import {
  BatchCreatePartitionCommand,
  BatchDeletePartitionCommand,
  BatchGetPartitionCommand,
  BatchUpdatePartitionCommand,
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteColumnStatisticsForPartitionCommand,
  DeleteTableCommand,
  GetDatabaseCommand,
  GetPartitionsCommand,
  GetTableCommand,
  GetTablesCommand,
  GlueClient,
  type GlueClientConfig,
  UpdateTableCommand,
} from '@aws-sdk/client-glue'
import type { Operations } from './operations.ts'

export interface Sdk {
  readonly operations: Operations
  destroy(): void
}

/** @param CatalogId undefined for that of the credentials' account */
export function openSdk(config: GlueClientConfig, CatalogId: string | undefined): Sdk {
  const glue = new GlueClient(config)
  const operations: Operations = {
    CreateDatabase: (input, how) => glue.send(new CreateDatabaseCommand({ CatalogId, ...input }), how),
    CreateTable: (input, how) => glue.send(new CreateTableCommand({ CatalogId, ...input }), how),
    DeleteTable: (input, how) => glue.send(new DeleteTableCommand({ CatalogId, ...input }), how),
    GetDatabase: (input, how) => glue.send(new GetDatabaseCommand({ CatalogId, ...input }), how),
    GetTable: (input, how) => glue.send(new GetTableCommand({ CatalogId, ...input }), how),
    GetTables: (input, how) => glue.send(new GetTablesCommand({ CatalogId, ...input }), how),
    UpdateTable: (input, how) => glue.send(new UpdateTableCommand({ CatalogId, ...input }), how),
    GetPartitions: (input, how) => glue.send(new GetPartitionsCommand({ CatalogId, ...input }), how),
    BatchGetPartition: (input, how) => glue.send(new BatchGetPartitionCommand({ CatalogId, ...input }), how),
    BatchCreatePartition: (input, how) =>
      glue.send(new BatchCreatePartitionCommand({ CatalogId, ...input }), how),
    BatchUpdatePartition: (input, how) =>
      glue.send(new BatchUpdatePartitionCommand({ CatalogId, ...input }), how),
    BatchDeletePartition: (input, how) =>
      glue.send(new BatchDeletePartitionCommand({ CatalogId, ...input }), how),
    DeleteColumnStatisticsForPartition: (input, how) =>
      glue.send(new DeleteColumnStatisticsForPartitionCommand({ CatalogId, ...input }), how),
  }
  return { operations, destroy: () => glue.destroy() }
}
