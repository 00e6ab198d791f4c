/**
 * What Spark does not see. For a table made by Spark's own `USING parquet`, Spark takes the columns from the table's
 * properties, and the partitions from the catalog only if another property says so (HiveExternalCatalog.restoreDataSourceTable).
 * Hive, Trino and Presto know none of these properties. Goldsync never writes them.
 */
import type { Change } from '../schema/change.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { type Column, type Table, tableId } from '../schema/table.ts'
import { printType } from '../schema/type.ts'

/** Absent where Spark made a Hive table (`STORED AS PARQUET`): there it follows the catalog. */
export const SPARK_PROVIDER = 'spark.sql.sources.provider'
const PARTITION_PROVIDER = 'spark.sql.partitionProvider'

const ownColumns = (table: Table): boolean => table.parameters[SPARK_PROVIDER] !== undefined

/** For a table as it stands: whether Spark will see new partitions. */
export function sparkNotes(table: Table): readonly Diagnostic[] {
  const follows = table.parameters[PARTITION_PROVIDER] === 'catalog'
  if (!ownColumns(table) || follows || table.partitionKeys.length === 0) return []
  const unseen: Diagnostic = {
    code: 'SPARK_PARTITIONS',
    severity: 'warning',
    table: tableId(table.name),
    message: `Spark lists this table's folders itself and does not ask the catalog for partitions, since the property ${PARTITION_PROVIDER} is not catalog; folders that are not named key=value it does not find`,
    fix: `in Spark SQL: MSCK REPAIR TABLE ${tableId(table.name)}`,
  }
  return [unseen]
}

/** For changes of a table's columns: which of them Spark will not see. */
export function sparkFindings(table: Table, changes: readonly Change[]): readonly Diagnostic[] {
  if (!ownColumns(table)) return []
  return changes.flatMap(change => {
    if (change.kind === 'addColumns') return [added(table, change.columns)]
    if (change.kind === 'changeColumnTypes')
      return [
        retyped(
          table,
          change.columns.map(({ name, to }) => ({ name, type: to })),
        ),
      ]
    return []
  })
}

const about = (table: Table) =>
  ({ code: 'SPARK_SCHEMA', severity: 'warning', table: tableId(table.name) }) as const

const added = (table: Table, columns: readonly Column[]): Diagnostic => ({
  ...about(table),
  message: `Spark does not see the new columns (${printed(columns)}): it takes this table's columns from its spark.sql.sources.schema properties`,
  fix: `in Spark SQL: ALTER TABLE ${tableId(table.name)} ADD COLUMNS (${printed(columns)})`,
})

const retyped = (table: Table, columns: readonly Column[]): Diagnostic => ({
  ...about(table),
  message: `Spark does not see the new types (${printed(columns)}) and fails on files that need them: it takes this table's columns from its spark.sql.sources.schema properties`,
  fix: `remove the table's ${SPARK_PROVIDER} and spark.sql.sources.schema properties (in Hive: ALTER TABLE … UNSET TBLPROPERTIES), so that Spark takes the columns from the catalog`,
})

const printed = (columns: readonly Column[]): string =>
  columns.map(({ name, type }) => `${name} ${printType(type)}`).join(', ')
