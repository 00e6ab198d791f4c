/** The operations of Glue that are used, and what they take and give. Types only: this loads nothing of the SDK. */
import type * as sdk from '@aws-sdk/client-glue'

interface Signatures {
  CreateDatabase: [sdk.CreateDatabaseCommandInput, sdk.CreateDatabaseCommandOutput]
  CreateTable: [sdk.CreateTableCommandInput, sdk.CreateTableCommandOutput]
  DeleteTable: [sdk.DeleteTableCommandInput, sdk.DeleteTableCommandOutput]
  GetDatabase: [sdk.GetDatabaseCommandInput, sdk.GetDatabaseCommandOutput]
  GetTable: [sdk.GetTableCommandInput, sdk.GetTableCommandOutput]
  GetTables: [sdk.GetTablesCommandInput, sdk.GetTablesCommandOutput]
  UpdateTable: [sdk.UpdateTableCommandInput, sdk.UpdateTableCommandOutput]
  GetPartitions: [sdk.GetPartitionsCommandInput, sdk.GetPartitionsCommandOutput]
  BatchGetPartition: [sdk.BatchGetPartitionCommandInput, sdk.BatchGetPartitionCommandOutput]
  BatchCreatePartition: [sdk.BatchCreatePartitionCommandInput, sdk.BatchCreatePartitionCommandOutput]
  BatchUpdatePartition: [sdk.BatchUpdatePartitionCommandInput, sdk.BatchUpdatePartitionCommandOutput]
  DeleteColumnStatisticsForPartition: [
    sdk.DeleteColumnStatisticsForPartitionCommandInput,
    sdk.DeleteColumnStatisticsForPartitionCommandOutput,
  ]
  BatchDeletePartition: [sdk.BatchDeletePartitionCommandInput, sdk.BatchDeletePartitionCommandOutput]
}

export type Operation = keyof Signatures
/** What an operation takes; the catalog's id is added to it. */
export type Input<O extends Operation> = Signatures[O][0]
export type Output<O extends Operation> = Signatures[O][1]

export type Operations = {
  readonly [O in Operation]: (
    input: Input<O>,
    options: { readonly abortSignal: AbortSignal },
  ) => Promise<Output<O>>
}
