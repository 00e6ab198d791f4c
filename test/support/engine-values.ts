/** A column's values as an engine returns them, in the form of test/fixtures/types: scalars as text. */
import pMap from 'p-map'
import { hiveServer2Options } from '../../shared/catalogs/hiveserver2/options.ts'
import { hiveClient } from '../../shared/hiveserver2/client.ts'
import type { Engine } from '../../shared/schema/diagnostic.ts'
import type { Column } from '../../shared/schema/table.ts'
import type { Type } from '../../shared/schema/type.ts'
import type { Value } from './kinds.ts'
import { hiveConfig } from './sql.ts'
import { stack } from './stack.ts'
import { type StatementServer, statementRows } from './statements.ts'

export type Reading = { readonly values: readonly Value[] } | { readonly error: string }

export interface Judge {
  readonly engine: Engine
  /** The values of each of these columns, or how the engine fails on it. @param table `database.name` */
  read(table: string, columns: readonly Column[]): Promise<readonly Reading[]>
}

type Select = (table: string, columns: readonly Column[]) => Promise<readonly (readonly Value[])[]>

/** All columns in one query, and so in one order; where that fails, all that can be read alone. */
export const readColumns =
  (select: Select): Judge['read'] =>
  async (table, columns) => {
    try {
      return (await select(table, columns)).map(values => ({ values }))
    } catch {
      const alone = await pMap(columns, column => readColumn(select, table, column), { concurrency: 1 })
      const readable = columns.filter((_, at) => 'values' in (alone[at] as Reading))
      const together = readable.length > 0 ? await select(table, readable) : []
      return columns.map((column, at) => {
        const values = together[readable.indexOf(column)]
        return values === undefined ? (alone[at] as Reading) : { values }
      })
    }
  }

async function readColumn(select: Select, table: string, column: Column): Promise<Reading> {
  try {
    const [values = []] = await select(table, [column])
    return { values }
  } catch (error) {
    return { error: String(error).slice(0, 300) }
  }
}

const hive = hiveClient(hiveServer2Options.parse(hiveConfig))
export const closeHive = (): Promise<void> => hive.close()

/** @param execute a statement's rows by the names of their columns */
export const hiveJudgeBy = (execute: typeof hive.execute): Judge => ({
  engine: 'hive4',
  read: readColumns(async (table, columns) => {
    const select = columns.flatMap(({ name, type }, at) => hiveExpressions(`\`${name}\``, type, at))
    const rows = await execute(`select ${select.join(', ')} from ${table}`)
    return columns.map(({ type }, at) => rows.map(row => fromHive(type, row, at)))
  }),
})

export const hiveJudge: Judge = hiveJudgeBy(sql => hive.execute(sql))

/** Hive's JSON does not quote keys that are no strings, and the driver reads such a map as an empty one. */
const hasOddKeys = (type: Type): boolean => type.kind === 'map' && type.key.kind !== 'string'

function hiveExpressions(name: string, type: Type, at: number): string[] {
  if (hasOddKeys(type))
    return [`size(${name}) as c${at}`, `map_keys(${name}) as k${at}`, `map_values(${name}) as v${at}`]
  if (type.kind === 'binary') return [`hex(${name}) as c${at}`]
  const asText = ['bigint', 'date', 'timestamp', 'decimal', 'float', 'double'].includes(type.kind)
  return [`${asText ? `cast(${name} as string)` : name} as c${at}`]
}

function fromHive(type: Type, row: Readonly<Record<string, unknown>>, at: number): Value {
  const value = row[`c${at}`]
  if (type.kind !== 'map' || !hasOddKeys(type)) return fromText(type, value)
  // The size of NULL.
  if (Number(value) === -1) return null
  const keys = fromText({ kind: 'array', element: type.key }, row[`k${at}`]) as readonly Value[]
  const values = fromText({ kind: 'array', element: type.value }, row[`v${at}`]) as readonly Value[]
  return keys.map((key, at) => [key, values[at] ?? null])
}

/** A top-level value: of bytes, hexadecimal digits were asked for. */
const fromText = (type: Type, value: unknown): Value =>
  type.kind === 'binary' && typeof value === 'string' ? value.toLowerCase() : canonical(type, value)

/** Trino shows milliseconds unless told otherwise. */
export const trinoJudge = (catalog: string, url: string = stack.trino.url): Judge => ({
  engine: 'trino',
  read: reader({
    url,
    kind: 'Trino',
    catalog,
    session: `${catalog}.timestamp_precision=NANOSECONDS`,
  }),
})

export const prestoJudge: Judge = {
  engine: 'presto',
  read: reader({ ...stack.presto, kind: 'Presto', session: 'hive.parquet_use_column_names=true' }),
}

function reader(server: StatementServer): Judge['read'] {
  return readColumns(async (table, columns) => {
    const select = columns.map(({ name, type }) => sqlExpression(`"${name}"`, type))
    const rows = await statementRows(server, `select ${select.join(', ')} from ${table}`)
    return columns.map(({ type }, at) => rows.map(row => fromText(type, row[at])))
  })
}

const sqlExpression = (name: string, { kind }: Type): string => {
  if (kind === 'binary') return `to_hex(${name})`
  return kind === 'bigint' ? `cast(${name} as varchar)` : name
}

/** One value as a fixture has it. */
function canonical(type: Type, value: unknown): Value {
  if (value === null || value === undefined) return null
  const nested = type.kind === 'array' || type.kind === 'map' || type.kind === 'struct'
  // Hive and Presto have nested values as JSON text, Presto each level of them.
  if (nested && typeof value === 'string') return canonical(type, JSON.parse(value))
  switch (type.kind) {
    case 'array':
      return (value as readonly unknown[]).map(item => canonical(type.element, item))
    case 'map':
      return Object.entries(value as object).map(([key, item]) => [
        canonical(type.key, key),
        canonical(type.value, item),
      ])
    case 'struct':
      return Object.fromEntries(
        type.fields.map(({ name, type }, at) => [name, canonical(type, fieldOf(value, name, at))]),
      )
    default:
      return scalarText(type, String(value))
  }
}

/** Trino and Presto have rows as lists, Hive as objects. */
const fieldOf = (value: unknown, name: string, at: number): unknown =>
  Array.isArray(value) ? value[at] : (value as Readonly<Record<string, unknown>>)[name]

/** A scalar that an engine, or pyarrow, has as this text. */
export function scalarText(type: Type, text: string): string {
  switch (type.kind) {
    case 'float':
      return String(Math.fround(Number(text)))
    case 'double':
      return String(Number(text))
    case 'binary':
      return Buffer.from(text, 'base64').toString('hex')
    case 'timestamp':
      return text.replace('T', ' ').replace(/\.0*$|(\.\d*?)0+$/, '$1')
    case 'decimal':
      return text.includes('.') ? text.replace(/\.?0+$/, '') : text
    default:
      return text
  }
}

/** A fixture's values in the same form. */
export const expectedValues = (type: Type, values: readonly Value[]): readonly Value[] =>
  values.map(value => expected(type, value))

function expected(type: Type, value: Value): Value {
  if (value === null || type.kind === 'binary') return value
  if (type.kind === 'array') return (value as readonly Value[]).map(item => expected(type.element, item))
  if (type.kind === 'map')
    return (value as readonly (readonly [Value, Value])[]).map(([key, item]) => [
      expected(type.key, key),
      expected(type.value, item),
    ])
  if (type.kind !== 'struct') return scalarText(type, value as string)
  const fields = value as Readonly<Record<string, Value>>
  return Object.fromEntries(type.fields.map(({ name, type }) => [name, expected(type, fields[name] ?? null)]))
}
