/** a. Footers: reading them as goldsync does, against the same ranged reads with nothing decoded, and against pyarrow and DuckDB. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pMap from 'p-map'
import { readDataFile } from '../../shared/parquet/read.ts'
import type { LakeFile } from '../../shared/schema/observed.ts'
import { openStorage } from '../../shared/storages/open.ts'
import type { Storage } from '../../shared/storages/storage.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { s3, s3Storage } from '../support/s3.ts'
import { stack } from '../support/stack.ts'
import { contest, type Measured, median, type Result, ratio, time } from './measure.ts'
import type { Target } from './targets.ts'
import { sampleFile } from './zone.ts'

const PEERS = fileURLToPath(new URL('peers.py', import.meta.url))
/** What goldsync reads first of each file, bytes. */
const TAIL = 64 * 1024
const AT_ONCE = 16
const PYARROW = 'pyarrow, 16 threads'
const DUCKDB = 'DuckDB'

/** @param count files of 20 columns in each place */
export async function footers(runs: number, count: number): Promise<Result> {
  return {
    ...(await contestOf(runs, await sampleFile(), count, 0.7)),
    bench: 'footers',
    title: `Footers of ${count.toLocaleString('en-US')} files of 20 columns`,
  }
}

/** @param count files of 50 columns and 1,000 row groups in each place */
export async function largeFooters(runs: number, count: number): Promise<Result> {
  const large = await largeFile()
  await large.remove()
  return {
    ...(await contestOf(runs, large.bytes, count)),
    bench: 'large-footers',
    title: `${count} footers of ${large.footerMegabytes} MB`,
  }
}

interface Place {
  readonly name: string
  readonly storage: Storage
  readonly files: readonly LakeFile[]
  /** Of a peer that reads it, and nothing else. */
  readonly folder?: string
  close(): Promise<void>
}

/** @param ofPyarrow the share of pyarrow's time that is wanted, where it is */
async function contestOf(runs: number, bytes: Uint8Array, count: number, ofPyarrow?: number) {
  const names = Array.from({ length: count }, (_, at) => `part-${at}.parquet`)
  const rows: Measured[] = []
  const notes: string[] = []
  const targets: Target[] = []
  for (const open of [localFiles, hdfsFiles, s3Files]) {
    const place = await open(names, bytes)
    const found = await contest(runs, {
      [`${place.name}: raw ranged reads`]: () => time(() => raw(place)),
      [`${place.name}: goldsync`]: () => time(() => read(place)),
      ...peersOf(place),
    })
    const [rawTimes, ours] = [...found.values()] as [number[], number[]]
    for (const [name, values] of found) rows.push({ name, unit: 'ms', values })
    notes.push(`${place.name}: goldsync takes ${ratio(ours, rawTimes)} times the raw reads`)
    targets.push({
      what: `${place.name}, × the raw reads`,
      measured: median(ours) / median(rawTimes),
      most: 1.3,
    })
    if (place.folder !== undefined) targets.push(...ofPeers(place, found, ofPyarrow))
    await place.close()
  }
  return { rows, notes, targets }
}

function ofPeers(
  { name }: Place,
  found: ReadonlyMap<string, readonly number[]>,
  ofPyarrow?: number,
): Target[] {
  const of = (who: string) => median(found.get(`${name}: ${who}`) ?? [])
  return [
    { what: `${name}, × DuckDB`, measured: of('goldsync') / of(DUCKDB), most: 1 },
    ...(ofPyarrow === undefined
      ? []
      : [{ what: `${name}, × pyarrow`, measured: of('goldsync') / of(PYARROW), most: ofPyarrow }]),
  ]
}

const peersOf = ({ name, folder }: Place) =>
  folder === undefined
    ? {}
    : {
        [`${name}: ${PYARROW}`]: () => peer('pyarrow', folder),
        [`${name}: ${DUCKDB}`]: () => peer('duckdb', folder),
      }

async function peer(tool: string, argument: string): Promise<number> {
  const { stdout } = await promisify(execFile)(stack.python, [PEERS, tool, argument])
  return Number(stdout)
}

/** What goldsync asks for: the tail, and the rest of a footer that is longer. */
const raw = ({ storage, files }: Place) =>
  pMap(
    files,
    async ({ path, size }) => {
      const length = Math.min(TAIL, size)
      const tail = Buffer.from(await storage.read(path, size - length, length))
      const missing = tail.readUInt32LE(length - 8) + 8 - length
      if (missing > 0) await storage.read(path, size - length - missing, missing)
    },
    { concurrency: AT_ONCE },
  )

const read = ({ storage, files }: Place) =>
  pMap(files, file => readDataFile(storage, file), { concurrency: AT_ONCE })

async function localFiles(names: readonly string[], bytes: Uint8Array): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'goldsync-bench-'))
  for (const name of names) await writeFile(join(folder, name), bytes)
  return {
    name: 'local',
    storage: await openStorage(folder, {}),
    files: names.map(name => ({ path: join(folder, name), size: bytes.length, modified: 0 })),
    folder,
    close: () => rm(folder, { recursive: true }),
  }
}

async function hdfsFiles(names: readonly string[], bytes: Uint8Array): Promise<Place> {
  const root = '/golden/bench_footers'
  await pMap(names, name => hdfs.put(`${root}/${name}`, bytes), { concurrency: 24 })
  const location = hdfs.location(root)
  const storage = await openStorage(location, hdfsStorage)
  return {
    name: 'WebHDFS',
    storage,
    files: names.map(name => ({ path: `${location}/${name}`, size: bytes.length, modified: 0 })),
    close: async () => {
      await storage.close()
      await hdfs.rm(root)
    },
  }
}

async function s3Files(names: readonly string[], bytes: Uint8Array): Promise<Place> {
  const bucket = 'bench-footers'
  await s3.bucket(bucket)
  await pMap(names, name => s3.put(bucket, name, bytes), { concurrency: 8 })
  const location = `s3://${bucket}`
  const storage = await openStorage(location, s3Storage)
  return {
    name: 'S3 (moto)',
    storage,
    files: names.map(name => ({ path: `${location}/${name}`, size: bytes.length, modified: 0 })),
    close: async () => {
      await storage.close()
      await s3.clear(bucket)
    },
  }
}

/** A local file of 50 columns and 1,000 row groups, by pyarrow. */
export async function largeFile() {
  const folder = await mkdtemp(join(tmpdir(), 'goldsync-bench-'))
  const path = join(folder, 'large.parquet')
  await promisify(execFile)(stack.python, [PEERS, 'large', path])
  const bytes = await readFile(path)
  return {
    path,
    bytes,
    footerMegabytes: (bytes.readUInt32LE(bytes.length - 8) / 1e6).toFixed(1),
    remove: () => rm(folder, { recursive: true }),
  }
}
