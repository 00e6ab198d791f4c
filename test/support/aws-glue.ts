/** The stack's Glue (moto) as the AWS SDK sees it: what is tested does not judge itself. */
import {
  DeleteDatabaseCommand,
  GetPartitionsCommand,
  GetTablesCommand,
  GlueClient,
} from '@aws-sdk/client-glue'
import { stack } from './stack.ts'

const access = { accessKeyId: 'test', secretAccessKey: 'test' }

/** Settings of the stack's Glue, as a config has them. */
export const glueConfig = { kind: 'glue', endpoint: stack.glue.endpoint, ...access } as const

const client = new GlueClient({ endpoint: stack.glue.endpoint, region: 'us-east-1', credentials: access })

export const awsGlue = {
  /** The locations of all partitions of all tables. */
  async locations(DatabaseName: string): Promise<readonly string[]> {
    const { TableList = [] } = await client.send(new GetTablesCommand({ DatabaseName }))
    const pages = await Promise.all(
      TableList.map(({ Name: TableName }) =>
        client.send(new GetPartitionsCommand({ DatabaseName, TableName })),
      ),
    )
    return pages.flatMap(({ Partitions = [] }) =>
      Partitions.map(({ StorageDescriptor }) => StorageDescriptor?.Location ?? ''),
    )
  },
  /** With all its tables; nothing happens where there is none. */
  async drop(...names: readonly string[]): Promise<void> {
    for (const Name of names) await client.send(new DeleteDatabaseCommand({ Name })).catch(() => undefined)
  },
} as const
