/** A column's values as DuckDB returns them, from a view or a Parquet file, in the form of test/fixtures/types. */
import type { Type } from '../../shared/schema/type.ts'
import { duckdb } from './duckdb.ts'
import { type Judge, readColumns, scalarText } from './engine-values.ts'
import type { Value } from './kinds.ts'

type Rows = (sql: string) => Promise<Record<string, unknown>[]>

/** @param ask a catalog of DuckDB's */
export const duckdbJudge = (ask: Rows): Judge => ({
  engine: 'duckdb',
  read: readColumns(async (table, columns) => {
    const rows = await select(
      table,
      columns.map(({ name }) => name),
      ask,
    )
    return columns.map(({ type }, at) => rows.map(row => typed(type, row[at])))
  }),
})

/** What DuckDB itself finds in a Parquet file, whatever the table's types. @throws where it fails */
export async function duckdbColumn(path: string, name: string): Promise<readonly unknown[]> {
  return (await select(fileOf(path), [name])).map(([value]) => value)
}

/** As a table that `duckdb` can be asked for. */
export const fileOf = (path: string): string =>
  `read_parquet('${path.replaceAll("'", "''")}', hive_partitioning = false)`

export async function select(
  table: string,
  names: readonly string[],
  ask: Rows = duckdb,
): Promise<unknown[][]> {
  const columns = names.map((name, at) => `"${name.replaceAll('"', '""')}" as c${at}`)
  const rows = await ask(`select ${columns.join(', ')} from ${table}`)
  return rows.map(row => names.map((_, at) => row[`c${at}`]))
}

function typed(type: Type, value: unknown): Value {
  if (value === null || value === undefined) return null
  switch (type.kind) {
    case 'array':
      return Array.isArray(value) ? value.map(item => typed(type.element, item)) : odd(value)
    case 'map':
      return (value as readonly { key: unknown; value: unknown }[]).map(entry => [
        typed(type.key, entry.key),
        typed(type.value, entry.value),
      ])
    case 'struct':
      return Object.fromEntries(
        type.fields.map(({ name, type }) => [name, typed(type, (value as Record<string, unknown>)[name])]),
      )
    case 'binary':
      return typeof value === 'string' ? hexOf(value) : odd(value)
    default:
      return typeof value === 'object' ? odd(value) : scalarText(type, String(value))
  }
}

/** What no table type is: an interval, a VARIANT. */
const odd = (value: unknown): Value => JSON.stringify(value)

/** `a\x00` */
const hexOf = (text: string): string =>
  Buffer.from(
    text.replace(/\\x([0-9A-F]{2})/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    ),
    'latin1',
  ).toString('hex')
