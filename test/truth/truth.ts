/**
 * `npm run truth FOLDER [PART_OF_A_NAME]`: the files of a folder (test/truth/files.py) are registered for nobody in particular, so
 * that none is held back, and each engine of the stack is asked for all their values, and for rows by one of the values. Beside
 * that stands what goldsync would have done for a lake that this engine reads. Prints the cells where a file is accepted and the
 * engine fails or differs, and those where something is refused or left out that the engine reads right. Exits with 1 where
 * there is one of the former.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pMap from 'p-map'
import { reviewPartitions } from '../../shared/decide/hold-back.ts'
import { isAccepted, readDataFile } from '../../shared/parquet/read.ts'
import type { Diagnostic } from '../../shared/schema/diagnostic.ts'
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

/** What goldsync does with the file where this reader is the only one. */
function verdictFor({ name, read }: Sample, reader: Reader) {
  if (!isAccepted(read)) return { columns: [], told: [read.diagnostic] }
  const { accepted, diagnostics } = reviewPartitions({
    columns: undefined,
    partitionKeys: [],
    observed: [
      {
        values: [],
        segments: [name],
        location: `/${name}`,
        time: 0,
        modified: 0,
        files: [read],
        unaccepted: [],
        success: true,
      },
    ],
    registered: new Set(),
    mode: 'additive',
    visibility: 'directory',
    table: name,
    readers: [reader],
  })
  return { columns: accepted[0]?.columns.map(column => column.name) ?? [], told: diagnostics }
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

const cells = { right: 0, wrong: 0, spared: 0 }
for (const server of ['metastore', 'metastore3'] as const) {
  const config = zoneConfig(zone, database, metastoreConfig(server))
  const tables = await runScanOf({ ...config, lakes: config.lakes.map(lake => ({ ...lake, readers: [] })) })
  const made = new Set(tables.filter(({ outcome }) => outcome === 'changed').map(({ topic }) => topic))
  for (const asked of ENGINES.filter(engine => engine.server === server))
    await pMap(
      registered.filter(({ name }) => made.has(name)),
      sample => compare(sample, asked),
      { concurrency: 2 },
    )
  await dropDatabases(stack[server], database)
}
await zone.remove()
await closeHive()
console.log(cells)
process.exit(cells.wrong > 0 ? 1 : 0)

async function compare(sample: Sample, asked: Asked): Promise<void> {
  const { judge, reader } = asked
  const file = sample.read as DataFile
  const table = `${database}.${sample.name}`
  const verdict = verdictFor(sample, reader)
  const readings = await judge.read(table, file.columns)
  for (const [at, column] of file.columns.entries()) {
    const reading = readings[at]
    const wanted = expectedValues(column.type, sample.values[column.name] ?? [])
    const got = reading && 'values' in reading ? reading.values : undefined
    const fault =
      got === undefined
        ? `fails: ${reading && 'error' in reading ? reading.error.slice(0, 160) : ''}`
        : (difference(wanted, got) ?? (await lost(table, column, wanted, asked)))
    tell(sample, asked, column.name, verdict, fault)
  }
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
      return value
    case 'decimal':
      return 'precision' in type ? `cast('${value}' as decimal(${type.precision},${type.scale}))` : undefined
    case 'string':
      return `'${value.replaceAll("'", "''")}'`
    case 'date':
      return `date '${value}'`
    case 'timestamp':
      return /\.\d{4,}$/.test(value) ? undefined : `timestamp '${value}'`
    case 'double':
      return /^-?[\d.]+$/.test(value) ? `cast(${value} as double)` : undefined
    default:
      return undefined
  }
}

function tell(
  { name }: Sample,
  { judge }: Asked,
  column: string,
  { columns, told }: { readonly columns: readonly string[]; readonly told: readonly Diagnostic[] },
  fault: string | undefined,
): void {
  const accepted = columns.includes(column)
  const codes = told
    .filter(found => found.column === undefined || found.column.toLowerCase().startsWith(column))
    .map(({ code }) => code)
  const expects = told.some(({ engines = [] }) => engines.some(({ effect }) => effect === 'truncates'))
  if (accepted === (fault === undefined) || (accepted && expects)) {
    cells.right += 1
    return
  }
  cells[accepted ? 'wrong' : 'spared'] += 1
  console.log(
    `${accepted ? '✗' : '–'} ${judge.engine} ${name}.${column}: ${accepted ? fault : 'right, but not taken'} [${[...new Set(codes)]}]`,
  )
}
