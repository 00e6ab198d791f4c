/** Each engine's answers on a pair: what it does not find, or finds and must not, and where. */
import type { Column } from '../../../../shared/schema/table.ts'
import { parseType } from '../../../../shared/schema/type.ts'
import { prestoRows } from '../../../support/presto.ts'
import { hiveRows, trinoRows } from '../../../support/sql.ts'
import { stack } from '../../../support/stack.ts'
import { inWords, textIn } from '../ask.ts'
import { fault, rowsOf as rowsShown, seen } from '../values.ts'
import { type Condition, conditionsOn } from './conditions.ts'
import { ansi, type Dialect, hive } from './dialect.ts'
import { folderOf, rowsOf } from './lay.ts'
import { byDuckdb, PACKINGS, type Packing } from './packings.ts'
import type { Pair } from './pairs.ts'
import type { Fault, UnderAnswer, UnderJudge } from './recordings.ts'
import type { Spark } from './spark.ts'

export interface Engine {
  readonly dialect: Dialect
  rows(sql: string): Promise<(string | null)[][]>
  /** A column as text; nested ones as JSON. */
  text(column: Column): string
  /** Conditions in one statement: more than one would be a job in Hive, more than a few lock up a metastore's connections. */
  readonly together: number
  readonly prefix: string
}

const presto = (sql: string) => prestoRows(sql, 'field_names_in_json_cast_enabled=true')

/** Trino over Hive 3.1.3, as Presto is. */
export const enginesOf = (database: string, spark?: Spark): Readonly<Record<UnderJudge, Engine>> => ({
  hive: {
    dialect: hive,
    rows: hiveRows,
    text: column => textIn('hive', column),
    together: 1,
    prefix: `${database}.`,
  },
  trino: {
    dialect: ansi,
    rows: trinoRows,
    text: column => textIn('trino', column),
    together: 4,
    prefix: `${stack.trino.hive3Catalog}.${database}.`,
  },
  presto: {
    dialect: ansi,
    rows: presto,
    text: column => textIn('presto', column),
    together: 4,
    prefix: `${database}.`,
  },
  spark: {
    dialect: hive,
    rows: sql => spark!.rows(sql),
    text: inSpark,
    together: 20,
    prefix: '',
  },
})

function inSpark({ name, type: { kind } }: Column): string {
  if (kind === 'binary') return `hex(${name})`
  return kind === 'array' || kind === 'map' || kind === 'struct'
    ? `to_json(${name})`
    : `cast(${name} as string)`
}

interface Place {
  readonly packing: Packing
  readonly condition: string
  readonly fault: string
}

export async function askUnder(engine: Engine, table: string, pair: Pair): Promise<UnderAnswer> {
  const from = `${engine.prefix}${table}`
  const packings = PACKINGS.filter(packing => packing !== 'DuckDB' || byDuckdb(pair))
  const conditions = conditionsOn(pair, engine.dialect)
  const places = [
    ...(await values(engine, from, pair, packings)),
    ...(await all(engine, from, conditions, packings)),
  ]
  return summary(places)
}

/** Blanks at the end of a char, and the sign of zero, are no other value. */
const plainer = (text: string | null): string | null => (text === '-0' ? '0' : (text?.trimEnd() ?? null))

const inList = (packings: readonly Packing[]): string =>
  packings.map(packing => `'${folderOf(packing)}'`).join(', ')

