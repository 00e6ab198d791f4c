/** The changes of the matrix happen: files on HDFS, real scans into both metastores, and the engines are asked. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pMap from 'p-map'
import type { Catalog } from '../../../shared/catalogs/catalog.ts'
import { openCatalog } from '../../../shared/catalogs/open.ts'
import { isAccepted, readDataFile } from '../../../shared/parquet/read.ts'
import type { TableReport } from '../../../shared/run/report.ts'
import type { Change, Retype } from '../../../shared/schema/change.ts'
import type { DataFile } from '../../../shared/schema/observed.ts'
import type { Table } from '../../../shared/schema/table.ts'
import { printType, sameType } from '../../../shared/schema/type.ts'
import { bytesStorage } from '../../support/bytes-storage.ts'
import { metastoreConfig, runScanOf } from '../../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../../support/hdfs.ts'
import { dropDatabases } from '../../support/metastore.ts'
import { writeParquet } from '../../support/pyarrow.ts'
import { stack } from '../../support/stack.ts'
import { ask, inWords, type Question } from './ask.ts'
import type { Cell, Version } from './cells.ts'
import type { Answer, Forced, Judge, Recording, SeenFile } from './recordings.ts'

const METASTORES = ['metastore', 'metastore3'] as const
type Metastore = (typeof METASTORES)[number]

const JUDGES: Readonly<Record<Metastore, readonly Judge[]>> = {
  metastore: ['hive', 'trino'],
  metastore3: ['trino3', 'presto'],
}

const DAY = '2019/09/01'

/** A lake for the matrix, in a database of the same name in both metastores. */
interface Stage {
  readonly name: string
  readonly root: string
  readonly folder: string
  /** Writes files with pyarrow: `{ 'int_bigint/01/a': version }`. */
  lay(files: Readonly<Record<string, Version>>): Promise<void>
  /** A full scan. @returns reports by metastore and table */
  scan(): Promise<Readonly<Record<Metastore, ReadonlyMap<string, TableReport>>>>
  close(): Promise<void>
}

async function openStage(name: string): Promise<Stage> {
  const [root, folder] = [`/golden/${name}`, await mkdtemp(join(tmpdir(), 'goldsync-evolution-'))]
  const pathOf = (file: string) => file.replace(/\/(\d\d)\/(\w+)$/, `/${DAY}/$1/$2.parquet`)
  const config = configOf(name, root)
  return {
    name,
    root,
    folder,
    lay: async files => {
      const paths = Object.keys(files).map(pathOf)
      await writeParquet(
        Object.entries(files).map(([file, version]) => ({ ...version, file: join(folder, pathOf(file)) })),
      )
      await pMap(paths, async path => hdfs.put(`${root}/${path}`, await readFile(join(folder, path))), {
        concurrency: 8,
      })
    },
    scan: async () => {
      const reports = await runScanOf(config, { mode: 'full' })
      const of = (catalog: string) =>
        new Map(reports.filter(report => report.catalog === catalog).map(report => [report.topic, report]))
      return { metastore: of('metastore'), metastore3: of('metastore3') }
    },
    close: async () => {
      for (const server of METASTORES) await dropDatabases(stack[server], name)
      await Promise.all([hdfs.rm(root), rm(folder, { recursive: true, force: true })])
    },
  }
}

const configOf = (name: string, root: string) => ({
  lakes: [
    {
      location: hdfs.location(root),
      storage: hdfsStorage,
      database: name,
      createDatabase: true,
      readers: ['hive 4.0.1', 'trino 476', 'presto 0.287'],
    },
  ],
  catalogs: { metastore: metastoreConfig('metastore'), metastore3: metastoreConfig('metastore3') },
})

export interface Rehearsal {
  readonly cells: Readonly<Record<string, Cell>>
  /** A database and a folder below /golden, of the caller's own. */
  readonly name: string
  /** Whether what is held back is applied all the same, to see why. */
  readonly forced: boolean
  readonly onProgress?: (text: string) => void
}

/** Plays the cells, and tells what was seen. */
export async function rehearse({
  cells,
  name,
  forced,
  onProgress = () => undefined,
}: Rehearsal): Promise<Recording[]> {
  const stage = await openStage(name)
  try {
    const synced = await sync(stage, cells)
    onProgress(`synced ${Object.keys(cells).length} tables`)
    const answers = await askAll(
      synced.map(({ cell, question }) => [cell, question]),
      onProgress,
    )
    const held = synced.filter(({ held }) => held).map(({ cell }) => cell)
    const reasons = forced ? await force(stage, pick(cells, held), onProgress) : new Map<string, Reasons>()
    return synced.map(({ cell, question, ...told }) => {
      const { group, change } = cells[cell]!
      const reason = reasons.get(cell)
      return {
        cell,
        group,
        change,
        ...told,
        answers: answers.get(cell)!,
        ...(reason ? { forced: reason } : {}),
      }
    })
  } finally {
    await stage.close()
  }
}

