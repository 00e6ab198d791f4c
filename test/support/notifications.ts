/** What the metastore itself says was changed: the rows of its NOTIFICATION_LOG. */
import pg from 'pg'
import { stack } from './stack.ts'

/** Events of a database so far, oldest first: `ADD_PARTITION orders`. */
export async function metastoreEvents(database: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: stack.postgres.metastore })
  await client.connect()
  try {
    const { rows } = await client.query<{ event: string; table: string | null }>(
      'select "EVENT_TYPE" as event, "TBL_NAME" as table from "NOTIFICATION_LOG" where "DB_NAME" = $1 order by "NL_ID"',
      [database],
    )
    return rows.map(({ event, table }) => `${event} ${table ?? ''}`.trim())
  } finally {
    await client.end()
  }
}
