/** Presto's answers: a judge of the end-to-end tests. */
import { stack } from './stack.ts'
import { statementRows } from './statements.ts'

/** Rows of a statement, values as text. @param session properties: `hive.parquet_use_column_names=true` */
export const prestoRows = async (sql: string, session = ''): Promise<(string | null)[][]> =>
  (await statementRows({ ...stack.presto, kind: 'Presto', session }, sql)).map(row =>
    row.map(value => (value === null ? null : String(value))),
  )
