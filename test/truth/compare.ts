/** Whether an engine reads the columns of a registered file as pyarrow does, and finds rows by their values. */
import pMap from 'p-map'
import type { Column } from '../../shared/schema/table.ts'
import type { Type } from '../../shared/schema/type.ts'
import { duckdbColumn, select } from '../support/duckdb-values.ts'
import { expectedValues, type Reading } from '../support/engine-values.ts'
import type { Value } from '../support/kinds.ts'
import type { Place } from './places.ts'
import type { Cell } from './recorded.ts'
import type { Sample } from './samples.ts'

/** By column. */
export async function readCells(
  place: Place,
  sample: Sample,
  columns: readonly Column[],
): Promise<ReadonlyMap<string, Cell>> {
  const readings = await place.judge.read(`${place.database}.${sample.name}`, columns)
  const cells = await pMap(
    columns,
    (column, at) => valuesCell(place, sample, column, readings[at] as Reading),
    { concurrency: 1 },
  )
  const right = columns.filter((_, at) => cells[at]?.is === 'right')
  const values = columns.map(({ name }, at): [string, readonly Value[]] => {
    const reading = readings[at] as Reading
    return [name, 'values' in reading ? reading.values : []]
  })
  const lost = await lostBy(place, sample, right, new Map(values))
  return new Map(columns.map(({ name }, at) => [name, lost.get(name) ?? (cells[at] as Cell)]))
}

/** Without addresses and the names of a run's own. */
const wrong = (why: string): Cell => ({
  is: 'wrong',
  why: why
    .replace(/truth_\d+\w*\./g, '')
    .replace(/hdfs:\S+/g, 'a file')
    .replace(/ 127\.0\.0\.1:\d+:/g, '')
    .slice(0, 200),
})

async function valuesCell(place: Place, sample: Sample, column: Column, reading: Reading): Promise<Cell> {
  if ('error' in reading) return wrong(`fails: ${reading.error}`)
  const [wanted, ...others] = wantedOf(sample, column) as [readonly Value[], ...(readonly Value[])[]]
  const got = reading.values.map(value => ordered(column.type, value))
  const differs = difference(wanted, got)
  if (differs === undefined || others.some(other => difference(other, got) === undefined))
    return { is: 'right' }
  const unit = CUTS[place.engine]
  if (unit && isCut(wanted, reading.values, unit)) return { is: 'cut' }
  return (await isDuckdbsOwn(place, sample, column)) ? { is: 'right' } : wrong(differs)
}

/** The ways in which the values may be meant: pyarrow has text that is annotated as ENUM as bytes. */
function wantedOf({ values }: Sample, { name, type }: Column): (readonly Value[])[] {
  const told = expectedValues(type, values[name] ?? [])
  return [told, told.map(value => decoded(type, value))].map(values =>
    values.map(value => ordered(type, value)),
  )
}

/** Maps have no order of their own: only those at the top are brought into one. */
const ordered = ({ kind }: Type, value: Value): Value =>
  kind === 'map' && Array.isArray(value)
    ? value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    : value

/** With text for what are hexadecimal digits. */
function decoded(type: Type, value: Value): Value {
  if (value === null) return null
  switch (type.kind) {
    case 'string':
      return typeof value === 'string' && /^([0-9a-f]{2})+$/.test(value)
        ? Buffer.from(value, 'hex').toString()
        : value
    case 'array':
      return (value as readonly Value[]).map(item => decoded(type.element, item))
    case 'map':
      return (value as readonly (readonly [Value, Value])[]).map(([key, item]) => [
        decoded(type.key, key),
        decoded(type.value, item),
      ])
    case 'struct': {
      const fields = value as Readonly<Record<string, Value>>
      return Object.fromEntries(
        type.fields.map(({ name, type }) => [name, decoded(type, fields[name] ?? null)]),
      )
    }
    default:
      return value
  }
}

/** Of an interval, a VARIANT and other types that no table has DuckDB shows its own values. */
async function isDuckdbsOwn({ duckdb, database }: Place, { name, path }: Sample, column: Column) {
  if (duckdb === undefined) return false
  const shown = await select(`${database}.${name}`, [column.name], duckdb)
  const own = await duckdbColumn(path, column.name)
  return (
    difference(
      shown.map(([value]) => value),
      own,
    ) === undefined
  )
}

/** As sets: SQL promises no order. */
function difference(wanted: readonly unknown[], got: readonly unknown[]): string | undefined {
  const [a, b] = [sorted(wanted), sorted(got)]
  const at = a.findIndex((value, at) => value !== b[at])
  if (a.length === b.length && at < 0) return undefined
  return `reads ${b.length} rows for ${a.length}, ${b[at]?.slice(0, 80)} for ${a[at]?.slice(0, 80)}`
}

