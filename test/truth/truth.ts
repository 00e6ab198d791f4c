/**
 * `npm run truth FOLDER [PART_OF_A_NAME]`: the files of a folder (by test/truth/files.py, jvm.py) are registered for each engine of the stack,
 * which is then asked for all their values, and for rows by one of the values: `✗` where it fails or differs. Then they are
 * registered for nobody, so that none is held back: `–` where that engine reads a whole file, or a column, that was refused for
 * its sake. Exits with 1 where there is a `✗`.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pMap from 'p-map'
import { openCatalog } from '../../shared/catalogs/open.ts'
import { isAccepted, readDataFile } from '../../shared/parquet/read.ts'
import type { DataFile, UnacceptedFile } from '../../shared/schema/observed.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import type { Column } from '../../shared/schema/table.ts'
import type { Type } from '../../shared/schema/type.ts'
import { bytesStorage } from '../support/bytes-storage.ts'
import {
  closeHive,
  expectedValues,
  hiveJudge,
  type Judge,
  prestoJudge,
  type Reading,
  trinoJudge,
} from '../support/engine-values.ts'
import { hdfsZone, metastoreConfig, runScanOf, zoneConfig } from '../support/golden-zone.ts'
import { hdfs } from '../support/hdfs.ts'
import type { Value } from '../support/kinds.ts'
import { dropDatabases } from '../support/metastore.ts'
import { prestoRows } from '../support/presto.ts'
import { hiveRows, trinoRows } from '../support/sql.ts'
import { stack } from '../support/stack.ts'

interface Sample {
  readonly name: string
  readonly path: string
  readonly read: DataFile | UnacceptedFile
  readonly values: Readonly<Record<string, readonly Value[]>>
}

interface Asked {
  readonly judge: Judge
  readonly reader: Reader
  readonly server: 'metastore' | 'metastore3'
  /** How many rows a query finds, by engine. */
  rows(sql: string): Promise<number>
  readonly quote: (name: string) => string
}

const twice = (name: string) => `"${name.replaceAll('"', '""')}"`
const ENGINES: readonly Asked[] = [
  {
    judge: hiveJudge,
    reader: { kind: 'hive', version: '4.0.1' },
    server: 'metastore',
    rows: async sql => (await hiveRows(sql)).length,
    quote: name => `\`${name}\``,
  },
  {
    judge: trinoJudge(stack.trino.catalog),
    reader: { kind: 'trino', version: '476' },
    server: 'metastore',
    rows: async sql => (await trinoRows(sql)).length,
    quote: twice,
  },
  {
    judge: prestoJudge,
    reader: { kind: 'presto', version: '0.287' },
    server: 'metastore3',
    rows: async sql =>
      (await prestoRows(sql, `${stack.presto.catalog}.parquet_use_column_names=true`)).length,
    quote: twice,
  },
]

const [folder = '', part = ''] = process.argv.slice(2)
const samples = await pMap(
  readdirSync(folder).filter(file => file.endsWith('.parquet') && file.includes(part)),
  openSample,
  { concurrency: 1 },
)

async function openSample(file: string): Promise<Sample> {
  const path = join(folder, file)
  const name = file.replace(/\.parquet$/, '').toLowerCase()
  const bytes = readFileSync(path)
  const read = await readDataFile(
    bytesStorage({ [file]: bytes }),
    { path: file, size: bytes.length, modified: 0 },
    { facts: true },
  )
  const { values } = JSON.parse(readFileSync(path.replace(/parquet$/, 'json'), 'utf8')) as Sample
  return { name, path, read, values }
}

const database = `truth_${process.pid}`
const zone = await hdfsZone(`/golden/${database}`)
const registered = samples.filter(({ read }) => isAccepted(read))
for (const { name, read } of samples)
  if (!isAccepted(read)) console.log(`${name}: ${read.diagnostic.code} ${read.diagnostic.message}`)
await pMap(
  registered,
  ({ name, path }) => hdfs.put(`/golden/${database}/${name}/2026/11/21/12/a.parquet`, readFileSync(path)),
  { concurrency: 4 },
)

type Cells = ReadonlyMap<string, string | undefined>

function byFile(cells: Cells): ReadonlyMap<string, readonly (readonly [string, string | undefined])[]> {
  const files = new Map<string, [string, string | undefined][]>()
  for (const cell of cells) {
    const name = cell[0].slice(0, cell[0].indexOf('.'))
    files.set(name, [...(files.get(name) ?? []), cell])
  }
  return files
}

