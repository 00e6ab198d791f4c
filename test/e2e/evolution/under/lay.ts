/** Files of every pair in every packing, on HDFS, as tables of both metastores: a partition is a packing. */
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pMap from 'p-map'
import { openCatalog } from '../../../../shared/catalogs/open.ts'
import type { Change } from '../../../../shared/schema/change.ts'
import type { Table } from '../../../../shared/schema/table.ts'
import { parseType, primitive } from '../../../../shared/schema/type.ts'
import { duckdb } from '../../../support/duckdb.ts'
import { metastoreConfig } from '../../../support/golden-zone.ts'
import { hdfs } from '../../../support/hdfs.ts'
import { dropDatabases } from '../../../support/metastore.ts'
import { type ParquetSpec, writeParquet } from '../../../support/pyarrow.ts'
import { stack } from '../../../support/stack.ts'
import { optionsOf, PACKINGS, type Packing } from './packings.ts'
import type { Pair, Stored } from './pairs.ts'

const METASTORES = ['metastore', 'metastore3'] as const
export type Metastore = (typeof METASTORES)[number]

export interface Laid {
  /** Without the database. */
  tableOf(pair: Pair): string
  /** For those who read local files: each table's folder, and its columns as DDL has them. */
  readonly views: Readonly<Record<string, { readonly folder: string; readonly schema: string }>>
  close(): Promise<void>
}

/** The database and the folder below /golden are the caller's own. */
export async function lay(
  name: string,
  pairs: readonly Pair[],
  metastores: readonly Metastore[] = METASTORES,
): Promise<Laid> {
  const folder = await mkdtemp(join(tmpdir(), 'goldsync-under-'))
  const tables = tablesOf(pairs)
  const nameOf = new Map(
    [...tables].flatMap(([table, members]) => members.map(({ name }) => [name, table] as const)),
  )
  const close = async () => {
    for (const server of metastores) await dropDatabases(stack[server], name)
    await Promise.all([hdfs.rm(`/golden/${name}`), rm(folder, { recursive: true, force: true })])
  }
  try {
    for (const [table, members] of tables) await write(folder, table, members)
    const files =
      metastores.length === 0
        ? []
        : [...tables.keys()].flatMap(table => PACKINGS.map(packing => pathOf(table, packing)))
    await pMap(files, async path => hdfs.put(`/golden/${name}/${path}`, await readFile(join(folder, path))), {
      concurrency: 8,
    })
    for (const server of metastores) await register(server, name, tables)
  } catch (error) {
    await close()
    throw error
  }
  const views = Object.fromEntries(
    [...tables].map(([table, members]) => [
      table,
      {
        folder: join(folder, table),
        schema: ['id int', ...members.map(({ name, table: type }) => `${name} ${type}`)].join(', '),
      },
    ]),
  )
  return { views, tableOf: ({ name }) => nameOf.get(name)!, close }
}

/** Columns of a table: metastores answer slowly of wide ones. */
const WIDTH = 16

/** What is stored in the same way is in the same files. */
function tablesOf(pairs: readonly Pair[]): Map<string, Pair[]> {
  const tables = new Map<string, Pair[]>()
  for (const stored of [undefined, 'integers', 'INT96'] satisfies (Stored | undefined)[]) {
    const members = pairs.filter(pair => pair.stored === stored)
    for (let at = 0; at < members.length; at += WIDTH)
      tables.set(`${stored ?? 'plain'}_${at / WIDTH}`.toLowerCase(), members.slice(at, at + WIDTH))
  }
  return tables
}

const pathOf = (table: string, packing: Packing): string => `${table}/packing=${folderOf(packing)}/a.parquet`
/** As a partition's value. */
export const folderOf = (packing: Packing): string => packing.replace(' ', '_').toLowerCase()

const STORED: Readonly<Record<string, NonNullable<ParquetSpec['options']>>> = {
  integers: { store_decimal_as_integer: true },
  INT96: { use_deprecated_int96_timestamps: true },
}

async function write(folder: string, table: string, pairs: readonly Pair[]): Promise<void> {
  const columns = [
    ['id', 'int32', Array.from({ length: 20 }, (_, at) => at)] as const,
    ...pairs.map(({ name, file, values }) => [name, file, rowsOf(values)] as const),
  ]
  const stored = STORED[pairs[0]?.stored ?? ''] ?? {}
  const files = PACKINGS.filter(packing => packing !== 'DuckDB').map(packing => ({
    file: join(folder, pathOf(table, packing)),
    columns,
    options: { ...optionsOf(packing, pairs), ...stored },
  }))
  await writeParquet([...files, { file: join(folder, pathOf(table, 'DuckDB')), columns }])
  const [source, target] = [join(folder, pathOf(table, 'DuckDB')), join(folder, `${table}.parquet`)]
  await duckdb(`copy (select * from '${source}') to '${target}' (format parquet)`)
  await rename(target, source)
}

/** Four rows of each value, and a null after them. */
export const rowsOf = (values: readonly unknown[]): unknown[] =>
  [0, 1, 2, 3].flatMap(at => [...Array.from({ length: 4 }, () => values[at] ?? null), null])

async function register(
  server: Metastore,
  database: string,
  tables: ReadonlyMap<string, readonly Pair[]>,
): Promise<void> {
  const catalog = await openCatalog(server, metastoreConfig(server))
  try {
    const changes = [...tables].flatMap(([table, pairs]) => changesOf(database, table, pairs))
    for (const change of [{ kind: 'createDatabase', database } as const, ...changes])
      await catalog.apply(catalog.plan({ database, name: 'x' }, [change]))
  } finally {
    await catalog.close()
  }
}

function changesOf(database: string, name: string, pairs: readonly Pair[]): Change[] {
  const location = hdfs.location(`/golden/${database}/${name}`)
  const columns = [
    { name: 'id', type: primitive('int') },
    ...pairs.map(pair => ({ name: pair.name, type: parseType(pair.table) })),
  ]
  const partitionKeys = [{ name: 'packing', type: primitive('string') }]
  const table: Table = {
    name: { database, name },
    kind: 'external',
    format: 'parquet',
    columns,
    partitionKeys,
    location,
    parameters: {},
  }
  const partitions = PACKINGS.map(packing => ({
    values: [folderOf(packing)],
    location: `${location}/packing=${folderOf(packing)}`,
    columns,
    parameters: {},
    files: [],
  }))
  return [
    { kind: 'createTable', table },
    { kind: 'addPartitions', table: table.name, partitionKeys, partitions },
  ]
}