const sorted = (values: readonly unknown[]): string[] => values.map(value => JSON.stringify(value)).sort()

const isAlike = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((value, at) => value === b[at])

/** How many nanoseconds an engine's least time has: less is cut, which a finding tells. */
const CUTS: Readonly<Partial<Record<Place['engine'], bigint>>> = { presto: 1_000_000n, duckdb: 1000n }

const isCut = (wanted: readonly Value[], got: readonly Value[], unit: bigint): boolean =>
  [true, false].some(downwards => isAlike(cutAll(wanted, unit, downwards), cutAll(got, unit, downwards)))

const cutAll = (values: readonly Value[], unit: bigint, downwards: boolean): string[] =>
  values.map(value => cut(JSON.stringify(value), unit, downwards)).sort()

/** Presto cuts what is stored as INT96 downwards, and else towards 1970. */
const cut = (text: string, unit: bigint, downwards: boolean): string =>
  text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?/g, time => {
    const [second = '', digits = ''] = time.split('.')
    const whole = BigInt(Date.parse(`${second.replace(' ', 'T')}Z`)) * 1_000_000n
    const nanos = whole + BigInt(digits.padEnd(9, '0').slice(0, 9))
    const least = downwards && nanos < 0n ? unit - 1n : 0n
    return String((nanos - least) / unit)
  })

interface Condition {
  readonly name: string
  readonly sql: string
  /** The rows of the file for which it is true. */
  readonly rows: ReadonlySet<number>
}

/** Columns by whose values rows are not found, or are found that do not have them. */
async function lostBy(
  place: Place,
  sample: Sample,
  columns: readonly Column[],
  readings: ReadonlyMap<string, readonly Value[]>,
): Promise<ReadonlyMap<string, Cell>> {
  const conditions = columns.flatMap(column => conditionOn(place, column, readings.get(column.name) ?? []))
  if (place.slow && (await findsAll(place, sample, conditions))) return new Map()
  const lost = await pMap(conditions, condition => lostCell(place, sample, condition), { concurrency: 1 })
  return new Map(lost.flat())
}

function conditionOn({ quote }: Place, column: Column, values: readonly Value[]): Condition[] {
  const value = values.find(each => typeof each === 'string')
  const literal = typeof value === 'string' ? literalOf(column.type, value) : undefined
  if (literal === undefined) return []
  const rows = values.flatMap((each, row) => (each === value ? [row] : []))
  return [{ name: column.name, sql: `${quote(column.name)} = ${literal}`, rows: new Set(rows) }]
}

/** One query for all of them: the first value of each column is in one of the first rows, mostly. */
async function findsAll(place: Place, sample: Sample, conditions: readonly Condition[]): Promise<boolean> {
  const [first, ...more] = conditions
  const rows = [...(first?.rows ?? [])].filter(row => more.every(other => other.rows.has(row)))
  if (rows.length === 0) return conditions.length === 0
  const sql = conditions.map(condition => condition.sql).join(' and ')
  return (await found(place, sample, sql)) === rows.length
}

async function lostCell(
  place: Place,
  sample: Sample,
  { name, sql, rows }: Condition,
): Promise<(readonly [string, Cell])[]> {
  const got = await found(place, sample, sql)
  if (got === rows.size) return []
  const why = typeof got === 'number' ? `finds ${got} rows for ${rows.size}` : `fails, ${got},`
  return [[name, wrong(`${why} by ${sql}`)]]
}

/** How many rows, or how it fails. */
const found = ({ database, count }: Place, { name }: Sample, condition: string): Promise<number | string> =>
  count(`select 1 from ${database}.${name} where ${condition}`).catch(String)

function literalOf({ kind, ...type }: Type, value: string): string | undefined {
  switch (kind) {
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      // No engine has its number without the sign.
      return value === '-9223372036854775808' ? undefined : value
    case 'decimal':
      return 'precision' in type ? `cast('${value}' as decimal(${type.precision},${type.scale}))` : undefined
    case 'string':
      return `'${value.replaceAll("'", "''")}'`
    case 'date':
      return `date '${value}'`
    case 'timestamp':
      return /\.\d{4,}$/.test(value) ? undefined : `timestamp '${value}'`
    case 'double':
      return /^-?[\d.]{1,15}$/.test(value) ? `cast(${value} as double)` : undefined
    default:
      return undefined
  }
}
