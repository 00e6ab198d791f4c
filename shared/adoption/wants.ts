/** What a table wants of its files, or of who reads them, that files of a lake cannot give. */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { ReaderKind } from '../schema/reader.ts'
import { type Column, type Table, tableId } from '../schema/table.ts'
import { printType } from '../schema/type.ts'

/** What is said of a table, but for its name and place. */
export type Finding = Pick<Diagnostic, 'code' | 'severity' | 'message' | 'fix'>

/** The reason to leave a table alone, if there is one. @param readers who reads it */
export function asOthersWant(table: Table, readers: readonly ReaderKind[]): Finding | undefined {
  const { buckets, skewed, byPosition } = table.traits ?? {}
  if (buckets !== undefined) return bucketed(table, buckets, readers)
  if (skewed) return inSkewFolders(table)
  const positional = readers.find(kind => kind === 'hive' || kind === 'athena')
  if (byPosition && positional) return readByPosition(table, NAMES[positional])
  if (table.parameters['projection.enabled']?.toLowerCase() === 'true' && readers.includes('athena'))
    return projected(table)
  const column = [...table.columns, ...table.partitionKeys].find(isUnknown)
  return column && unknownType(table, column)
}

const NAMES = { hive: 'Hive', athena: 'Athena' } as const

const isUnknown = ({ type }: Column): boolean => type.kind === 'opaque' && type.unknown === true

/** What those who read the table make of files that are in no bucket. Seen of Trino 476 and Presto 0.287. */
const UNBUCKETED: readonly (readonly [ReaderKind, string])[] = [
  ['trino', 'Trino fails on the table then'],
  ['presto', 'Presto fails on the table then, or leaves out rows'],
]

function unbucketed(readers: readonly ReaderKind[]): string {
  const told = UNBUCKETED.filter(([kind]) => readers.includes(kind)).map(([, does]) => does)
  return told.length > 0 ? told.join('; ') : 'samples and joins by bucket go by what is not so then'
}

const bucketed = (table: Table, buckets: number, readers: readonly ReaderKind[]): Finding => ({
  code: 'TABLE_BUCKETED',
  severity: 'error',
  message: `the table has ${buckets} ${buckets === 1 ? 'bucket' : 'buckets'} in each partition, which files of the lake are not sorted into: ${unbucketed(readers)}`,
  fix: `make the table anew without CLUSTERED BY (an external table keeps its files), or give the topic another one than ${tableId(table.name)} with tables.rename`,
})

const inSkewFolders = (table: Table): Finding => ({
  code: 'TABLE_BUCKETED',
  severity: 'error',
  message:
    'the table has a folder of its own for each skewed value (STORED AS DIRECTORIES), which files of the lake are not sorted into',
  fix: `in Hive: ALTER TABLE ${tableId(table.name)} NOT SKEWED; or give the topic another table with tables.rename`,
})

const readByPosition = (table: Table, engine: string): Finding => ({
  code: 'TABLE_BY_POSITION',
  severity: 'error',
  message: `parquet.column.index.access is true for the table: ${engine} takes columns by their position in the file, not by name, and returns values of other columns`,
  fix: `set it to false, where it is set: ALTER TABLE ${tableId(table.name)} SET TBLPROPERTIES (or SERDEPROPERTIES) ('parquet.column.index.access'='false')`,
})

const projected = (table: Table): Finding => ({
  code: 'TABLE_PROJECTED',
  severity: 'error',
  message:
    'projection.enabled is true for the table: Athena computes its partitions from the projection properties, and ignores those that are registered',
  fix: `exclude the topic with tables.exclude, or, for registered partitions, ALTER TABLE ${tableId(table.name)} SET TBLPROPERTIES ('projection.enabled'='false')`,
})

const unknownType = (table: Table, { name, type }: Column): Finding => ({
  code: 'TYPE_UNKNOWN',
  severity: 'error',
  message: `the catalog has column ${name} as "${printType(type)}", as no engine would write it: some read it, others cannot open the table or show NULL; goldsync neither compares nor changes it`,
  fix: `give the column a type in the form that Hive prints (bigint, decimal(10,2), struct<a:int,b:string>; lower case, no blanks): ALTER TABLE ${tableId(table.name)} CHANGE COLUMN ${name} ${name} …`,
})
