/** Random tables whose rows DuckDB knows, and what Trino and Presto think of queries on them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dice as openRolls } from './dice.ts'
import { duckdb, writeParquet } from './duckdb.ts'
import { hdfs } from './hdfs.ts'
import { prestoRows } from './presto.ts'
import { trinoRows } from './sql.ts'

interface Dice {
  /** An integer, both ends included. */
  between(low: number, high: number): number
  pick<T>(of: readonly T[]): T
}

function openDice(seed: number): Dice {
  const roll = openRolls(seed * 7919 + 1)
  const between = (low: number, high: number) => low + Math.floor(roll() * (high - low + 1))
  return { between, pick: of => of[between(0, of.length - 1)] as (typeof of)[number] }
}

/** A column's values in one partition, as DuckDB's SQL over `range`. */
type Shape = (dice: Dice) => string

/** Most of the time values differ; what the first wave published is one value, none, or what DuckDB counted. */
const SHAPES: readonly Shape[] = [
  dice => `${dice.between(0, 900)} + range`,
  dice => `${dice.between(0, 900)} + range % ${dice.between(2, 50)}`,
  dice => `if(range % 3 = 0, null, range * ${dice.between(1, 9)})`,
  dice => `${dice.between(0, 5000)}`,
  () => 'null',
]

const COLUMNS = {
  a: (value: string) => `(${value})::bigint`,
  b: (value: string) => `(${value})::int`,
  c: (value: string) => `((${value}) / 4)::decimal(12,2)`,
  d: (value: string) => `date '2019-01-01' + (${value})::int`,
  e: (value: string) => `((${value}) * 0.5)::double`,
} as const
type Column = keyof typeof COLUMNS

export interface RandomZone {
  /** Topics, which are the tables' names. */
  readonly tables: readonly string[]
  /** The rows of a table: a source for DuckDB. */
  source(table: string): string
}

/** The id that is alone in the newest hour of each table. */
export const ALONE = 7

/** Writes tables below `path` on HDFS: a few hours each, of which the newest has one row. @param hours newest first, as folders */
export async function layTables(
  path: string,
  local: string,
  count: number,
  hours: readonly string[],
  seed: number,
): Promise<RandomZone> {
  const tables = Array.from({ length: count }, (_, at) => `t${at}`)
  for (const table of tables) {
    const dice = openDice(seed + Number(table.slice(1)))
    for (const [at, hour] of hours.slice(0, dice.between(2, hours.length)).entries()) {
      const rows = at === 0 ? 1 : dice.between(1, 5000)
      const id = at === 0 ? `${ALONE}` : `${dice.between(0, 10)} * 1000 + range`
      const values = Object.values(COLUMNS).map(typed => typed(dice.pick(SHAPES)(dice)))
      const named = Object.keys(COLUMNS).map((name, of) => `${values[of]} as ${name}`)
      const file = join(local, table, `${at}.parquet`)
      await writeParquet(file, `select (${id})::bigint as id, ${named.join(', ')} from range(${rows})`, [])
      await hdfs.put(`${path}/${table}/${hour}/a.parquet`, await readFile(file))
    }
  }
  return { tables, source: table => `read_parquet('${join(local, table)}/*.parquet')` }
}

/** A query with `$1` for a table; the truth is how many rows it has. */
export interface Asked {
  readonly table: string
  readonly sql: string
}

/** A join of the table with itself, or a predicate on a column at random; by the table's name. */
export async function questionOn({ source }: RandomZone, table: string): Promise<Asked> {
  const dice = openDice(Number(table.slice(1)) + 1)
  const column: Column | 'id' = dice.pick(['id', 'id', ...(Object.keys(COLUMNS) as Column[])])
  const [row] = await duckdb(
    `select ${column}::varchar as v from ${source(table)} where ${column} is not null order by hash(${column}, ${dice.between(0, 9)}) limit 1`,
  )
  const value = typeof row?.v === 'string' ? row.v : undefined
  const type = { id: 'bigint', a: 'bigint', b: 'int', c: 'decimal(12,2)', d: 'date', e: 'double' }[column]
  const literal = `cast('${value}' as ${type})`
  const predicate =
    value === undefined
      ? 'id is not null'
      : dice.pick([
          `${column} = ${literal}`,
          `${column} >= ${literal}`,
          `${column} < ${literal}`,
          `${column} is null`,
        ])
  const join = 'select l.id from $1 l join $1 r on l.id = r.id'
  return { table, sql: dice.pick([join, `select * from $1 where ${predicate}`]) }
}

/** How many rows the query has. */
export async function truthOf({ source }: RandomZone, { table, sql }: Asked): Promise<number> {
  const [row] = await duckdb(`select count(*) as n from (${sql.replaceAll('$1', source(table))})`)
  return Number(row?.n)
}

export interface Planner {
  readonly name: string
  /** How many rows the engine thinks the query has; undefined where it does not know. @param database where its table is */
  estimate(asked: Asked, database: string): Promise<number | undefined>
  /** `SHOW STATS`, by column; the table's row count under `rows`. */
  stats(table: string): Promise<Readonly<Record<string, Shown>>>
}

export interface Shown {
  readonly nulls: number | undefined
  readonly distinct: number | undefined
  readonly rows: number | undefined
  readonly min: string | undefined
  readonly max: string | undefined
}

/** @param catalog in Trino */
export const planners = (catalog: string): readonly Planner[] => [
  planner('Trino', catalog, sql => trinoRows(sql), 'EXPLAIN (TYPE LOGICAL, FORMAT JSON)'),
  planner('Presto', 'hive', sql => prestoRows(sql), 'EXPLAIN (TYPE LOGICAL, FORMAT JSON)'),
]

type Rows = (sql: string) => Promise<readonly (readonly (string | null)[])[]>

const planner = (name: string, catalog: string, rows: Rows, explain: string): Planner => ({
  name,
  async estimate({ table, sql }, database) {
    const [[plan] = []] = await rows(`${explain} ${sql.replaceAll('$1', `${catalog}.${database}.${table}`)}`)
    return outermost(JSON.parse(plan ?? '{}'))
  },
  async stats(table) {
    const told = await rows(`SHOW STATS FOR ${catalog}.${table}`)
    return Object.fromEntries(
      told.map(([column, , distinct, nulls, count, min, max]) => [
        column ?? 'rows',
        {
          distinct: numberOf(distinct),
          nulls: numberOf(nulls),
          rows: numberOf(count),
          min: min ?? undefined,
          max: max ?? undefined,
        },
      ]),
    )
  },
})

const numberOf = (text: string | null | undefined): number | undefined =>
  text === null || text === undefined ? undefined : Number(text)

interface Node {
  readonly estimates?: readonly { readonly outputRowCount?: number | 'NaN' }[]
  readonly children?: readonly Node[]
}

/** Of the first plan's first node that has an estimate. */
function outermost(plan: object): number | undefined {
  const nodes: Node[] = 'children' in plan ? [plan as Node] : (Object.values(plan) as Node[])
  for (let node = nodes.shift(); node; node = nodes.shift()) {
    const rows = node.estimates?.[0]?.outputRowCount
    if (rows !== undefined) return typeof rows === 'number' ? rows : undefined
    nodes.push(...(node.children ?? []))
  }
  return undefined
}

/** How far off: 1 is right, 2 twice or half; undefined for what is not known. */
export const errorOf = (estimate: number | undefined, truth: number): number | undefined => {
  if (estimate === undefined) return undefined
  const [a, b] = [Math.max(1, estimate), Math.max(1, truth)]
  return Math.max(a / b, b / a)
}