const pick = (cells: Readonly<Record<string, Cell>>, names: readonly string[]): Record<string, Cell> =>
  Object.fromEntries(names.map(name => [name, cells[name]!]))

const filesAt = (
  cells: Readonly<Record<string, Cell>>,
  place: string,
  version: 'old' | 'new',
): Record<string, Version> =>
  Object.fromEntries(Object.entries(cells).map(([name, cell]) => [`${name}/${place}`, cell[version]]))

interface Synced extends Pick<Recording, 'cell' | 'old' | 'new' | 'held' | 'table' | 'codes'> {
  readonly question: Question
}

/** Old files, new files in a partition of their own, then new files beside old ones: a scan after each. */
async function sync(stage: Stage, cells: Readonly<Record<string, Cell>>): Promise<Synced[]> {
  await stage.lay({ ...filesAt(cells, '01/a', 'old'), ...filesAt(cells, '03/a', 'old') })
  await stage.scan()
  await stage.lay(filesAt(cells, '02/b', 'new'))
  const second = await stage.scan()
  const accepted = Object.keys(cells).filter(name => !isHeld(second, name))
  await stage.lay(filesAt(pick(cells, accepted), '03/b', 'new'))
  const third = await stage.scan()
  return withCatalog('metastore', catalog =>
    pMap(
      Object.entries(cells),
      async ([name, cell]) => {
        const held = !accepted.includes(name)
        const table = await inspect(catalog, stage, name)
        return {
          cell: name,
          old: await seenFile(stage, `${name}/${DAY}/01/a.parquet`),
          new: await seenFile(stage, `${name}/${DAY}/02/b.parquet`),
          held,
          table: printed(table.columns),
          codes: codesOf(name, second, third),
          question: questionOf(table, cell, held),
        }
      },
      { concurrency: 4 },
    ),
  )
}

type Scanned = Awaited<ReturnType<Stage['scan']>>

/** @throws where the metastores differ, or the new partition is neither held nor there */
function isHeld(scanned: Scanned, name: string): boolean {
  const [four, three] = METASTORES.map(server => scanned[server].get(name)!)
  if (four!.held.length !== three!.held.length || four!.partitions.added !== three!.partitions.added)
    throw new Error(`${name}: the metastores differ: ${JSON.stringify([four, three], null, 1)}`)
  if (four!.partitions.added + four!.held.length !== 1) throw new Error(JSON.stringify(four, null, 1))
  return four!.held.length === 1
}

const codesOf = (name: string, ...scans: readonly Scanned[]): string[] => {
  const reports = scans.flatMap(scan => METASTORES.map(server => scan[server].get(name)!))
  const codes = reports.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))
  // Its hours are years old, and written today.
  return [...new Set(codes)].filter(code => code !== 'BEHIND_LOOKBACK').sort()
}

const questionOf = ({ name, columns }: Table, cell: Cell, held: boolean): Question => ({
  table: `${name.database}.${name.name}`,
  columns,
  partitions: held
    ? { '01': [cell.old], '03': [cell.old] }
    : { '01': [cell.old], '02': [cell.new], '03': [cell.old, cell.new] },
  filter: held ? undefined : cell.filter,
})

const printed = (columns: DataFile['columns']): string[] =>
  columns.map(({ name, type }) => `${name} ${printType(type)}`)

async function dataFileOf(stage: Stage, path: string): Promise<DataFile> {
  const bytes = await readFile(join(stage.folder, path))
  const file = await readDataFile(bytesStorage({ [path]: bytes }), { path, size: bytes.length, modified: 0 })
  if (!isAccepted(file)) throw new Error(file.diagnostic.message)
  return file
}

async function seenFile(stage: Stage, path: string): Promise<SeenFile> {
  const { columns, allNames, millis, diagnostics } = await dataFileOf(stage, path)
  return {
    columns: printed(columns),
    ...(allNames ? { allNames } : {}),
    ...(millis ? { millis } : {}),
    findings: diagnostics.map(({ code, column }) => `${code} ${column}`),
  }
}

async function withCatalog<T>(server: Metastore, use: (catalog: Catalog) => Promise<T>): Promise<T> {
  const catalog = await openCatalog(server, metastoreConfig(server))
  try {
    return await use(catalog)
  } finally {
    await catalog.close()
  }
}

async function inspect(catalog: Catalog, stage: Stage, name: string): Promise<Table> {
  const table = await catalog.inspect({ database: stage.name, name })
  if (table === undefined) throw new Error(`there is no table ${name}`)
  return table
}

type Answers = Partial<Record<Judge, Answer>>

