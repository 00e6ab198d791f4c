/** The limits: goldsync's own requests by the same clients with nothing decoded, alone and overlapped. */
import pMap from 'p-map'
import { FINGERPRINT } from '../../shared/evolution/fingerprint.ts'
import type { Lake } from '../../shared/run/run.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Table } from '../../shared/schema/table.ts'
import { newTable } from '../../shared/state/table-state.ts'
import type { FileStatus } from '../../shared/storages/storage.ts'
import type { Bench } from './zone.ts'

const AT_ONCE = 16
const TAIL = 64 * 1024
const BATCH = 500
/** Year, month, day, hour. */
const LEVELS = 4

/** @returns the files of every partition's folder */
export async function listAll(bench: Bench): Promise<readonly (readonly FileStatus[])[]> {
  const { lake } = only(bench)
  return pMap(await walk(lake, topicOf(lake), LEVELS), folder => lake.storage.list(folder), {
    concurrency: AT_ONCE,
  })
}

export async function readTails(bench: Bench, folders: readonly (readonly FileStatus[])[]): Promise<void> {
  const { lake } = only(bench)
  await pMap(folders.flat(), file => tail(lake, file), { concurrency: AT_ONCE })
}

/** @param folders of hours, below the topic's */
export async function addAll(bench: Bench, folders: readonly string[]): Promise<void> {
  const { lake } = only(bench)
  const add = await adder(bench)
  for (let at = 0; at < folders.length; at += BATCH)
    await add(folders.slice(at, at + BATCH).map(folder => `${topicOf(lake)}/${folder}`))
}

/** Lists, tails and adds overlapped: what no tool that looks at each file can beat. */
export async function overlapped(bench: Bench): Promise<void> {
  const { lake } = only(bench)
  const add = await adder(bench)
  let added: Promise<void> = Promise.resolve()
  const read: string[] = []
  const addRead = () => {
    const batch = read.splice(0)
    added = added.then(() => add(batch))
  }
  await pMap(
    await walk(lake, topicOf(lake), LEVELS),
    async folder => {
      for (const file of await lake.storage.list(folder)) await tail(lake, file)
      read.push(folder)
      if (read.length === BATCH) addRead()
    },
    { concurrency: AT_ONCE },
  )
  if (read.length > 0) addRead()
  await added
}

function only({ lakes }: Bench) {
  const lake = lakes[0] as Lake
  return { lake, catalog: lake.catalogs[0] as Lake['catalogs'][number] }
}

const topicOf = (lake: Lake) => `${lake.location}/orders`

function tail(lake: Lake, file: FileStatus): Promise<Uint8Array> {
  const length = Math.min(TAIL, file.size)
  return lake.storage.read(file.location, file.size - length, length)
}

async function walk(lake: Lake, folder: string, levels: number): Promise<string[]> {
  if (levels === 0) return [folder]
  const children = (await lake.storage.list(folder)).map(({ location }) => location)
  return (await pMap(children, child => walk(lake, child, levels - 1), { concurrency: AT_ONCE })).flat()
}

/** Makes the table. @returns what registers partitions of it, one batch at a time */
async function adder(bench: Bench): Promise<(folders: readonly string[]) => Promise<void>> {
  const { lake, catalog } = only(bench)
  const topic = { name: 'orders', segments: ['orders'], location: topicOf(lake) }
  const columns = Array.from({ length: 20 }, (_, at) => ({
    name: `c${at}`,
    type: { kind: 'bigint' } as const,
  }))
  const table = newTable(
    { database: lake.database, name: 'orders' },
    topic,
    lake.layout,
    columns,
    lake.location,
  )
  const apply = (change: Change) => catalog.apply(catalog.plan(table.name, [change]))
  await apply({ kind: 'createDatabase', database: lake.database })
  await apply({ kind: 'createTable', table })
  return folders => apply(partitionsOf(table, folders))
}

const partitionsOf = (table: Table, folders: readonly string[]): Change => ({
  kind: 'addPartitions',
  table: table.name,
  partitionKeys: table.partitionKeys,
  partitions: folders.map(location => ({
    values: location.split('/').slice(-LEVELS),
    location,
    columns: table.columns,
    parameters: { numRows: '50', numFiles: '1', totalSize: '1', [FINGERPRINT]: '1:10220:1790000000000' },
    files: [],
  })),
})
