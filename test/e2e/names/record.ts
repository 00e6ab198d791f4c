/**
 * Asks the running engines what they make of names, and writes what was seen: `npx tsx test/e2e/names/record.ts` (a quarter
 * of an hour; `… metastore '^value false'`: one metastore's engines, some cells). Tables are made as another tool would, since goldsync makes none with such names.
 */
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pMap from 'p-map'
import { openCatalog } from '../../../shared/catalogs/open.ts'
import type { Table } from '../../../shared/schema/table.ts'
import { hiveStatements } from '../../../shared/sql/hive.ts'
import { hiveName } from '../../../shared/sql/hive-text.ts'
import { metastoreConfig } from '../../support/golden-zone.ts'
import { hdfs } from '../../support/hdfs.ts'
import { dropDatabases } from '../../support/metastore.ts'
import { prestoRows } from '../../support/presto.ts'
import { writeParquet } from '../../support/pyarrow.ts'
import { closeEngines, hiveRows, trinoRows } from '../../support/sql.ts'
import { stack } from '../../support/stack.ts'
import { inWords } from '../evolution/ask.ts'
import { CELLS, contents, declaration, type NameCell } from './cells.ts'

const SERVERS = ['metastore', 'metastore3'] as const
type Server = (typeof SERVERS)[number]

const [wanted = '', only = ''] = process.argv.slice(2)
const servers = SERVERS.filter(server => wanted === '' || server === wanted)
const cells = CELLS.filter(({ name, place, declared }) =>
  new RegExp(only).test(`${place} ${declared} ${name}`),
)
const database = `names_${process.pid}`
const root = `/golden/${database}`
const folder = await mkdtemp(join(tmpdir(), 'goldsync-names-'))
const file = new URL('../../fixtures/names.json', import.meta.url)

interface Asked {
  readonly engine: 'hive4' | 'trino' | 'presto'
  readonly server: Server
  readonly rows: (sql: string) => Promise<(string | null)[][]>
  readonly quote: (name: string) => string
  readonly first: string
}

