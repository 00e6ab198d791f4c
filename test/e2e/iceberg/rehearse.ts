/** The cells happen: files on HDFS, real scans into Iceberg tables of a metastore and of a REST catalog, and the readers are asked. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pMap from 'p-map'
import type { Catalog } from '../../../shared/catalogs/catalog.ts'
import { openCatalog } from '../../../shared/catalogs/open.ts'
import type { TableReport } from '../../../shared/run/report.ts'
import { printType } from '../../../shared/schema/type.ts'
import { metastoreConfig, runScanOf } from '../../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../../support/hdfs.ts'
import { dropInRest } from '../../support/iceberg-rest.ts'
import { dropDatabases } from '../../support/metastore.ts'
import { writeParquet } from '../../support/pyarrow.ts'
import { trinoRows } from '../../support/sql.ts'
import { stack } from '../../support/stack.ts'
import type { Version } from '../evolution/cells.ts'
import { askAll, type Question } from './ask.ts'
import { type Cell, LAYOUTS, type Place } from './cells.ts'
import type { Reader, Recording } from './recordings.ts'

type Cells = Readonly<Record<string, Cell>>

export interface Rehearsal {
  readonly cells: Cells
  /** A database and a folder below /golden, of the caller's own. */
  readonly name: string
  readonly readers: readonly Reader[]
  readonly onProgress?: (text: string) => void
}

/** Plays the cells, and tells what was seen. */
export async function rehearse({
  cells,
  name,
  readers,
  onProgress = () => undefined,
}: Rehearsal): Promise<Recording[]> {
  const stage = await openStage(name)
  try {
    const synced = await sync(stage, cells)
    onProgress(`synced ${synced.length} tables`)
    const asked = synced.filter(({ question }) => question !== undefined)
    const answers = new Map<string, Recording['answers']>()
    for (const reader of readers) {
      const said = await askAll(
        reader,
        asked.map(({ question }) => question as Question),
      )
      for (const [at, answer] of said.entries()) {
        const { cell } = (asked[at] as Synced).recording
        answers.set(cell, { ...answers.get(cell), [reader]: answer })
      }
      onProgress(`asked ${reader}`)
    }
    return synced.map(({ recording }) => ({ ...recording, answers: answers.get(recording.cell) ?? {} }))
  } finally {
    await stage.close()
  }
}

type Scanned = (topic: string) => readonly TableReport[]

interface Stage {
  readonly name: string
  readonly catalogs: Readonly<Record<'hive' | 'rest', Readonly<Record<string, unknown>>>>
  lay(
    files: readonly {
      readonly cell: string
      readonly place: Place
      readonly file: string
      readonly version: Version
    }[],
    cells: Cells,
  ): Promise<void>
  /** A full scan of all lakes. @returns reports of a topic's tables */
  scan(): Promise<Scanned>
  close(): Promise<void>
}

