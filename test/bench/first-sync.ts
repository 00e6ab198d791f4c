/** b. The first sync of hourly partitions: goldsync, the raw pipeline of the same requests, MSCK and Trino. */
import pMap from 'p-map'
import type { Lake } from '../../shared/run.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Table } from '../../shared/schema/table.ts'
import { newTable } from '../../shared/table/state.ts'
import { hdfs } from '../support/hdfs.ts'
import { hiveRows, trinoRows } from '../support/sql.ts'
import { contest, type Result, ratio, time } from './measure.ts'
import { type Bench, fill, hours, KEYED, openBench, POSITIONAL, scan } from './zone.ts'

const AT_ONCE = 16
const TAIL = 64 * 1024
const BATCH = 500

/** @param count partitions, each with a file */
export async function firstSync(runs: number, count: number): Promise<Result> {
  const root = `/golden/bench_first_${count}`
  const keyed = `${root}_keyed`
  await fill(root, 'orders', hours(POSITIONAL, count))
  await fill(keyed, 'orders', hours(KEYED, count))
  const values = await contest(runs, {
    'goldsync, positional folders': run => inFresh(root, POSITIONAL, run, bench => scan(bench)),
    'goldsync, key=value folders': run => inFresh(keyed, KEYED, run, bench => scan(bench)),
    'the same requests, nothing decoded': run => inFresh(root, POSITIONAL, run, rawPipeline),
    'Hive MSCK REPAIR TABLE (reads no footers)': run => peer(keyed, run, msck),
    'Trino sync_partition_metadata (reads no footers)': run => peer(keyed, run, trinoSync),
  })
  await Promise.all([hdfs.rm(root), hdfs.rm(keyed)])
  const of = (name: string) => values.get(name) as readonly number[]
  const ours = of('goldsync, positional folders')
  return {
    bench: `first-sync-${count}`,
    title: `First sync of ${count.toLocaleString('en-US')} partitions on HDFS into the metastore`,
    rows: [...values].map(([name, ms]) => ({ name, unit: 's', values: ms.map(value => value / 1000) })),
    notes: [
      `goldsync takes ${ratio(ours, of('the same requests, nothing decoded'))} times the raw pipeline (budget 1.3 at 10,000)`,
      `and ${ratio(ours, of('Hive MSCK REPAIR TABLE (reads no footers)'))} times MSCK, ${ratio(ours, of('Trino sync_partition_metadata (reads no footers)'))} times Trino, which read no footers`,
    ],
  }
}

/** The work in a database of its own, timed without its making. */
async function inFresh(
  root: string,
  layout: string,
  run: number,
  work: (bench: Bench) => Promise<unknown>,
): Promise<number> {
  const database = `bench_first_${run}`
  await hiveRows(`DROP DATABASE IF EXISTS ${database} CASCADE`)
  const bench = await openBench(root, layout, database)
  const took = await time(() => work(bench))
  await bench.close()
  await hiveRows(`DROP DATABASE ${database} CASCADE`)
  return took
}

/** Lists, tails and adds overlapped by the same clients: what no tool that looks at each file can beat. */
async function rawPipeline({ lakes }: Bench): Promise<void> {
  const lake = lakes[0] as Lake
  const catalog = lake.catalogs[0] as Lake['catalogs'][number]
  const location = `${lake.location}/orders`
  const topic = { name: 'orders', segments: ['orders'], location }
  const columns = Array.from({ length: 20 }, (_, at) => ({
    name: `c${at}`,
    type: { kind: 'bigint' } as const,
  }))
  const table = newTable({ database: lake.database, name: 'orders' }, topic, lake.layout, columns)
  const apply = (change: Change) => catalog.apply(catalog.plan(table.name, [change]))
  await apply({ kind: 'createDatabase', database: lake.database })
  await apply({ kind: 'createTable', table })
  let added: Promise<void> = Promise.resolve()
  const read: string[] = []
  const add = (folders: readonly string[]) => {
    const change = partitionsOf(table, folders)
    added = added.then(() => apply(change))
  }
  const leaves = await walk(lake, location, 4)
  await pMap(
    leaves,
    async folder => {
      for (const file of await lake.storage.list(folder)) {
        const length = Math.min(TAIL, file.size)
        await lake.storage.read(file.location, file.size - length, length)
      }
      read.push(folder)
      if (read.length === BATCH) add(read.splice(0))
    },
    { concurrency: AT_ONCE },
  )
  if (read.length > 0) add(read)
  await added
}

async function walk(lake: Lake, folder: string, levels: number): Promise<string[]> {
  if (levels === 0) return [folder]
  const children = (await lake.storage.list(folder)).map(({ location }) => location)
  return (await pMap(children, child => walk(lake, child, levels - 1), { concurrency: AT_ONCE })).flat()
}

const partitionsOf = (table: Table, folders: readonly string[]): Change => ({
  kind: 'addPartitions',
  table: table.name,
  partitionKeys: table.partitionKeys,
  partitions: folders.map(location => ({
    values: location.split('/').slice(-4),
    location,
    columns: table.columns,
    parameters: { numRows: '50', numFiles: '1', totalSize: '1' },
    files: [],
  })),
})

/** A peer's own command over a fresh table of the key=value folders. */
async function peer(
  root: string,
  run: number,
  work: (database: string) => Promise<unknown>,
): Promise<number> {
  const database = `bench_peer_${run}`
  await hiveRows(`DROP DATABASE IF EXISTS ${database} CASCADE`)
  await hiveRows(`CREATE DATABASE ${database}`)
  const columns = Array.from(
    { length: 20 },
    (_, at) => `c${at} ${['BIGINT', 'STRING', 'DOUBLE', 'INT'][at % 4]}`,
  )
  await hiveRows(
    `CREATE EXTERNAL TABLE ${database}.orders (${columns.join(', ')}) PARTITIONED BY (year STRING, month STRING, day STRING, hour STRING) STORED AS PARQUET LOCATION '${hdfs.location(root)}/orders'`,
  )
  const took = await time(() => work(database))
  await hiveRows(`DROP DATABASE ${database} CASCADE`)
  return took
}

const msck = (database: string) => hiveRows(`MSCK REPAIR TABLE ${database}.orders`)
const trinoSync = (database: string) =>
  trinoRows(`CALL hive.system.sync_partition_metadata('${database}', 'orders', 'ADD')`)
