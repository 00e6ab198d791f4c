/** Column statistics as the metastores keep them: the rows of PART_COL_STATS in their database. */
import pg from 'pg'
import type { TableName } from '../../shared/schema/table.ts'
import type { ToldStatistics } from '../conformance/catalog-support.ts'
import { stack } from './stack.ts'

interface Row {
  readonly COLUMN_NAME: string
  readonly NUM_NULLS: string
  readonly NUM_DISTINCTS: string | null
  readonly NUM_TRUES: string | null
  readonly NUM_FALSES: string | null
  readonly LONG_LOW_VALUE: string | null
  readonly LONG_HIGH_VALUE: string | null
  readonly DOUBLE_LOW_VALUE: number | null
  readonly DOUBLE_HIGH_VALUE: number | null
  readonly BIG_DECIMAL_LOW_VALUE: string | null
  readonly BIG_DECIMAL_HIGH_VALUE: string | null
}

/** By column. @param partition its name: `key=a` */
export async function hiveStatistics(
  server: 'metastore' | 'metastore3',
  { database, name }: TableName,
  partition: string,
): Promise<ReadonlyMap<string, ToldStatistics>> {
  const client = new pg.Client({ connectionString: stack.postgres[server] })
  await client.connect()
  try {
    const { rows } = await client.query<Row>(
      `select s.* from "PART_COL_STATS" s join "PARTITIONS" p on p."PART_ID" = s."PART_ID" join "TBLS" t on t."TBL_ID" = p."TBL_ID"
        join "DBS" d on d."DB_ID" = t."DB_ID" where d."NAME" = $1 and t."TBL_NAME" = $2 and p."PART_NAME" = $3`,
      [database, name, partition],
    )
    return new Map(rows.map(row => [row.COLUMN_NAME, toldBy(row)]))
  } finally {
    await client.end()
  }
}

function toldBy(row: Row): ToldStatistics {
  const { NUM_NULLS: nulls, NUM_TRUES: trues, NUM_FALSES: falses } = row
  if (trues !== null && falses !== null) return { nulls, trues, falses }
  const min = row.BIG_DECIMAL_LOW_VALUE ?? row.LONG_LOW_VALUE ?? row.DOUBLE_LOW_VALUE
  const max = row.BIG_DECIMAL_HIGH_VALUE ?? row.LONG_HIGH_VALUE ?? row.DOUBLE_HIGH_VALUE
  const bounds = min === null || max === null ? {} : { min: String(min), max: String(max) }
  return { nulls, distinct: row.NUM_DISTINCTS ?? '', ...bounds }
}
