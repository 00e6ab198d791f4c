/** A golden zone of a test's own, on the stack's HDFS or in a local folder, and goldsync's functions over it, in process. */
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pMap from 'p-map'
import { scan } from '../../functions/scan.ts'
import { sync } from '../../functions/sync.ts'
import { openLog } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { connect } from '../../shared/function/connect.ts'
import type { GoldsyncFunction } from '../../shared/function/function.ts'
import { isRun, type Outcome } from '../../shared/function/outcome.ts'
import type { Report, TableReport } from '../../shared/run/report.ts'
import { hdfs, hdfsStorage } from './hdfs.ts'
import { type ParquetSpec, writeParquet } from './pyarrow.ts'
import { stack } from './stack.ts'

export type Columns = ParquetSpec['columns']

export interface GoldenZone {
  /** As the config of a lake names it. */
  readonly location: string
  /** Writes files with pyarrow and puts them into the zone as a sink does: under a hidden name, then renamed. */
  lay(files: Readonly<Record<string, Columns>>): Promise<void>
  remove(): Promise<void>
}

/** A zone on HDFS. @param path absolute, and nobody else's */
export async function hdfsZone(path: string): Promise<GoldenZone> {
  const local = await mkdtemp(join(tmpdir(), 'goldsync-zone-'))
  return {
    location: hdfs.location(path),
    lay: async files => {
      await write(local, files)
      const put = async (name: string) => {
        const target = `${path}/${name}`
        const hidden = target.replace(/[^/]*$/, '.$&')
        await hdfs.put(hidden, await readFile(join(local, name)))
        await hdfs.rename(hidden, target)
      }
      await pMap(Object.keys(files), put, { concurrency: 8 })
    },
    remove: async () => {
      await Promise.all([hdfs.rm(path), rm(local, { recursive: true, force: true })])
    },
  }
}

/** A zone in a folder of the operating system's temporary one. */
export async function localZone(): Promise<GoldenZone> {
  const [zone, local] = await Promise.all([
    mkdtemp(join(tmpdir(), 'goldsync-zone-')),
    mkdtemp(join(tmpdir(), 'goldsync-zone-')),
  ])
  return {
    location: zone,
    lay: async files => {
      await write(local, files)
      for (const name of Object.keys(files)) {
        await mkdir(dirname(join(zone, name)), { recursive: true })
        await cp(join(local, name), join(zone, name))
      }
    },
    remove: async () => {
      await Promise.all([zone, local].map(folder => rm(folder, { recursive: true, force: true })))
    },
  }
}

const write = (folder: string, files: Readonly<Record<string, Columns>>): Promise<void> =>
  writeParquet(Object.entries(files).map(([name, columns]) => ({ file: join(folder, name), columns })))

/**
 * The config of one zone in one catalog, with a database that goldsync makes.
 * @param engines as a config has them
 * @param readers of the lake: none, where files shall be registered that engines cannot read
 */
export const zoneConfig = (
  zone: GoldenZone,
  database: string,
  catalog: object,
  engines: object = {},
  readers?: readonly string[],
) => ({
  lakes: [
    {
      location: zone.location,
      ...(zone.location.startsWith('hdfs:') ? { storage: hdfsStorage } : {}),
      database,
      createDatabase: true,
      ...(readers ? { readers } : {}),
    },
  ],
  catalogs: { catalog },
  engines,
})

/** Settings of the stack's metastores, as a config has them. */
export const metastoreConfig = (server: 'metastore' | 'metastore3') => ({
  kind: 'metastore',
  uris: `thrift://${stack[server].host}:${stack[server].port}`,
})

/** Runs `scan` in process. @returns its tables' reports @throws where a run does not end well */
export const runScanOf = (config: object, params: object = {}): Promise<readonly TableReport[]> =>
  run(scan, config, params)

/** Likewise. @returns the whole report, with what is told of no table */
export const scanReportOf = (config: object, params: object = {}): Promise<Report> =>
  reportOf(scan, config, params)

/** Runs `sync` in process. */
export const runSyncOf = (config: object, params: object): Promise<readonly TableReport[]> =>
  run(sync, config, params)

const run = async (
  function_: GoldsyncFunction,
  config: object,
  params: object,
): Promise<readonly TableReport[]> => (await reportOf(function_, config, params)).tables

async function reportOf(function_: GoldsyncFunction, config: object, params: object): Promise<Report> {
  const connection = connect(configOf(config, 'the test', {}))
  try {
    const context = { lakes: connection.lakes, log: openLog('silent') }
    const outcome: Outcome = await function_.invoke({ id: 'test', params }, context)
    if (outcome.status !== 'ok' || !isRun(outcome.report)) throw new Error(JSON.stringify(outcome, null, 1))
    return outcome.report
  } finally {
    await connection.close()
  }
}
