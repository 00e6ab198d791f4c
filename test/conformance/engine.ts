/** What every engine driver does, on real tables and files: one set of each for the whole suite, and few statements. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCatalog } from '../../shared/catalogs/open.ts'
import type { Engine, Probe } from '../../shared/engines/engine.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Column, PartitionValues, Table, TableName } from '../../shared/schema/table.ts'
import { duckdb } from '../support/duckdb.ts'
import { hdfs } from '../support/hdfs.ts'
import { dropDatabases } from '../support/metastore.ts'
import { type ParquetSpec, writeParquet } from '../support/pyarrow.ts'
import { columns } from '../support/types.ts'

export interface EngineHarness {
  /** Opens an engine over the metastore's tables. */
  open(): Promise<Engine>
  /** One at a port where nobody listens. */
  closed(): Promise<Engine>
  readonly metastore: { readonly host: string; readonly port: number }
  readonly version: RegExp
  /** What it says of a codec and of an encoding that it does not know. */
  readonly words: { readonly codec: RegExp; readonly encoding: RegExp }
  /** Whether it finds no rows by a wider type's value where the file has a bloom filter of the narrower one. */
  readonly losesByBloomFilter: boolean
}

const NULL = '__HIVE_DEFAULT_PARTITION__'
const KEYS = columns('dt date', 'hr int', 'site string')
const GOOD: PartitionValues = ['2026-11-21', '7', "it's"]
const NULL_SITE: PartitionValues = ['2026-11-21', '8', NULL]
const NULL_HOUR: PartitionValues = ['2026-11-22', NULL, NULL]
const BAD: PartitionValues = ['2026-11-22', '7', 'bad']

/** Each type, how pyarrow writes it, its value in the file and as text. */
const TYPES: readonly (readonly [
  column: string,
  arrow: ParquetSpec['columns'][number][1],
  value: unknown,
  text?: string,
])[] = [
  ['yes boolean', 'bool', true, 'true'],
  ['tiny tinyint', 'int8', -3, '-3'],
  ['small smallint', 'int16', 300, '300'],
  ['id int', 'int32', 7, '7'],
  ['large bigint', 'int64', '-9007199254740993', '-9007199254740993'],
  ['short float', 'float', 0.1, '0.1'],
  ['long double', 'double', 0.25, '0.25'],
  ['name string', 'string', "it's ${a} \\ 100%", "it's ${a} \\ 100%"],
  ['code varchar(5)', 'string', 'abc', 'abc'],
  ['bytes binary', 'binary', 'ab', '6162'],
  ['day date', 'date32', '2026-11-21', '2026-11-21'],
  ['at timestamp', 'timestamp[us]', '2026-11-21 01:02:03.123', '2026-11-21 01:02:03.123'],
  ['price decimal(10,2)', 'decimal(10,2)', '1.50', '1.5'],
  ['vast decimal(38,1)', 'decimal(38,1)', '-1234567890123456789012345.5', '-1234567890123456789012345.5'],
  ['tags array<string>', { list: 'string' }, ['a', null]],
  ['marks map<string,bigint>', { map: ['string', 'int64'] }, { a: 1 }],
  ['deep struct<n:int,l:array<int>>', { struct: { n: 'int32', l: { list: 'int32' } } }, { n: 1, l: [2] }],
]
const COLUMNS = columns(...TYPES.map(([column]) => column))
const NARROW = columns('id bigint')

