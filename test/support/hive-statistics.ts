/** Column statistics as the metastores keep them: the rows of PART_COL_STATS in their database. */
import pg from 'pg'
import type { TableName } from '../../shared/schema/table.ts'
import { stack } from './stack.ts'

/** The columns that have some, by name. @param partition its name: `key=a` */
export async function columnsWithStatistics(
  server: 'metastore' | 'metastore3',
  { database, name }: TableName,
  partition: string,
): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: stack.postgres[server] })
  await client.connect()
  try {
    const { rows } = await client.query<{ readonly COLUMN_NAME: string }>(
      `select s.* from "PART_COL_STATS" s join "PARTITIONS" p on p."PART_ID" = s."PART_ID" join "TBLS" t on t."TBL_ID" = p."TBL_ID"
        join "DBS" d on d."DB_ID" = t."DB_ID" where d."NAME" = $1 and t."TBL_NAME" = $2 and p."PART_NAME" = $3`,
      [database, name, partition],
    )
    return rows.map(row => row.COLUMN_NAME).sort()
  } finally {
    await client.end()
  }
}