const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`
const ENGINES: readonly Asked[] = [
  { engine: 'hive4', server: 'metastore', rows: hiveRows, quote: hiveName, first: '[0]' },
  {
    engine: 'trino',
    server: 'metastore3',
    rows: sql => trinoRows(sql.replace(/from names_/, `from ${stack.trino.hive3Catalog}.names_`)),
    quote: sqlName,
    first: '[1]',
  },
  {
    engine: 'presto',
    server: 'metastore3',
    rows: sql => prestoRows(sql, 'hive.parquet_use_column_names=true'),
    quote: sqlName,
    first: '[1]',
  },
]

/** Where Hive makes them; `describe` would escape their names. */
const metastore = await openCatalog('metastore', metastoreConfig('metastore'))
const tableOf = (at: number) => `t${at}`
const location = (at: number) => hdfs.location(`${root}/${tableOf(at)}`)

function table(cell: NameCell, at: number): Table {
  const column = declaration(cell)
  return {
    name: { database, name: tableOf(at) },
    kind: 'external',
    format: 'parquet',
    columns: [{ name: 'id', type: { kind: 'int' } }, ...(column ? [column] : [])],
    partitionKeys: [],
    location: location(at),
    parameters: {},
  }
}

async function create(server: Server): Promise<(string | undefined)[]> {
  const catalog = await openCatalog(server, metastoreConfig(server))
  const name = { database, name: 't' }
  await catalog.apply(catalog.plan(name, [{ kind: 'createDatabase', database }]))
  const refused = await pMap(
    cells.map((cell, at) => table(cell, at)),
    made =>
      catalog.apply(catalog.plan(made.name, [{ kind: 'createTable', table: made }])).then(
        () => undefined,
        error => String(error.message).slice(0, 200),
      ),
    { concurrency: 4 },
  )
  await catalog.close()
  return refused
}

/** By Hive SQL, as the driver hiveserver2 makes tables. */
async function created(cell: NameCell, at: number): Promise<string | undefined> {
  if (!cell.declared || (cell.place !== 'column' && cell.place !== 'field')) return undefined
  const made = { ...table(cell, at), name: { database, name: `h${at}` } }
  const [statement] = hiveStatements({ kind: 'createTable', table: made }, { partitions: 1, length: 1e6 })
  try {
    await hiveRows(statement!.command)
    const found = (await metastore.inspect(made.name))?.columns ?? []
    return found.some(({ name }) => name === declaration(cell)?.name)
      ? undefined
      : `makes ${JSON.stringify(found)}`
  } catch (error) {
    return inWords(error)
  }
}

function condition(cell: NameCell, { quote, first }: Asked): string {
  const { place, name, declared } = cell
  const column = declaration(cell)
  if (column === undefined) return 'id = 1'
  const field = `.${quote(declared ? name : 'ok')} = ${declared ? 5 : 15}`
  if (place === 'column') return `${quote(name)} = 5`
  if (place === 'field') return `${quote('v')}${field}`
  return `${quote('v')}${place === 'element' ? first : "['k']"}${field}`
}

type Seen = NameCell & Readonly<Record<string, unknown>>

const keyOf = ({ name, place, declared }: NameCell): string => `${place} ${declared} ${name}`

const known = (): readonly Seen[] => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Seen[]
  } catch {
    return []
  }
}

interface Answer {
  /** How queries of another column fail. */
  readonly table?: string
  readonly star?: string
  readonly where?: string
}

async function ask(cell: NameCell, at: number, engine: Asked): Promise<Answer | undefined> {
  const from = `from ${database}.${tableOf(at)}`
  const width = declaration(cell) ? 2 : 1
  const where = condition(cell, engine)
  const star = async (filter: string) => {
    const rows = await engine.rows(`select * ${from}${filter}`)
    // A driver's rows are objects, which have a column `1` first.
    const row = rows.find(values => values.includes('1'))
    if (row?.length !== width) return `${row?.length ?? 0} columns for ${width}`
    const five = cell.declared ? /\b5\b/ : /\b15\b/
    if (width === 2 && !five.test(row.join(' '))) return `reads ${row.join(' ')}`
    return rows.length === (filter === '' ? 3 : 1) ? undefined : `${rows.length} rows`
  }
  if ((await star(` where ${where}`).catch(inWords)) === undefined) return undefined
  const count = async (sql: string, wanted: number) => {
    const { length } = await engine.rows(sql)
    return length === wanted ? undefined : `${length} rows for ${wanted}`
  }
  const found = {
    table: await count(`select id ${from}`, 3).catch(inWords),
    star: await star('').catch(inWords),
    where: await count(`select id ${from} where ${where}`, 1).catch(inWords),
  }
  return Object.fromEntries(Object.entries(found).filter(([, fault]) => fault !== undefined))
}

try {
  await writeParquet(
    cells.map((cell, at) => ({
      file: join(folder, `${at}.parquet`),
      columns: [['id', 'int32', [1, 2, 3]], contents(cell)],
    })),
  )
  await pMap(
    cells,
    async (_, at) =>
      hdfs.put(`${root}/${tableOf(at)}/a.parquet`, await readFile(join(folder, `${at}.parquet`))),
    {
      concurrency: 8,
    },
  )
  const seen = new Map(known().map(found => [keyOf(found), found]))
  const note = (cell: NameCell, by: string, what: unknown) => {
    const { [by]: _before, ...rest } = (seen.get(keyOf(cell)) ?? cell) as Seen
    seen.set(keyOf(cell), (what === undefined ? rest : { ...rest, [by]: what }) as Seen)
  }
  const play = async (server: Server) => {
    const refused = await create(server)
    for (const [at, cell] of cells.entries()) note(cell, server, refused[at])
    console.log(server, 'made', cells.length)
    await Promise.all(
      ENGINES.filter(engine => engine.server === server).map(engine =>
        pMap(
          cells,
          async (cell, at) => {
            if (refused[at] !== undefined) return
            note(cell, engine.engine, (await ask(cell, at, engine)) ?? 'right')
            if (at % 50 === 0) console.log(engine.engine, at)
          },
          { concurrency: 2 },
        ),
      ),
    )
    if (server !== 'metastore') return
    for (const [at, cell] of cells.entries()) note(cell, 'hiveserver2', await created(cell, at))
  }
  await Promise.all(servers.map(play))
  const lines = CELLS.flatMap(cell => seen.get(keyOf(cell)) ?? []).map(found => JSON.stringify(found))
  await writeFile(file, `[\n${lines.join(',\n')}\n]\n`)
} finally {
  await closeEngines()
  await metastore.close()
  for (const server of servers) await dropDatabases(stack[server], database)
  await Promise.all([hdfs.rm(root), rm(folder, { recursive: true, force: true })])
}
