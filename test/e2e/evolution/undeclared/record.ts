/**
 * Asks the running engines what they make of what a file does not declare as its table does, and prints what they answer, a line
 * for each cell: `npx tsx test/e2e/evolution/undeclared/record.ts PATTERN [hive,trino,presto]`. A cell is `shape|place|type`;
 * all of them (`.`) take some ten minutes. shared/evolution/undeclared-facts.ts is what was seen.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pMap from 'p-map'
import { openCatalog } from '../../../../shared/catalogs/open.ts'
import type { Column } from '../../../../shared/schema/table.ts'
import { parseType } from '../../../../shared/schema/type.ts'
import { metastoreConfig } from '../../../support/golden-zone.ts'
import { hdfs } from '../../../support/hdfs.ts'
import { dropDatabases } from '../../../support/metastore.ts'
import { prestoRows } from '../../../support/presto.ts'
import { closeEngines, hiveRows, trinoRows } from '../../../support/sql.ts'
import { stack } from '../../../support/stack.ts'
import { inWords } from '../ask.ts'

/** A declared type, and a value to compare with. */
const TYPES: Readonly<Record<string, string | undefined>> = {
  boolean: undefined,
  tinyint: undefined,
  smallint: undefined,
  int: '1',
  bigint: '1',
  float: '1.5',
  double: '1.5',
  string: "'a'",
  'varchar(5)': "'a'",
  'char(5)': "'a'",
  binary: undefined,
  date: "date '2020-01-01'",
  timestamp: "timestamp '2020-01-01 00:00:00'",
  'decimal(9,2)': '1.50',
  'decimal(18,2)': '1.50',
  'decimal(20,0)': '1',
  'decimal(38,2)': '1.50',
  'array<int>': undefined,
  'map<string,int>': undefined,
  'struct<a:int>': undefined,
}

const SHAPES = [
  'null',
  'null-int32',
  'null-bytes',
  'null-struct',
  'null-list',
  'uint32',
  'uint64',
  'time-millis',
  'decimal-too-wide',
  'struct',
  'duplicate',
] as const

const PLACES: Readonly<Record<string, (type: string) => string>> = {
  top: type => type,
  element: type => `array<${type}>`,
  field: type => `struct<a:int,n:${type}>`,
  value: type => `map<string,${type}>`,
}

interface Cell {
  readonly cell: string
  readonly name: string
  readonly shape: string
  readonly place: string
  readonly type: string
}

const CELLS: readonly Cell[] = SHAPES.flatMap(shape =>
  Object.keys(PLACES).flatMap(place =>
    Object.keys(TYPES).map(type => ({
      cell: `${shape}|${place}|${type}`,
      name: `${shape}_${place}_${type}`.replace(/\W+/g, '_'),
      shape,
      place,
      type,
    })),
  ),
)

const [pattern = '.', named = 'hive,trino,presto'] = process.argv.slice(2)
const cells = CELLS.filter(({ cell }) => new RegExp(pattern).test(cell))
const database = `undeclared_record_${process.pid}`
const root = `/golden/${database}`

const ENGINES = {
  hive: { rows: hiveRows, prefix: '' },
  trino: { rows: trinoRows, prefix: `${stack.trino.hive3Catalog}.` },
  presto: {
    rows: (sql: string) => prestoRows(sql, `${stack.presto.catalog}.parquet_use_column_names=true`),
    prefix: '',
  },
} as const
type EngineName = keyof typeof ENGINES
const engines = named.split(',') as EngineName[]

async function lay(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'goldsync-undeclared-'))
  const file = join(folder, 'a.parquet')
  const script = fileURLToPath(new URL('write.py', import.meta.url))
  const told = { file, cells: cells.map(({ name, shape, place }) => [name, shape, place]) }
  const python = spawnSync(stack.python, [script], { input: JSON.stringify(told), encoding: 'utf8' })
  if (python.status !== 0) throw new Error(python.stderr)
  await hdfs.put(`${root}/h=1/a.parquet`, readFileSync(file))
  rmSync(folder, { recursive: true })
}

/** A table for each cell, since Hive fails on a whole table for one of its columns. */
async function makeTables(server: 'metastore' | 'metastore3'): Promise<void> {
  const catalog = await openCatalog(server, metastoreConfig(server))
  const partitionKeys = [{ name: 'h', type: parseType('string') }]
  const table = { kind: 'external', format: 'parquet', partitionKeys, parameters: {} } as const
  const location = hdfs.location(root)
  await catalog.apply(catalog.plan({ database, name: 'x' }, [{ kind: 'createDatabase', database }]))
  const make = (name: { readonly database: string; readonly name: string }, columns: readonly Column[]) =>
    catalog.apply(
      catalog.plan(name, [
        { kind: 'createTable', table: { ...table, name, columns, location } },
        {
          kind: 'addPartitions',
          table: name,
          partitionKeys,
          partitions: [{ values: ['1'], location: `${location}/h=1`, columns, parameters: {}, files: [] }],
        },
      ]),
    )
  const columnsOf = ({ name, place, type }: Cell): Column[] => [
    { name: 'id', type: parseType('int') },
    { name, type: parseType(PLACES[place]!(type)) },
  ]
  await pMap(cells, cell => make({ database, name: cell.name }, columnsOf(cell)), { concurrency: 4 })
  await catalog.close()
}

const conditions = (target: string, value: string | undefined): string[] => [
  `${target} is null`,
  `${target} is not null`,
  ...(value ? [`${target} = ${value}`, `${target} < ${value}`, `${target} in (${value}, ${value})`] : []),
]

async function ask(engine: EngineName, { name, place, type }: Cell): Promise<Record<string, string>> {
  const { rows, prefix } = ENGINES[engine]
  const target = place === 'field' ? `t.${name}.n` : `t.${name}`
  const answer = async (what: string, where: string) =>
    rows(`select ${what} from ${prefix}${database}.${name} t${where}`).then(
      found => found.map(row => row[0]).join(' ~ '),
      error => `fails: ${inWords(error)}`,
    )
  const told: Record<string, string> = { reads: await answer(target, '') }
  if (told.reads!.startsWith('fails') || (place !== 'top' && place !== 'field')) return told
  const value = engine !== 'hive' && type.startsWith('decimal') ? `decimal '${TYPES[type]}'` : TYPES[type]
  for (const condition of conditions(target, value))
    told[condition.replace(target, '').trim()] = await answer('id', ` where ${condition}`)
  return told
}

await lay()
const servers = (['metastore', 'metastore3'] as const).filter(server =>
  server === 'metastore' ? engines.includes('hive') : engines.some(engine => engine !== 'hive'),
)
try {
  for (const server of servers) await makeTables(server)
  await Promise.all(
    engines.map(engine =>
      pMap(
        cells,
        async cell => console.log(`${engine}|${cell.cell} ${JSON.stringify(await ask(engine, cell))}`),
        {
          concurrency: 2,
        },
      ),
    ),
  )
} finally {
  for (const server of servers) await dropDatabases(stack[server], database)
  await hdfs.rm(root)
  await closeEngines()
}
