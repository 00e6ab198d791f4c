/** Where each engine of the truth table has its tables: a catalog, a database of the tool's own, and a lake with the files. */
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pMap from 'p-map'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import { openCatalog } from '../../shared/catalogs/open.ts'
import type { Column } from '../../shared/schema/table.ts'
import { parseType } from '../../shared/schema/type.ts'
import { readingDuckdb } from '../support/duckdb.ts'
import { duckdbJudge } from '../support/duckdb-values.ts'
import { hiveJudge, type Judge, prestoJudge, trinoJudge } from '../support/engine-values.ts'
import { type GoldenZone, hdfsZone, localZone, metastoreConfig, zoneConfig } from '../support/golden-zone.ts'
import { hdfs } from '../support/hdfs.ts'
import { dropDatabases } from '../support/metastore.ts'
import { prestoRows } from '../support/presto.ts'
import { hiveRows, trinoRows } from '../support/sql.ts'
import { stack } from '../support/stack.ts'
import type { TruthEngine } from './recorded.ts'
import type { Sample } from './samples.ts'

export interface Place {
  readonly engine: TruthEngine
  /** As `lakes[].readers` names it. */
  readonly reader: string
  readonly database: string
  readonly judge: Judge
  /** Rows of DuckDB's catalog. */
  readonly duckdb?: ReturnType<typeof readingDuckdb>['rows']
  /** Queries at once. */
  readonly width: number
  /** Whether a query takes so long that several conditions are asked in one. */
  readonly slow?: true
  /** A config as goldsync has it; without readers as builds have it that know none. */
  config(readers?: readonly string[]): object
  /** Puts the samples into the lake. */
  lay(samples: readonly Sample[]): Promise<void>
  /** Of each of these tables that has its partition, the columns. */
  registered(names: readonly string[]): Promise<ReadonlyMap<string, readonly Column[]>>
  /** How many rows a query finds. */
  count(sql: string): Promise<number>
  quote(name: string): string
  /** Forgets all tables; the files stay. */
  clear(): Promise<void>
  remove(): Promise<void>
}

const HOUR = ['2026', '11', '21', '12']
const database = `truth_${process.pid}`
const twice = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** By one lake in HDFS, which is laid once for all of its engines. */
const onHdfs = (): Pick<Place, 'lay' | 'remove'> & { readonly zone: Promise<GoldenZone> } => {
  const zone = hdfsZone(`/golden/${database}`)
  const laid = new Set<string>()
  return {
    zone,
    lay: async samples => {
      const missing = samples.filter(({ name }) => !laid.has(name))
      await pMap(
        missing,
        async ({ name, path }) => {
          await hdfs.put(`/golden/${database}/${name}/${HOUR.join('/')}/a.parquet`, await readFile(path))
          laid.add(name)
        },
        { concurrency: 4 },
      )
    },
    remove: async () => (await zone).remove(),
  }
}

interface Server {
  readonly engine: TruthEngine
  readonly reader: string
  readonly server: 'metastore' | 'metastore3'
  readonly judge: Judge
  readonly width: number
  readonly slow?: true
  rows(sql: string): Promise<readonly unknown[]>
  quote(name: string): string
}

const SERVERS: readonly Server[] = [
  {
    engine: 'hive',
    reader: 'hive 4.0.1',
    server: 'metastore',
    judge: hiveJudge,
    width: 2,
    slow: true,
    rows: hiveRows,
    quote: name => `\`${name}\``,
  },
  {
    engine: 'trino',
    reader: 'trino 476',
    server: 'metastore',
    judge: trinoJudge(stack.trino.catalog),
    width: 2,
    rows: trinoRows,
    quote: twice,
  },
  {
    engine: 'presto',
    reader: 'presto 0.287',
    server: 'metastore3',
    judge: prestoJudge,
    width: 2,
    rows: sql => prestoRows(sql, `${stack.presto.catalog}.parquet_use_column_names=true`),
    quote: twice,
  },
]

/** @param wanted in the order of the answer */
export async function openPlaces(wanted: readonly TruthEngine[]): Promise<readonly Place[]> {
  const lake = onHdfs()
  const zone = await lake.zone
  const servers = SERVERS.map(server => ofServer(server, zone, lake))
  const places = [...servers, await ofDuckdb()]
  return wanted.flatMap(engine => places.find(place => place.engine === engine) ?? [])
}

function ofServer(
  { server, rows, ...rest }: Server,
  zone: GoldenZone,
  { lay, remove }: Pick<Place, 'lay' | 'remove'>,
): Place {
  const name = `${database}_${rest.engine}`
  return {
    ...rest,
    database: name,
    config: readers => zoneConfig(zone, name, metastoreConfig(server), {}, readers),
    lay,
    registered: names => tablesIn(metastoreConfig(server), name, names),
    count: async sql => (await rows(sql)).length,
    clear: () => dropDatabases(stack[server], name),
    remove,
  }
}

async function ofDuckdb(): Promise<Place> {
  const zone = await localZone()
  const folder = await mkdtemp(join(tmpdir(), 'goldsync-truth-'))
  const file = join(folder, 'catalog.duckdb')
  const catalog = readingDuckdb(file)
  return {
    engine: 'duckdb',
    reader: 'duckdb 1.5',
    database,
    judge: duckdbJudge(catalog.rows),
    duckdb: catalog.rows,
    width: 1,
    config: readers => zoneConfig(zone, database, { kind: 'duckdb', file }, {}, readers),
    lay: async samples => {
      for (const { name, path } of samples) {
        const target = join(zone.location, name, ...HOUR)
        await mkdir(target, { recursive: true })
        await cp(path, join(target, 'a.parquet'))
      }
    },
    registered: () => viewsIn(catalog.rows, database),
    count: async sql => (await catalog.rows(sql)).length,
    quote: twice,
    clear: async () => {
      await catalog.close()
      await rm(file, { force: true })
    },
    remove: async () => {
      await zone.remove()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** As the catalog has them: a run of this build would write the views of another one anew. */
async function viewsIn(
  rows: ReturnType<typeof readingDuckdb>['rows'],
  database: string,
): Promise<ReadonlyMap<string, readonly Column[]>> {
  const tables = await rows(
    'select "table", columns::varchar as columns from _goldsync.tables where "table" in (select "table" from _goldsync.files)',
  )
  return new Map(
    tables.map(row => {
      const columns = JSON.parse(row.columns as string) as readonly Record<'name' | 'type', string>[]
      const name = (row.table as string).slice(database.length + 1)
      return [name, columns.map(column => ({ name: column.name, type: parseType(column.type) }))]
    }),
  )
}

async function tablesIn(
  config: object,
  database: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly Column[]>> {
  const catalog = await openCatalog('truth', config as Parameters<typeof openCatalog>[1])
  try {
    const found = await pMap(names, name => columnsIn(catalog, { database, name }), { concurrency: 2 })
    return new Map(names.flatMap((name, at) => (found[at] ? [[name, found[at]] as const] : [])))
  } finally {
    await catalog.close()
  }
}

async function columnsIn(
  catalog: Catalog,
  name: { readonly database: string; readonly name: string },
): Promise<readonly Column[] | undefined> {
  const table = await catalog.inspect(name)
  const partitions = table ? await catalog.partitions(table, { want: 'names' }) : []
  return partitions.length > 0 ? table?.columns : undefined
}