/** The engines work side by side, each on its own questions one after the other. */
async function askAll(
  questions: readonly (readonly [key: string, question: Question, servers?: readonly Metastore[]])[],
  onProgress: (text: string) => void,
): Promise<Map<string, Answers>> {
  const answers = new Map<string, Answers>(questions.map(([key]) => [key, {}]))
  const askOne = async (judge: Judge, key: string, question: Question): Promise<void> => {
    const answer = await ask(judge, question)
    answers.get(key)![judge] = answer
    onProgress(`${judge} ${key} ${JSON.stringify(answer)}`)
    if (judge === 'presto' && answer !== 'right') await askOne('prestoByName', key, question)
  }
  const each = async (server: Metastore, judge: Judge) => {
    for (const [key, question, servers = METASTORES] of questions)
      if (servers.includes(server)) await askOne(judge, key, question)
  }
  await Promise.all(METASTORES.flatMap(server => JUDGES[server].map(judge => each(server, judge))))
  return new Map([...answers].map(([key, found]) => [key, inOrder(found)]))
}

const ORDER: readonly Judge[] = ['hive', 'trino', 'trino3', 'presto', 'prestoByName']

const inOrder = (answers: Answers): Answers =>
  Object.fromEntries(ORDER.flatMap(judge => (judge in answers ? [[judge, answers[judge]]] : [])))

type Reasons = NonNullable<Recording['forced']>
const WAYS = ['stands', 'widened'] as const

/** What was held back is applied to tables of their own, as another tool would. */
async function force(
  stage: Stage,
  cells: Readonly<Record<string, Cell>>,
  onProgress: (text: string) => void,
): Promise<Map<string, Reasons>> {
  const copies = Object.fromEntries(
    WAYS.flatMap(way => Object.entries(cells).map(([name, cell]) => [`${name}__${way}`, cell])),
  )
  await stage.lay(filesAt(copies, '01/a', 'old'))
  await stage.scan()
  await stage.lay(filesAt(copies, '02/b', 'new'))
  const refused = new Map<string, NonNullable<Forced['refused']>>()
  for (const server of METASTORES)
    await withCatalog(server, async catalog => {
      for (const name of Object.keys(copies)) {
        const reason = await apply(catalog, stage, name).then(() => undefined, inWords)
        if (reason !== undefined) refused.set(name, { ...refused.get(name), [server]: reason })
      }
    })
  onProgress(`forced ${Object.keys(copies).length} tables`)
  const questions = await forcedQuestions(stage, copies, refused)
  const answers = await askAll(questions, onProgress)
  const forcedOf = (name: string): Forced => {
    const reason = refused.get(name)
    return { ...(reason ? { refused: reason } : {}), answers: answers.get(name) ?? {} }
  }
  return new Map(
    Object.keys(cells).map(name => [
      name,
      { stands: forcedOf(`${name}__stands`), widened: forcedOf(`${name}__widened`) },
    ]),
  )
}

async function apply(catalog: Catalog, stage: Stage, name: string): Promise<void> {
  const table = await inspect(catalog, stage, name)
  const file = await dataFileOf(stage, `${name}/${DAY}/02/b.parquet`)
  const columns = name.endsWith('__widened') ? retypes(table, file) : []
  const types = new Map(columns.map(({ name, to }) => [name, to]))
  const values = [...DAY.split('/'), '02']
  const partition = {
    values,
    location: `${table.location}/${values.join('/')}`,
    columns: table.columns.map(column => ({ ...column, type: types.get(column.name) ?? column.type })),
    parameters: {},
    files: [],
  }
  const changes: Change[] = [
    ...(columns.length > 0
      ? [{ kind: 'changeColumnTypes', table: table.name, columns, cascade: true } as const]
      : []),
    { kind: 'addPartitions', table: table.name, partitionKeys: table.partitionKeys, partitions: [partition] },
  ]
  await catalog.apply(catalog.plan(table.name, changes))
}

const retypes = ({ columns }: Table, file: DataFile): Retype[] =>
  columns.flatMap(({ name, type }) => {
    const to = file.columns.find(column => column.name === name)?.type
    return to && !sameType(type, to) ? [{ name, from: type, to }] : []
  })

async function forcedQuestions(
  stage: Stage,
  copies: Readonly<Record<string, Cell>>,
  refused: ReadonlyMap<string, NonNullable<Forced['refused']>>,
) {
  const servers = (name: string) => METASTORES.filter(server => refused.get(name)?.[server] === undefined)
  const asked = Object.entries(copies).filter(([name]) => servers(name).length > 0)
  return Promise.all(
    asked.map(async ([name, cell]) => {
      const table = await withCatalog(servers(name)[0]!, catalog => inspect(catalog, stage, name))
      const question = { ...questionOf(table, cell, false), filter: undefined }
      const { '01': old, '02': now } = question.partitions
      return [name, { ...question, partitions: { '01': old!, '02': now! } }, servers(name)] as const
    }),
  )
}