/** Describes the driver; called once for each. */
export function describeEngine(name: string, open: () => Promise<EngineHarness>): void {
  describe(`engine ${name}`, () => {
    const database = `engine_${name}_${process.pid}`
    const root = `/golden/${database}`
    const files: TableName = { database, name: 'files' }
    const narrow: TableName = { database, name: 'narrow' }
    let harness: EngineHarness
    let engine: Engine

    const probe = (partition: PartitionValues, file: string, more: Partial<Probe> = {}): Probe => ({
      table: files,
      keys: KEYS,
      partition,
      file,
      columns: COLUMNS,
      conditions: [],
      ...more,
    })
    const ofNarrow = (partition: PartitionValues, file: string, value?: string): Probe =>
      probe(partition, file, {
        table: narrow,
        location: locationOf(narrow, partition),
        columns: NARROW,
        conditions: value === undefined ? [] : [{ column: NARROW[0] as Column, value }],
      })
    const locationOf = (table: TableName, values: PartitionValues) =>
      hdfs.location(`${root}/${table.name}/${values[0]}-${values[1]}`)

    beforeAll(async () => {
      harness = await open()
      engine = await harness.open()
      await fill(root)
      const tables = [tableOf(files, COLUMNS, root), tableOf(narrow, NARROW, root)]
      await register(harness, database, tables, [GOOD, NULL_SITE, NULL_HOUR, BAD], locationOf)
    })

    afterAll(async () => {
      await engine?.close()
      await dropDatabases(harness.metastore, database)
      await hdfs.rm(root)
    })

    it('says what it is', async () => {
      const { kind, version } = await engine.reader()
      expect(kind).toBe(engine.kind)
      expect(version).toMatch(harness.version)
    })

    it('counts the partitions that it sees, of keys of each type, and only those', async () => {
      const wanted = (...partitions: PartitionValues[]) => ({ table: files, keys: KEYS, partitions })
      const missing: PartitionValues = ['2026-11-21', '8', "it's"]
      expect(
        await engine.visible([
          wanted(GOOD, NULL_SITE, missing),
          wanted(missing),
          wanted(),
          { ...wanted(BAD), table: narrow },
          wanted(NULL_SITE),
          wanted(NULL_HOUR),
          wanted(GOOD, NULL_SITE, NULL_HOUR, ['2026-11-22', '8', NULL]),
        ]),
      ).toEqual([2, 0, 0, 1, 1, 1, 3])
    })

    it('reads a row of all columns, and finds one by a value of each type', async () => {
      const conditions = TYPES.map(([, , , value], at) => ({ column: COLUMNS[at] as Column, value }))
      const location = locationOf(files, GOOD)
      expect(await engine.read(probe(GOOD, 'a good_1%.parquet', { location, conditions }))).toEqual({
        outcome: 'read',
        lost: [],
      })
    })

    it('finds the file by its name alone, and tells by which values it finds no row', async () => {
      const conditions = [
        { column: COLUMNS[3] as Column, value: '7' },
        { column: COLUMNS[3] as Column, value: '8' },
      ]
      expect(await engine.read(probe(NULL_SITE, 'b.parquet', { conditions }))).toEqual({
        outcome: 'read',
        lost: conditions.slice(1),
      })
    })

    it('says in its own words that it cannot read a file', async () => {
      const { codec, encoding } = harness.words
      expect(await engine.read(ofNarrow(BAD, 'z codec.parquet'))).toMatchObject({
        outcome: 'cannot',
        message: expect.stringMatching(codec),
      })
      const failure = await engine.read(ofNarrow(NULL_SITE, 'encoding.parquet'))
      expect(failure).toMatchObject({ outcome: 'cannot', message: expect.stringMatching(encoding) })
      expect(JSON.stringify(failure)).not.toMatch(/\\n|\\tat /)
      expect(JSON.stringify(failure).length).toBeLessThan(700)
    })

    it('does not blame a file for its neighbour', async () => {
      expect(await engine.read(ofNarrow(BAD, 'a.parquet', '7'))).toEqual({ outcome: 'read', lost: [] })
    })

    it('tells rows that are lost by a bloom filter', async () => {
      const { lost } = (await engine.read(ofNarrow(GOOD, 'bloom.parquet', '5'))) as { lost?: object[] }
      expect(lost).toHaveLength(harness.losesByBloomFilter ? 1 : 0)
    })

    it('has the errors of all drivers', async () => {
      const missing = { database, name: 'missing' }
      const visible = (of: Engine, table = missing) => of.visible([{ table, keys: KEYS, partitions: [GOOD] }])
      await expect(visible(engine)).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(engine.read(probe(GOOD, 'a good_1%.parquet', { table: missing }))).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringContaining('missing'),
      })
      await expect(engine.read(ofNarrow(GOOD, 'missing.parquet'))).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringContaining('missing.parquet'),
      })
      const closed = await harness.closed()
      for (const call of [
        () => visible(closed),
        () => closed.read(probe(GOOD, 'b')),
        () => closed.reader(),
      ]) {
        await expect(call()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true })
      }
      await closed.close()
      const signal = AbortSignal.abort()
      await expect(engine.read(probe(GOOD, 'b'), { signal })).rejects.toMatchObject({ code: 'ABORTED' })
      await expect(engine.reader({ signal })).rejects.toMatchObject({ code: 'ABORTED' })
    })
  })
}