async function openStage(name: string): Promise<Stage> {
  const [root, folder] = [`/golden/${name}`, await mkdtemp(join(tmpdir(), 'goldsync-iceberg-'))]
  const { kind: _, ...metastore } = metastoreConfig('metastore')
  const own = (where: string) => ({
    metadata: hdfs.location(`${root}_${where}`),
    storage: { ...hdfsStorage, user: 'hive' },
  })
  const catalogs = {
    hive: { kind: 'iceberg', tables: { in: 'hive', ...metastore }, ...own('hive') },
    rest: { kind: 'iceberg', tables: { in: 'rest', uri: stack.iceberg.rest }, ...own('rest') },
  }
  const lakes = Object.entries(LAYOUTS).map(([layout, { template, ...keys }]) => ({
    ...{
      location: hdfs.location(`${root}/${layout}`),
      storage: hdfsStorage,
      database: name,
      createDatabase: true,
    },
    ...{ layout: template, ...('partitionKeys' in keys ? { partitionKeys: keys.partitionKeys } : {}) },
  }))
  for (const path of [root, ...Object.keys(LAYOUTS).map(layout => `${root}/${layout}`)])
    await hdfs.mkdir(path)
  for (const where of ['hive', 'rest']) {
    await hdfs.mkdir(`${root}_${where}`)
    await hdfs.chmod(`${root}_${where}`, '777')
  }
  return {
    name,
    catalogs,
    lay: async (files, cells) => {
      const made = files.map(({ cell, place, file, version }) => {
        const { layout } = cells[cell] as Cell
        return { ...version, path: `${layout}/${cell}/${LAYOUTS[layout].folders[place]}/${file}.parquet` }
      })
      await writeParquet(made.map(({ path, ...version }) => ({ ...version, file: join(folder, path) })))
      await pMap(made, async ({ path }) => hdfs.put(`${root}/${path}`, await readFile(join(folder, path))), {
        concurrency: 8,
      })
    },
    scan: async () => {
      const reports = await runScanOf({ lakes, catalogs }, { mode: 'full' })
      const failed = reports.find(({ error }) => error)
      if (failed) throw new Error(`${failed.table} in ${failed.catalog}: ${JSON.stringify(failed.error)}`)
      return (topic: string) => reports.filter(report => report.topic === topic)
    },
    close: async () => {
      await dropDatabases(stack.metastore, name)
      await dropInRest(name)
      await Promise.all([root, `${root}_hive`, `${root}_rest`].map(hdfs.rm))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface Synced {
  readonly recording: Omit<Recording, 'answers'>
  readonly question: Question | undefined
}

const at = (cells: Cells, place: Place, which: 'old' | 'new') =>
  Object.entries(cells).map(([cell, { [which]: version }]) => ({ cell, place, file: which, version }))

/** Old files, new files in a partition of their own, then new files beside old ones: a scan after each. */
async function sync(stage: Stage, cells: Cells): Promise<readonly Synced[]> {
  await stage.lay([...at(cells, '01', 'old'), ...at(cells, '03', 'old')], cells)
  const first = await stage.scan()
  await stage.lay(at(cells, '02', 'new'), cells)
  const second = await stage.scan()
  await stage.lay(at(cells, '03', 'new'), cells)
  const third = await stage.scan()
  const catalog = await openCatalog('hive', stage.catalogs.hive)
  try {
    return await pMap(
      Object.entries(cells),
      ([name, cell]) => syncedOf(catalog, stage, name, cell, [first, second, third]),
      {
        concurrency: 4,
      },
    )
  } finally {
    await catalog.close()
  }
}

async function syncedOf(
  catalog: Catalog,
  stage: Stage,
  name: string,
  cell: Cell,
  scans: readonly Scanned[],
): Promise<Synced> {
  const reports = scans.map(scan => scan(name))
  const isHeld = (reports[1] ?? []).some(({ partitions }) => partitions.added === 0)
  const table = await catalog.inspect({ database: stage.name, name })
  const codes = reports.flat().flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))
  const recording = {
    ...{ cell: name, group: cell.group, change: cell.change, held: isHeld },
    table: (table?.columns ?? []).map(({ name, type }) => `${name} ${printType(type)}`),
    // Its hours are years old, and written today.
    codes: [...new Set(codes)].filter(code => code !== 'BEHIND_LOOKBACK').sort(),
  }
  if (table === undefined) return { recording, question: undefined }
  const [[metadata = ''] = []] = await trinoRows(
    `select file from ${stack.trino.icebergCatalog}.${stage.name}."${name}$metadata_log_entries" order by timestamp desc limit 1`,
  )
  const { old } = cell
  const question = {
    ...{ table: `${stage.name}.${name}`, metadata: metadata as string },
    ...{ columns: table.columns, keys: table.partitionKeys, layout: cell.layout },
    ...{ filter: cell.filter, bounded: cell.bounded },
    partitions: isHeld
      ? { '01': [old], '03': [old] }
      : { '01': [old], '02': [cell.new], '03': [old, cell.new] },
  }
  return { recording, question }
}
