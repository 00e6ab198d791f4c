/** What the engines make of files that are packed in many ways: each column read, and found by one of its values. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pMap from 'p-map'
import type { Column } from '../../../shared/schema/table.ts'
import { parseType, type Type } from '../../../shared/schema/type.ts'
import { printEngineType } from '../../../shared/sql/engine-type.ts'
import {
  expectedValues,
  hiveJudge,
  type Judge,
  prestoJudge,
  trinoJudge,
} from '../../support/engine-values.ts'
import { hdfs } from '../../support/hdfs.ts'
import type { Value } from '../../support/kinds.ts'
import { dropDatabases } from '../../support/metastore.ts'
import { prestoRows } from '../../support/presto.ts'
import { hiveRows, trinoRows } from '../../support/sql.ts'
import { stack } from '../../support/stack.ts'
import { inWords } from '../evolution/ask.ts'
import type { Asked, Faults, Recorded } from './recorded.ts'

/** A column as make.py tells it. */
export interface PackedColumn {
  readonly name: string
  /** Hive's. */
  readonly type: string
  readonly values: readonly Value[]
}

export interface Asking {
  /** Nobody else's, in both metastores. */
  readonly database: string
  wanted(name: string): boolean
  onProgress?(text: string): void
}

/** Makes the files, and the tables over them. */
export async function askAll({ database, wanted, onProgress }: Asking): Promise<Recorded> {
  const local = await mkdtemp(join(tmpdir(), 'goldsync-packing-'))
  const root = `/golden/${database}`
  try {
    const made = await makePacked(local)
    const names = Object.keys(made).filter(wanted)
    for (const catalog of CATALOGS) await trinoRows(`create schema if not exists ${catalog}.${database}`)
    const answers = await pMap(
      names,
      async name => {
        await hdfs.put(`${root}/${name}/a.parquet`, await readFile(join(local, `${name}.parquet`)))
        const answer = await askOne(database, name, made[name] as readonly PackedColumn[], root)
        onProgress?.(`${name} ${JSON.stringify(answer)}`)
        return [name, answer] as const
      },
      { concurrency: 3 },
    )
    return Object.fromEntries(answers)
  } finally {
    await Promise.all([stack.metastore, stack.metastore3].map(server => dropDatabases(server, database)))
    await Promise.all([hdfs.rm(root), rm(local, { recursive: true, force: true })])
  }
}

const MAKE = fileURLToPath(new URL('make.py', import.meta.url))

/** @returns by name, its columns */
export async function makePacked(folder: string): Promise<Readonly<Record<string, readonly PackedColumn[]>>> {
  const { stdout } = await promisify(execFile)(stack.python, [MAKE, folder], { maxBuffer: 1e8 })
  return JSON.parse(stdout) as Record<string, PackedColumn[]>
}

const CATALOGS = [stack.trino.catalog, stack.trino.hive3Catalog]

async function askOne(
  database: string,
  name: string,
  columns: readonly PackedColumn[],
  root: string,
): Promise<Recorded[string]> {
  const table = `${database}.${name}`
  const typed = columns.map(({ name, type }) => `${name} ${trinoText(parseType(type))}`).join(', ')
  for (const catalog of CATALOGS)
    await trinoRows(
      `create table ${catalog}.${table} (${typed}) with (format = 'PARQUET', external_location = '${hdfs.location(`${root}/${name}`)}')`,
    )
  const faults = Object.entries(ENGINES).map(
    async ([asked, engine]) => [asked, await faultsOf(engine, table, columns)] as const,
  )
  return Object.fromEntries(await Promise.all(faults)) as Recorded[string]
}

export interface Asks {
  readonly judge: Judge
  rows(sql: string): Promise<(string | null)[][]>
  literal(type: Type, value: string): string
  /** Whether many conditions are one statement; in Hive that would be a job. */
  readonly together: boolean
}

export const ENGINES: Readonly<Record<Asked, Asks>> = {
  hive4: { judge: hiveJudge, rows: hiveRows, literal: hiveLiteral, together: false },
  trino: { judge: trinoJudge(stack.trino.catalog), rows: trinoRows, literal: trinoLiteral, together: true },
  presto: {
    judge: prestoJudge,
    rows: sql => prestoRows(sql, 'hive.parquet_use_column_names=true'),
    literal: trinoLiteral,
    together: true,
  },
}

