/** Tables whose files belong to a table format, told by what its writers leave in the catalog. */
import type { TableFormat } from '../layout/files.ts'
import type { Table } from '../schema/table.ts'
import { SPARK_PROVIDER } from './spark.ts'

/** The format that owns the table's files, or undefined for plain files. */
export function tableFormatIn({ parameters, format }: Table): TableFormat | undefined {
  const texts = [parameters[SPARK_PROVIDER], parameters.table_type].map(text => text?.toLowerCase())
  return FORMATS.find(({ name, classes }) => texts.includes(name) || classes.test(format))?.name
}

/** `classes`: of input formats. Iceberg's writers set table_type (BaseMetastoreTableOperations); Hudi registers its own input format. */
const FORMATS: readonly { readonly name: TableFormat; readonly classes: RegExp }[] = [
  { name: 'delta', classes: /^io\.delta\./ },
  { name: 'iceberg', classes: /^org\.apache\.iceberg\./ },
  { name: 'hudi', classes: /^(org\.apache\.hudi|com\.uber\.hoodie)\./ },
]
