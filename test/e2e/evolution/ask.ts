/** What the engines answer of one table, in a few words. Rows are fetched: an aggregate would be a job in Hive. */
import type { Column } from '../../../shared/schema/table.ts'
import { prestoRows } from '../../support/presto.ts'
import { hiveRows, trinoRows } from '../../support/sql.ts'
import { stack } from '../../support/stack.ts'
import type { Version } from './cells.ts'
import type { Answer, Judge, Part } from './recordings.ts'
import { fault, idsWhere, type Row, rowsOf, seen } from './values.ts'

/** What a table is asked for. */
export interface Question {
  /** `database.table`, the same in both metastores. */
  readonly table: string
  readonly columns: readonly Column[]
  /** The versions of the files in each partition, which is an hour: `{ '01': [old] }`. */
  readonly partitions: Readonly<Record<string, readonly Version[]>>
  readonly filter: string | undefined
}

const PARTS: Readonly<Record<string, Part>> = { '01': 'old', '02': 'new', '03': 'mixed' }

interface Engine {
  rows(sql: string): Promise<(string | null)[][]>
  /** A column as text; nested ones as JSON. */
  text(column: Column): string
  readonly prefix: string
  readonly first: string
}

const isNested = ({ type: { kind } }: Column): boolean =>
  kind === 'array' || kind === 'map' || kind === 'struct'

const inTrino = (column: Column): string => {
  if (column.type.kind === 'binary') return `to_hex(${column.name})`
  return isNested(column) ? `json_format(cast(${column.name} as json))` : `cast(${column.name} as varchar)`
}

const inHive = ({ name, type }: Column): string => {
  if (type.kind === 'binary') return `hex(${name})`
  // hive-driver makes them numbers of JavaScript.
  if (type.kind === 'bigint' || type.kind === 'decimal') return `cast(${name} as string)`
  // Hive's JSON of a map whose keys are no strings is none.
  return type.kind === 'map' && type.key.kind !== 'string'
    ? `if(${name} is null, null, named_struct('keys', map_keys(${name}), 'values', map_values(${name})))`
    : name
}

const trino = { text: inTrino, first: '[1]' }
const namesInJson = 'field_names_in_json_cast_enabled=true'

const ENGINES: Readonly<Record<Judge, Engine>> = {
  hive: { rows: hiveRows, text: inHive, prefix: '', first: '[0]' },
  trino: { ...trino, rows: trinoRows, prefix: '' },
  trino3: { ...trino, rows: trinoRows, prefix: `${stack.trino.hive3Catalog}.` },
  presto: { ...trino, rows: sql => prestoRows(sql, namesInJson), prefix: '' },
  prestoByName: {
    ...trino,
    rows: sql => prestoRows(sql, `${namesInJson},${stack.presto.catalog}.parquet_use_column_names=true`),
    prefix: '',
  },
}

/** A column as an engine gives it as text; nested ones as JSON. */
export const textIn = (judge: Judge, column: Column): string => ENGINES[judge].text(column)

/** One engine's answer, of each partition and of the condition. */
export async function ask(judge: Judge, question: Question): Promise<Answer> {
  const engine = ENGINES[judge]
  const parts = { ...(await partitions(engine, question)), ...(await filtered(engine, question)) }
  return Object.keys(parts).length === 0 ? 'right' : parts
}

type Faults = Partial<Record<Part, string>>

/** All partitions by one query; one by one where that fails. */
async function partitions(engine: Engine, question: Question): Promise<Faults> {
  const hours = Object.keys(question.partitions)
  try {
    return faultsOf(hours, await select(engine, question, ''), question)
  } catch (error) {
    if (hours.length === 1) return { [PARTS[hours[0]!]!]: inWords(error) }
    const faults: Faults = {}
    for (const hour of hours) {
      const only = { ...question, partitions: { [hour]: question.partitions[hour]! } }
      const rows = select(engine, only, ` where hour = '${hour}'`)
      Object.assign(
        faults,
        await rows.then(
          found => faultsOf([hour], found, only),
          reason => ({ [PARTS[hour]!]: inWords(reason) }),
        ),
      )
    }
    return faults
  }
}

type Found = Readonly<Record<string, readonly Row[]>>

async function select(engine: Engine, { table, columns }: Question, where: string): Promise<Found> {
  const texts = columns.map(column => engine.text(column)).join(', ')
  const rows = await engine.rows(`select hour, ${texts} from ${engine.prefix}${table}${where}`)
  const found: Record<string, Row[]> = {}
  for (const [hour, ...values] of rows) {
    const row = columns.map((column, at) => [column.name, seen(values[at] ?? null, column.type)] as const)
    found[hour ?? ''] = [...(found[hour ?? ''] ?? []), Object.fromEntries(row)]
  }
  return found
}

function faultsOf(hours: readonly string[], found: Found, { columns, partitions }: Question): Faults {
  const faults = hours.map(hour => {
    const expected = (partitions[hour] ?? []).flatMap(version => rowsOf(version, columns))
    return [PARTS[hour]!, fault(expected, found[hour] ?? [])] as const
  })
  return Object.fromEntries(faults.filter(([, text]) => text !== undefined))
}

async function filtered(engine: Engine, { table, partitions, filter }: Question): Promise<Faults> {
  if (filter === undefined) return {}
  const expected = Object.values(partitions)
    .flat()
    .flatMap(version => idsWhere(filter, version))
  const condition = filter.replace('[first]', engine.first)
  try {
    const rows = await engine.rows(`select id from ${engine.prefix}${table} where ${condition}`)
    const found = rows.map(([id]) => id as string)
    return [...found].sort().join() === [...expected].sort().join()
      ? {}
      : { filter: `${found.length} rows for ${expected.length}` }
  } catch (error) {
    return { filter: inWords(error) }
  }
}

/** A server's error as the part of it that is the same in each run. */
export function inWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  if (/types incompatible with the existing columns/.test(text)) return 'the metastore refuses the type'
  const named = /\b[A-Z]+(?:_[A-Z]+)+\b/.exec(text)
  const cast = /class (\S+) cannot be cast to class (\S+)/.exec(text)
  if (cast && !named) return `ClassCastException ${simple(cast[1]!)} → ${simple(cast[2]!)}`
  const exceptions = [...text.matchAll(/\b(?:\w+\.)+(\w+(?:Exception|Error))\b/g)].map(match => match[1]!)
  return named?.[0] ?? exceptions.at(-1) ?? text.replace(/^\w+ \S+:\d+: /, '').slice(0, 80)
}

const simple = (name: string): string => name.replace(/^.*[.$]/, '')
