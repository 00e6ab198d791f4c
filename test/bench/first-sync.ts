/** b. The first sync of hourly partitions: goldsync, the raw pipeline of the same requests and its parts, MSCK and Trino. */
import type { FileStatus } from '../../shared/storages/storage.ts'
import { contest, type Result, ratio, time } from './measure.ts'
import { dropDatabase, freshDatabase, msck, peerTable, trinoSync } from './peers.ts'
import { addAll, listAll, overlapped, readTails } from './raw.ts'
import { type Bench, hours, KEYED, openBench, POSITIONAL, scan, zone } from './zone.ts'

const GOLDSYNC = 'goldsync, positional folders'
const RAW = 'limit: lists, tails and adds overlapped, nothing decoded'
const MSCK = 'Hive MSCK REPAIR TABLE (reads no footers)'
const TRINO = 'Trino sync_partition_metadata (reads no footers)'

/** @param count partitions, each with a file */
export async function firstSync(runs: number, count: number): Promise<Result> {
  const root = await zone(POSITIONAL, count)
  const keyed = await zone(KEYED, count)
  let files: readonly (readonly FileStatus[])[] = []
  const positional = (work: (bench: Bench) => Promise<unknown>) => inFresh(root, POSITIONAL, work)
  const values = await contest(runs, {
    'limit: lists alone': () =>
      positional(async bench => {
        files = await listAll(bench)
      }),
    'limit: tails alone': () => positional(bench => readTails(bench, files)),
    'limit: adds alone': () => positional(bench => addAll(bench, hours(POSITIONAL, count))),
    [RAW]: () => positional(overlapped),
    [GOLDSYNC]: () => positional(scan),
    'goldsync, key=value folders': () => inFresh(keyed, KEYED, scan),
    [MSCK]: () => peer(keyed, database => msck(`${database}.orders`)),
    [TRINO]: () => peer(keyed, database => trinoSync(database, 'orders')),
  })
  const of = (name: string) => values.get(name) as readonly number[]
  return {
    bench: `first-sync-${count}`,
    title: `First sync of ${count.toLocaleString('en-US')} partitions on HDFS into the metastore`,
    rows: [...values].map(([name, ms]) => ({ name, unit: 's', values: ms.map(value => value / 1000) })),
    notes: [
      `goldsync takes ${ratio(of(GOLDSYNC), of(RAW))} times the raw pipeline`,
      `and ${ratio(of(GOLDSYNC), of(MSCK))} times MSCK, ${ratio(of(GOLDSYNC), of(TRINO))} times Trino, which read no footers`,
    ],
  }
}

/** The work in a database that is not there yet, timed without its removal. */
async function inFresh(
  root: string,
  layout: string,
  work: (bench: Bench) => Promise<unknown>,
): Promise<number> {
  const database = 'bench_first'
  await dropDatabase(database)
  const bench = await openBench(root, layout, database)
  const took = await time(() => work(bench))
  await bench.close()
  await dropDatabase(database)
  return took
}

/** A peer's own command over a fresh table of the key=value folders. */
async function peer(root: string, work: (database: string) => Promise<unknown>): Promise<number> {
  const database = 'bench_peer'
  await freshDatabase(database)
  await peerTable(database, 'orders', root)
  const took = await time(() => work(database))
  await dropDatabase(database)
  return took
}
