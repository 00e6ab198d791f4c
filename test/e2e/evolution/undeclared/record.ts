/** Asks the running engines what they make of values that a file does not declare as the table does. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pMap from 'p-map'
import { openCatalog } from '../../../../shared/catalogs/open.ts'
import { parseType } from '../../../../shared/schema/type.ts'
import { metastoreConfig } from '../../../support/golden-zone.ts'
import { hdfs } from '../../../support/hdfs.ts'
import { dropDatabases } from '../../../support/metastore.ts'
import { prestoRows } from '../../../support/presto.ts'
import { closeEngines, hiveRows, trinoRows } from '../../../support/sql.ts'
import { stack } from '../../../support/stack.ts'
import { inWords } from '../ask.ts'

const out = `/tmp/h/memory/tmp/undeclared-${process.argv[3] ?? 'x'}.json`
const NAME = `memory_undeclared_${process.argv[3] ?? 'x'}`
const TYPES: Record<string, [string, string | undefined]> = {
  boolean: ['boolean', undefined],
  tinyint: ['tinyint', "tinyint '1'"],
  smallint: ['smallint', undefined],
  char: ['char(5)', "'a'"],
  int: ['int', '1'],
  bigint: ['bigint', '1'],
  float: ['float', '1.5'],
  double: ['double', '1.5'],
  string: ['string', "'a'"],
  varchar: ['varchar(5)', "'a'"],
  binary: ['binary', undefined],
  date: ['date', "date '2020-01-01'"],
  timestamp: ['timestamp', "timestamp '2020-01-01 00:00:00'"],
  dec9: ['decimal(9,2)', '1.50'],
  dec18: ['decimal(18,2)', '1.50'],
  dec20: ['decimal(20,0)', '1'],
  dec38: ['decimal(38,2)', '1.50'],
  array: ['array<int>', undefined],
  map: ['map<string,int>', undefined],
  struct: ['struct<a:int>', undefined],
}
const NULLS = ['null', 'null-int32', 'null-bytes']
const VALUED = ['uint32', 'uint64', 'time-millis', 'decimal-too-wide', 'struct', 'duplicate']
const PLACES = ['top', 'element', 'field', 'value']
const place = (p: string, t: string) =>
  p === 'element'
    ? `array<${t}>`
    : p === 'field'
      ? `struct<a:int,n:${t}>`
      : p === 'value'
        ? `map<string,${t}>`
        : t
const VTYPES = [
  'tinyint',
  'int',
  'bigint',
  'double',
  'string',
  'binary',
  'date',
  'timestamp',
  'dec9',
  'dec20',
  'dec38',
  'array',
  'struct',
]
const cells = [
  ...NULLS.flatMap(s => Object.keys(TYPES).flatMap(t => PLACES.map(p => ({ s, t, p })))),
  ...VALUED.flatMap(s =>
    VTYPES.flatMap(t => (s === 'duplicate' ? ['top'] : ['top', 'element']).map(p => ({ s, t, p }))),
  ),
  ...['null-struct', 'null-list'].flatMap(s =>
    ['int', 'string', 'map', 'array', 'struct'].flatMap(t => PLACES.map(p => ({ s, t, p }))),
  ),
].map(c => ({ ...c, name: `${c.s}_${c.t}_${c.p}`.replace(/-/g, '_') }))

const file = `/tmp/h/memory/tmp/undeclared${process.argv[3] ?? 'x'}.parquet`
const python = spawnSync(stack.python, [fileURLToPath(new URL('write.py', import.meta.url))], {
  input: JSON.stringify({ file, cells: cells.map(c => [c.name, c.s, c.p]) }),
  encoding: 'utf8',
})
if (python.status !== 0) throw new Error(python.stderr)
const root = `/golden/${NAME}`
await hdfs.put(`${root}/t/h=1/a.parquet`, readFileSync(file))
type Cell = (typeof cells)[number]
const only = process.argv[2]
const chosen = only && only !== 'all' ? cells.filter(c => `${c.s}|${c.p}|${c.t}`.match(only)) : cells
const columnsOf = (c: Cell) => [
  { name: 'id', type: parseType('int') },
  { name: c.name, type: parseType(place(c.p, TYPES[c.t]![0])) },
]
const location = hdfs.location(`${root}/t/h=1`)
const SERVERS = (process.argv[5]?.split(',') ?? ['metastore', 'metastore3']) as ('metastore' | 'metastore3')[]
for (const server of SERVERS) {
  await dropDatabases(stack[server], NAME)
  const catalog = await openCatalog(server, metastoreConfig(server))
  const partitionKeys = [{ name: 'h', type: parseType('string') }]
  await catalog.apply(
    catalog.plan({ database: NAME, name: 'x' }, [{ kind: 'createDatabase', database: NAME }]),
  )
  await pMap(
    chosen,
    async c => {
      const name = { database: NAME, name: c.name }
      const columns = columnsOf(c)
      await catalog.apply(
        catalog.plan(name, [
          {
            kind: 'createTable',
            table: {
              name,
              kind: 'external',
              format: 'parquet',
              columns,
              partitionKeys,
              location: hdfs.location(`${root}/t`),
              parameters: {},
            },
          },
          {
            kind: 'addPartitions',
            table: name,
            partitionKeys,
            partitions: [{ values: ['1'], location, columns, parameters: {}, files: [] }],
          },
        ]),
      )
    },
    { concurrency: 4 },
  )
  await catalog.close()
}
console.log('tables made', new Date())
const engines = {
  hive: hiveRows,
  trino: trinoRows,
  presto: (q: string) => prestoRows(q, `${stack.presto.catalog}.parquet_use_column_names=true`),
}
const at: Record<string, string> = {}
const literal = (c: Cell, engine: string) => {
  const l = TYPES[c.t]![1]
  return engine !== 'hive' && l && c.t.startsWith('dec')
    ? `decimal '${l}'`
    : engine === 'hive' && c.t === 'tinyint'
      ? '1'
      : l
}
async function one(engine: keyof typeof engines, c: Cell) {
  const rows = engines[engine]
  const key = `${c.s}|${c.p}|${c.t}`
  const tell: Record<string, string> = {}
  const target = c.p === 'field' ? `t.${c.name}.n` : c.name
  try {
    const got = await rows(
      `select id, ${engine === 'hive' || !['binary'].includes(c.t) ? target : target} from ${engine === 'trino' ? `${stack.trino.hive3Catalog}.` : ''}${NAME}.${c.name} t`,
    )
    const values = got.map(r => r[1]).join(' ~ ')
    tell.read = values
  } catch (e) {
    tell.read = `FAILS ${inWords(e)}`
  }
  if (!tell.read.startsWith('FAILS') && (c.p === 'top' || c.p === 'field')) {
    const l = literal(c, engine)
    const filters: [string, string][] = [
      ['isnull', `${target} is null`],
      ['notnull', `${target} is not null`],
      ...(l
        ? ([
            ['eq', `${target} = ${l}`],
            ['lt', `${target} < ${l}`],
            ['in', `${target} in (${l}, ${l})`],
          ] as [string, string][])
        : []),
    ]
    for (const [n, f] of filters) {
      try {
        tell[n] = (
          await rows(
            `select id from ${engine === 'trino' ? `${stack.trino.hive3Catalog}.` : ''}${NAME}.${c.name} t where ${f}`,
          )
        )
          .map(r => r[0])
          .join(',')
      } catch (e) {
        tell[n] = `FAILS ${inWords(e)}`
      }
    }
  }
  at[`${engine}|${key}`] = JSON.stringify(tell)
  if (Object.keys(at).length % 50 === 0) {
    console.log(Object.keys(at).length, engine, new Date())
    writeFileSync(out, JSON.stringify(at, null, 1))
  }
}
await Promise.all(
  ((process.argv[4]?.split(',') ?? Object.keys(engines)) as (keyof typeof engines)[]).flatMap(engine => {
    const todo = [...chosen]
    const lanes = engine === 'hive' ? 3 : 2
    return Array.from({ length: lanes }, async () => {
      for (let c = todo.shift(); c; c = todo.shift()) await one(engine, c)
    })
  }),
)
writeFileSync(out, JSON.stringify(at, null, 1))
await closeEngines()
console.log(Object.keys(at).length)