/** `a good_1%.parquet` has each type; of two files beside each other one is bad. */
async function fill(root: string): Promise<void> {
  const local = await mkdtemp(join(tmpdir(), 'engine-'))
  const all = TYPES.map(
    ([column, arrow, value]) => [column.split(' ')[0] as string, arrow, [value, null]] as const,
  )
  const ids = [['id', 'int64', [7, 8]]] as const
  const specs: Record<string, Omit<ParquetSpec, 'file'>> = {
    'files/2026-11-21-7/a good_1%.parquet': { columns: all },
    'files/2026-11-21-8/b.parquet': { columns: all },
    'narrow/2026-11-22-7/a.parquet': { columns: ids },
    'narrow/2026-11-22-7/z codec.parquet': { columns: ids, options: { compression: 'brotli' } },
    'narrow/2026-11-21-8/encoding.parquet': {
      columns: ids,
      options: { use_dictionary: false, column_encoding: 'BYTE_STREAM_SPLIT' },
    },
  }
  const bloom = 'narrow/2026-11-21-7/bloom.parquet'
  await writeParquet(Object.entries(specs).map(([file, spec]) => ({ file: join(local, file), ...spec })))
  await duckdb(
    `COPY (SELECT (range % 50)::INTEGER id FROM range(2000)) TO '${join(local, 'bloom')}' (FORMAT parquet)`,
  )
  await hdfs.mkdir(root)
  await hdfs.chmod(root, '777')
  for (const file of Object.keys(specs)) await hdfs.put(`${root}/${file}`, await readFile(join(local, file)))
  await hdfs.put(`${root}/${bloom}`, await readFile(join(local, 'bloom')))
  await rm(local, { recursive: true })
}

const tableOf = (name: TableName, of: readonly Column[], root: string): Table => ({
  name,
  kind: 'external',
  format: 'parquet',
  columns: of,
  partitionKeys: KEYS,
  location: hdfs.location(`${root}/${name.name}`),
  parameters: {},
})

async function register(
  { metastore }: EngineHarness,
  database: string,
  tables: readonly Table[],
  partitions: readonly PartitionValues[],
  locationOf: (table: TableName, values: PartitionValues) => string,
): Promise<void> {
  const uris = `thrift://${metastore.host}:${metastore.port}`
  const catalog = await openCatalog('hive', { kind: 'metastore', uris })
  for (const [at, table] of tables.entries()) {
    const changes: Change[] = [
      ...(at === 0 ? [{ kind: 'createDatabase', database } as const] : []),
      { kind: 'createTable', table },
      {
        kind: 'addPartitions',
        table: table.name,
        partitionKeys: KEYS,
        partitions: partitions.map(values => ({
          values,
          location: locationOf(table.name, values),
          columns: table.columns,
          parameters: {},
          files: [],
        })),
      },
    ]
    await catalog.apply(catalog.plan(table.name, changes))
  }
  await catalog.close()
}