/** The column itself, without a condition on it. */
async function values(
  engine: Engine,
  table: string,
  pair: Pair,
  packings: readonly Packing[],
): Promise<Place[]> {
  const type = parseType(pair.table)
  const text = engine.text({ name: pair.name, type })
  const shown = rowsShown(
    {
      columns: [
        ['id', 'int32', []],
        [pair.name, pair.file, rowsOf(pair.shown ?? pair.values)],
      ].slice(1) as never,
    },
    [{ name: pair.name, type }],
  )
  const ask = async (some: readonly Packing[]): Promise<Place[]> => {
    const rows = await engine.rows(`select packing, ${text} from ${table} where packing in (${inList(some)})`)
    return some.flatMap(packing => {
      const got = rows.filter(([folder]) => folder === folderOf(packing))
      const wrong = fault(
        shown,
        got.map(([, value]) => ({ [pair.name]: plainer(seen(value ?? null, type)) })),
      )
      return wrong === undefined
        ? []
        : [{ packing, condition: 'values', fault: wrong.replace(pair.name, 'v') }]
    })
  }
  return inParts(packings, ask, (packing, reason) => [{ packing, condition: 'values', fault: reason }])
}

/** Some conditions at once, where an engine can; those of the packings that fail one by one. */
async function all(
  engine: Engine,
  table: string,
  conditions: readonly Condition[],
  packings: readonly Packing[],
): Promise<Place[]> {
  const places: Place[] = []
  for (let at = 0; at < conditions.length; at += engine.together)
    places.push(...(await united(engine, table, conditions.slice(at, at + engine.together), packings)))
  return places
}

const united = (
  engine: Engine,
  table: string,
  conditions: readonly Condition[],
  packings: readonly Packing[],
): Promise<Place[]> =>
  inParts(
    packings,
    some => asked(engine, table, conditions, some),
    async (packing, reason) => {
      if (conditions.length === 1) return [{ packing, condition: conditions[0]!.name, fault: reason }]
      const places: Place[] = []
      for (const one of conditions) places.push(...(await united(engine, table, [one], [packing])))
      return places
    },
  )

async function asked(
  engine: Engine,
  table: string,
  conditions: readonly Condition[],
  packings: readonly Packing[],
): Promise<Place[]> {
  const among = `packing in (${inList(packings)})`
  const sql = conditions.map(
    ({ sql }, at) => `select ${at} k, packing, id from ${table} where ${sql} and ${among}`,
  )
  const rows = await engine.rows(sql.join(' union all '))
  return conditions.flatMap(({ name, ids }, at) =>
    packings.flatMap(packing => {
      const found = rows
        .filter(([k, folder]) => k === String(at) && folder === folderOf(packing))
        .map(([, , id]) => id)
      const lost = ids.filter(id => !found.includes(id)).length
      const wrong = found.filter(id => !ids.includes(id!)).length
      if (lost + wrong === 0 && found.length === ids.length) return []
      return [
        {
          packing,
          condition: name,
          fault:
            lost > 0
              ? `${ids.length - lost} rows for ${ids.length}`
              : `${found.length} rows for ${ids.length}`,
        },
      ]
    }),
  )
}

/** All of them together; one by one where that fails. */
async function inParts(
  packings: readonly Packing[],
  ask: (packings: readonly Packing[]) => Promise<Place[]>,
  failed: (packing: Packing, reason: string) => Place[] | Promise<Place[]>,
): Promise<Place[]> {
  try {
    return await ask(packings)
  } catch (error) {
    if (packings.length === 1) return failed(packings[0]!, inWords(error))
  }
  const places: Place[] = []
  for (const packing of packings) places.push(...(await inParts([packing], ask, failed)))
  return places
}

/** Conditions with the same fault in the same packings together. */
function summary(places: readonly Place[]): UnderAnswer {
  if (places.length === 0) return 'right'
  const byCondition = grouped(places, ({ fault, condition }) => JSON.stringify([fault, condition]))
  const packed = byCondition.map(some => ({ ...some[0]!, packings: some.map(({ packing }) => packing) }))
  const faults = grouped(packed, ({ fault, packings }) => JSON.stringify([fault, packings]))
  return faults.map(
    (some): Fault => ({
      fault: some[0]!.fault,
      conditions: some.map(({ condition }) => condition),
      packings: some[0]!.packings,
    }),
  )
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return [...groups.values()]
}
