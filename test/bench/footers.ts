/** a. Footers: reading them as goldsync does, against the same ranged reads with nothing decoded. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pMap from 'p-map'
import { readDataFile } from '../../shared/parquet/read.ts'
import type { LakeFile } from '../../shared/schema/observed.ts'
import { openStorage } from '../../shared/storages/open.ts'
import type { Storage } from '../../shared/storages/storage.ts'
import { hdfs } from '../support/hdfs.ts'
import { stack } from '../support/stack.ts'
import { contest, type Measured, type Result, ratio, time } from './measure.ts'
import { sampleFile } from './zone.ts'

/** What goldsync reads first of each file, bytes. */
const TAIL = 64 * 1024
const AT_ONCE = 16

/** @param count files in each place */
export async function footers(runs: number, count: number): Promise<Result> {
  const names = Array.from({ length: count }, (_, at) => `part-${at}.parquet`)
  const rows: Measured[] = []
  const notes: string[] = []
  for (const place of [await localFiles(names), await hdfsFiles(names)]) {
    const found = await contest(runs, {
      [`${place.name}: raw tails`]: () => time(() => raw(place)),
      [`${place.name}: goldsync`]: () => time(() => read(place)),
    })
    const [rawTimes, ours] = [...found.values()] as [number[], number[]]
    for (const [name, values] of found) rows.push({ name, unit: 'ms', values })
    notes.push(`${place.name}: goldsync takes ${ratio(ours, rawTimes)} times the raw reads (budget 1.3)`)
    await place.close()
  }
  return {
    bench: 'footers',
    title: `Footers of ${count.toLocaleString('en-US')} files of 20 columns`,
    rows,
    notes,
  }
}

interface Place {
  readonly name: string
  readonly storage: Storage
  readonly files: readonly LakeFile[]
  close(): Promise<void>
}

const raw = ({ storage, files }: Place) =>
  pMap(
    files,
    ({ path, size }) => {
      const length = Math.min(TAIL, size)
      return storage.read(path, size - length, length)
    },
    { concurrency: AT_ONCE },
  )

const read = ({ storage, files }: Place) =>
  pMap(files, file => readDataFile(storage, file), { concurrency: AT_ONCE })

async function localFiles(names: readonly string[]): Promise<Place> {
  const bytes = await sampleFile()
  const folder = await mkdtemp(join(tmpdir(), 'goldsync-bench-'))
  await mkdir(folder, { recursive: true })
  for (const name of names) await writeFile(join(folder, name), bytes)
  const storage = await openStorage(folder, {})
  return {
    name: 'local',
    storage,
    files: names.map(name => ({ path: join(folder, name), size: bytes.length, modified: 0 })),
    close: () => rm(folder, { recursive: true }),
  }
}

async function hdfsFiles(names: readonly string[]): Promise<Place> {
  const bytes = await sampleFile()
  const root = '/golden/bench_footers'
  await pMap(names, name => hdfs.put(`${root}/${name}`, bytes), { concurrency: 24 })
  const location = hdfs.location(root)
  const settings = { namenodes: [new URL(stack.hdfs.webhdfs).origin], user: stack.hdfs.superuser }
  const storage = await openStorage(location, settings)
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
