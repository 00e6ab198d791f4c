/** Lakes on the stack's HDFS for benches: every partition holds a real file, one of 20 columns by pyarrow. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pMap from 'p-map'
import { openLog } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { connect } from '../../shared/function/connect.ts'
import type { Report } from '../../shared/run/report.ts'
import type { Lake, RunOptions } from '../../shared/run/run.ts'
import { runScan } from '../../shared/sync/sync-lakes.ts'
import { metastoreConfig } from '../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { writeParquet } from '../support/pyarrow.ts'

export const POSITIONAL = '{topic}/{yyyy}/{MM}/{dd}/{HH}'
/** The only layout that the peers read. */
export const KEYED = '{topic}/year={yyyy}/month={MM}/day={dd}/hour={HH}'

const HOUR = 3_600_000
/** The newest hour of a lake; its files are as old as the bench. */
export const NEWEST = Date.UTC(2026, 0, 1)

/** Folders of the `count` hours before `until`, the newest first. */
export function hours(layout: string, count: number, until = NEWEST): string[] {
  return Array.from({ length: count }, (_, ago) => {
    const [date, time] = new Date(until - (ago + 1) * HOUR).toISOString().split('T') as [string, string]
    const [yyyy, MM, dd] = date.split('-') as [string, string, string]
    const parts: Record<string, string> = { yyyy, MM, dd, HH: time.slice(0, 2) }
    return layout
      .replace('{topic}/', '')
      .replace(/\{(\w+)\}/g, (_match, name: string) => parts[name] as string)
  })
}

let sample: Promise<Uint8Array> | undefined

/** A small file of 20 columns and 50 rows. */
export function sampleFile(): Promise<Uint8Array> {
  sample ??= makeSample()
  return sample
}

/** The same with one column more: another kind of file. */
export const otherFile = (): Promise<Uint8Array> => makeSample(21)

async function makeSample(width = 20): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'goldsync-bench-'))
  const rows = Array.from({ length: 50 }, (_, row) => row)
  const types = ['int64', 'string', 'double', 'int32']
  const columns = Array.from({ length: width }, (_, at) => {
    const type = types[at % types.length] as string
    return [`c${at}`, type, rows.map(row => (type === 'string' ? `value ${row}` : row))] as const
  })
  await writeParquet([{ file: join(folder, 'a.parquet'), columns }])
  const bytes = await readFile(join(folder, 'a.parquet'))
  await rm(folder, { recursive: true })
  return bytes
}

/** Writes one file into each folder of a topic. @param root absolute path on HDFS */
export async function fill(
  root: string,
  topic: string,
  folders: readonly string[],
  name = 'a.parquet',
): Promise<void> {
  const bytes = await sampleFile()
  await pMap(folders, folder => hdfs.put(`${root}/${topic}/${folder}/${name}`, bytes), { concurrency: 24 })
}

const zones = new Map<string, Promise<string>>()

/** A lake with the topic `orders` of `count` hourly partitions, laid out once for all benches. @returns its root */
export function zone(layout: string, count: number): Promise<string> {
  const root = `/golden/bench_${layout === KEYED ? 'keyed' : 'positional'}_${count}`
  const known = zones.get(root) ?? fill(root, 'orders', hours(layout, count)).then(() => root)
  zones.set(root, known)
  return known
}

export async function removeZones(): Promise<void> {
  for (const root of zones.keys()) await hdfs.rm(root)
  zones.clear()
}

/** The lakes of a config with their drivers open. */
export interface Bench {
  readonly lakes: readonly Lake[]
  close(): Promise<void>
}

/** goldsync over a lake on HDFS and a metastore's database, as one process has it open. */
export async function openBench(root: string, layout: string, database: string): Promise<Bench> {
  const config = {
    lakes: [
      {
        location: hdfs.location(root),
        layout,
        database,
        createDatabase: true,
        storage: hdfsStorage,
      },
    ],
    catalogs: { hive: metastoreConfig('metastore') },
  }
  const connection = connect(configOf(config, 'the bench', {}))
  return { lakes: await connection.lakes(), close: () => connection.close() }
}

/** @throws where a run does not end well: a bench of broken behaviour tells nothing */
export async function scan({ lakes }: Bench, options: Partial<RunOptions> = {}): Promise<Report> {
  const report = await runScan(lakes, {
    runId: 'bench',
    mode: 'recent',
    dryRun: false,
    log: openLog('silent'),
    ...options,
  })
  const bad = report.tables.find(({ outcome }) => outcome === 'failed' || outcome === 'refused')
  if (bad || report.failures.length > 0) throw new Error(JSON.stringify(bad ?? report.failures, null, 1))
  return report
}