const cells = { right: 0, wrong: 0, spared: 0 }
for (const asked of ENGINES) {
  const taken = await columnsRead(asked, [`${asked.reader.kind} ${asked.reader.version}`])
  for (const [cell, fault] of taken) {
    cells[fault === undefined ? 'right' : 'wrong'] += 1
    if (fault !== undefined) console.log(`✗ ${asked.judge.engine} ${cell}: ${fault}`)
  }
  const whole = await columnsRead(asked, [])
  for (const [name, cellsOf] of byFile(whole)) {
    const refused = cellsOf.filter(([cell]) => !taken.has(cell))
    const file = refused.length === cellsOf.length
    const right = refused.filter(([, fault]) => fault === undefined)
    if (right.length === 0 || (file && right.length < cellsOf.length)) continue
    cells.spared += right.length
    console.log(`– ${asked.judge.engine} ${file ? name : right.map(([cell]) => cell).join(', ')}`)
  }
}
await zone.remove()
await closeHive()
console.log(cells)
process.exit(cells.wrong > 0 ? 1 : 0)

/** Of each column of the tables that are made for these readers, how the engine is wrong. */
async function columnsRead(asked: Asked, readers: readonly string[]): Promise<Cells> {
  const config = zoneConfig(zone, database, metastoreConfig(asked.server))
  const tables = await runScanOf({ ...config, lakes: config.lakes.map(lake => ({ ...lake, readers })) })
  const made = new Map(tables.map(({ topic, steps }) => [topic, steps]))
  const cells = new Map<string, string | undefined>()
  const catalog = await openCatalog('truth', metastoreConfig(asked.server))
  await pMap(
    registered.filter(({ name }) => (made.get(name)?.length ?? 0) > 0),
    async sample => {
      const table = await catalog.inspect({ database, name: sample.name })
      for (const [column, fault] of await compare(sample, table?.columns ?? [], asked))
        cells.set(`${sample.name}.${column}`, fault)
    },
    { concurrency: 2 },
  )
  await catalog.close()
  await dropDatabases(stack[asked.server], database)
  return cells
}

async function compare(
  { name, values }: Sample,
  columns: readonly Column[],
  asked: Asked,
): Promise<(readonly [string, string | undefined])[]> {
  const table = `${database}.${name}`
  const readings = await asked.judge.read(table, columns)
  return pMap(
    columns,
    async (column, at) => {
      const reading = readings[at] as Reading
      const told = expectedValues(column.type, values[column.name] ?? [])
      // Presto's timestamps have three digits, which a finding tells.
      if (asked.reader.kind === 'presto' && told.some(isFine)) return [column.name, undefined] as const
      if ('error' in reading) return [column.name, `fails: ${reading.error.slice(0, 200)}`] as const
      const asText = told.map(value => fromHex(column.type, value))
      const wanted = difference(asText, reading.values) === undefined ? asText : told
      const fault = difference(wanted, reading.values) ?? (await lost(table, column, wanted, asked))
      return [column.name, fault] as const
    },
    { concurrency: 1 },
  )
}

function isFine(value: Value): boolean {
  return typeof value === 'string' && /^\d{4}-.*\.\d{4,}$/.test(value)
}

/** pyarrow has text that is annotated as ENUM as bytes. */
function fromHex(type: Type, value: Value): Value {
  if (value === null) return null
  if (type.kind === 'string') return isHex(value) ? Buffer.from(value, 'hex').toString() : value
  if (type.kind === 'array') return (value as readonly Value[]).map(item => fromHex(type.element, item))
  if (type.kind === 'map')
    return (value as readonly (readonly [Value, Value])[]).map(([key, item]) => [
      fromHex(type.key, key),
      fromHex(type.value, item),
    ])
  if (type.kind !== 'struct') return value
  const fields = value as Readonly<Record<string, Value>>
  return Object.fromEntries(type.fields.map(({ name, type }) => [name, fromHex(type, fields[name] ?? null)]))
}

function isHex(value: Value): value is string {
  return typeof value === 'string' && /^([0-9a-f]{2})+$/.test(value)
}

/** As sets: SQL promises no order. */
function difference(wanted: readonly Value[], got: readonly Value[]): string | undefined {
  const [a, b] = [wanted, got].map(values => values.map(value => JSON.stringify(value)).sort()) as [
    string[],
    string[],
  ]
  const at = a.findIndex((value, at) => value !== b[at])
  if (a.length === b.length && at < 0) return undefined
  return `reads ${b.length} rows for ${a.length}, ${b[at]?.slice(0, 80)} for ${a[at]?.slice(0, 80)}`
}

/** Whether a row is not found by its value. */
async function lost(
  table: string,
  { name, type }: Column,
  values: readonly Value[],
  { rows, quote }: Asked,
): Promise<string | undefined> {
  const value = values.find(each => typeof each === 'string')
  const literal = typeof value === 'string' ? literalOf(type, value) : undefined
  if (literal === undefined) return undefined
  const wanted = values.filter(each => each === value).length
  const sql = `select 1 from ${table} where ${quote(name)} = ${literal}`
  try {
    const found = await rows(sql)
    return found === wanted ? undefined : `finds ${found} rows for ${wanted} by ${value}`
  } catch (error) {
    return `fails on = ${literal}: ${String(error).slice(0, 160)}`
  }
}

function literalOf({ kind, ...type }: Type, value: string): string | undefined {
  switch (kind) {
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
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