export async function faultsOf(
  engine: Asks,
  table: string,
  packed: readonly PackedColumn[],
): Promise<Faults> {
  const columns = packed.map(({ name, type }): Column => ({ name, type: parseType(type) }))
  const readings = await engine.judge.read(table, columns)
  const [ids] = readings
  const order = ids && 'values' in ids ? [...ids.values.keys()].sort(byNumber(ids.values)) : []
  const faults: Record<string, string> = {}
  const readable: Wanted[] = []
  for (const [at, { name, values }] of packed.entries()) {
    const { type } = columns[at] as Column
    const reading = readings[at]
    const wanted = JSON.stringify(expectedValues(type, values))
    if (reading === undefined || 'error' in reading) faults[name] = inWords(reading?.error)
    else if (JSON.stringify(order.map(row => reading.values[row])) !== wanted)
      faults[name] = reading.values.length === 0 ? 'no rows' : 'other values'
    else if (!isNested(type) && values[PROBE] !== null) readable.push({ name, type, values })
  }
  return readable.length === 0 ? faults : { ...faults, ...(await unfound(engine, table, readable)) }
}

const byNumber = (values: readonly Value[]) => (a: number, b: number) => Number(values[a]) - Number(values[b])

const isNested = ({ kind }: Type): boolean => kind === 'array' || kind === 'struct' || kind === 'map'

/** Rows are found by a value of each column, by equality and by IN: what reads right may not be found. */
async function unfound(engine: Asks, table: string, columns: readonly Wanted[]): Promise<Faults> {
  const all = columns.flatMap(column =>
    conditionsOn(engine, column).map(condition => ({ column, condition })),
  )
  try {
    const found = await countsOf(
      engine,
      table,
      all.map(({ condition }) => condition),
    )
    return Object.fromEntries(
      all.flatMap(({ column: { name, values } }, at) => {
        const expected = values.filter(other => other === values[PROBE]).length
        return found[at] === expected ? [] : [[name, `a condition finds ${found[at]} rows of ${expected}`]]
      }),
    )
  } catch (error) {
    const [only, ...more] = columns
    if (only && more.length === 0) return { [only.name]: `condition: ${inWords(error)}` }
    const alone = await pMap(columns, column => unfound(engine, table, [column]), { concurrency: 1 })
    return Object.assign({}, ...alone) as Faults
  }
}

/** A row that has a value in each column. */
const PROBE = 7

interface Wanted {
  readonly name: string
  readonly type: Type
  readonly values: readonly Value[]
}

function conditionsOn({ literal }: Asks, { name, type, values }: Wanted): string[] {
  const value = literal(type, String(values[PROBE]))
  return [`${name} = ${value}`, `${name} in (${value}, ${value})`]
}

/** How many rows meet each of the conditions. */
async function countsOf(
  { rows, together }: Asks,
  table: string,
  conditions: readonly string[],
): Promise<number[]> {
  const select = (condition: string, at: number) => `select ${at} as c, id from ${table} where ${condition}`
  const found = together
    ? await rows(conditions.map(select).join(' union all '))
    : (await pMap(conditions, (condition, at) => rows(select(condition, at)), { concurrency: 1 })).flat()
  return conditions.map((_, at) => found.filter(([c]) => Number(c) === at).length)
}

const trinoText = (type: Type): string => printEngineType(type, 'trino')

function trinoLiteral(type: Type, value: string): string {
  switch (type.kind) {
    case 'string':
      return `'${value}'`
    case 'binary':
      return `X'${value}'`
    case 'boolean':
      return value
    case 'timestamp':
      return `timestamp '${value}'`
    default:
      return `cast('${value}' as ${trinoText(type)})`
  }
}

export function hiveLiteral(type: Type, value: string): string {
  switch (type.kind) {
    case 'binary':
      return `unhex('${value}')`
    case 'string':
      return `'${value}'`
    case 'decimal':
      return `cast('${value}' as decimal(${type.precision},${type.scale}))`
    case 'boolean':
      return value
    default:
      return `cast('${value}' as ${type.kind})`
  }
}
