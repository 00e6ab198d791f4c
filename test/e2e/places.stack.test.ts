/** Folders and tables that engines take otherwise than they look, told before anything is registered; the engines show why. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHiveServer2 } from '../../shared/catalogs/hiveserver2/hiveserver2.ts'
import { hiveServer2Options } from '../../shared/catalogs/hiveserver2/options.ts'
import { metastoreClient } from '../../shared/catalogs/hms/connection/client.ts'
import type { Struct } from '../../shared/catalogs/hms/protocol/views.ts'
import { openMetastore } from '../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import type { Report, TableReport } from '../../shared/run/report.ts'
import {
  type Columns,
  type GoldenZone,
  hdfsZone,
  metastoreConfig,
  runScanOf,
  scanReportOf,
  zoneConfig,
} from '../support/golden-zone.ts'
import { dropDatabases } from '../support/metastore.ts'
import { prestoRows } from '../support/presto.ts'
import { closeEngines, hiveConfig, hiveRows, trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'

const DB = `places_${process.pid}`
const PARQUET = 'org.apache.hadoop.hive.ql.io.parquet'
const options = metastoreOptions.parse(metastoreConfig('metastore'))
const hms = metastoreClient(options)
let zone: GoldenZone

const place = (name: string): Columns => [['place', 'string', [name]]]
const twoColumns: Columns = [
  ['b', 'string', ['bb']],
  ['a', 'string', ['aa']],
]

const FILES: Record<string, Columns> = {
  ...Object.fromEntries(
    [
      'eu',
      'a*b',
      'a?b',
      'acb',
      'a[x]b',
      'axb',
      'a\\b',
      'ab',
      'a{b',
      'a,b',
      'union',
      'union/SUB',
      '_unknown',
      '.hidden',
      '__HIVE_DEFAULT_PARTITION__',
    ].map(folder => [`raw/places/${folder}/f.parquet`, place(folder)]),
  ),
  'hive/escaped/region=a%2Ab/f.parquet': place('a%2Ab'),
  'hive/escaped/region=__HIVE_DEFAULT_PARTITION__/f.parquet': place('null'),
  'raw/_audit/eu/f.parquet': place('audit'),
  'raw/bucketed/eu/f.parquet': twoColumns,
  'raw/bucketed/eu/g.parquet': twoColumns,
  'raw/positions/eu/f.parquet': twoColumns,
  'raw/positions2/eu/f.parquet': twoColumns,
  'raw/blanks/eu/f.parquet': [['s', { struct: { a: 'int32', b: 'string' } }, [{ a: 1, b: 'x' }]]],
  'raw/digits/eu/f.parquet': [['d', 'decimal(10,2)', ['1.50']]],
  'raw/lists/eu/f.parquet': [['l', { list: 'int32' }, [[5]]]],
  'raw/pairs/eu/f.parquet': [['m', { map: ['string', 'int32'] }, [{ k: 1 }]]],
}

type Descriptor = NonNullable<Struct<'Table'>['sd']>
const serde = (parameters: Record<string, string>): Descriptor['serdeInfo'] => ({
  serializationLib: `${PARQUET}.serde.ParquetHiveSerDe`,
  parameters,
})
const BY_INDEX = { 'parquet.column.index.access': 'TRUE' }
const AB = ['a string', 'b string']

/** Tables as others make them, with one partition. */
const TABLES: Readonly<
  Record<string, { cols: readonly string[]; sd?: Descriptor; parameters?: Record<string, string> }>
> = {
  bucketed: { cols: AB, sd: { numBuckets: 4, bucketCols: ['a'] } },
  positions: { cols: AB, parameters: BY_INDEX },
  positions2: { cols: AB, sd: { serdeInfo: serde(BY_INDEX) } },
  blanks: { cols: ['s struct<a:int, b:string>'] },
  digits: { cols: ['d decimal(10, 2)'] },
  lists: { cols: ['l array< int>'] },
  pairs: { cols: ['m map<string, int>'] },
}

async function make(tableName: string): Promise<void> {
  const { cols, sd: more, parameters } = TABLES[tableName]!
  const location = `${zone.location}/raw/${tableName}`
  const sd: Descriptor = {
    cols: cols.map(text => ({
      name: text.slice(0, text.indexOf(' ')),
      type: text.slice(text.indexOf(' ') + 1),
    })),
    location,
    inputFormat: `${PARQUET}.MapredParquetInputFormat`,
    outputFormat: `${PARQUET}.MapredParquetOutputFormat`,
    numBuckets: -1,
    serdeInfo: serde({}),
    ...more,
  }
  const of = { dbName: DB, tableName, sd }
  const about = {
    owner: 'ann',
    tableType: 'EXTERNAL_TABLE',
    partitionKeys: [{ name: 'region', type: 'string' }],
  }
  const tbl = { ...of, ...about, parameters: { EXTERNAL: 'TRUE', ...parameters } }
  await hms.call('create_table_with_environment_context', { tbl })
  const parts = [{ ...of, values: ['eu'], sd: { ...sd, location: `${location}/eu` } }]
  const request = { dbName: DB, tblName: tableName, parts, ifNotExists: false, needResult: false }
  await hms.call('add_partitions_req', { request })
}

const config = (readers: readonly string[], server: 'metastore' | 'metastore3' = 'metastore') => {
  const { lakes, ...rest } = zoneConfig(zone, DB, metastoreConfig(server))
  const layouts = { raw: '{topic}/{region}', hive: '{topic}/region={region}' }
  return {
    ...rest,
    lakes: Object.entries(layouts).map(([folder, layout]) => ({
      ...lakes[0],
      location: `${zone.location}/${folder}`,
      layout,
      readers,
    })),
  }
}
const codes = (reports: readonly TableReport[]) =>
  Object.fromEntries(
    reports.map(({ topic, diagnostics }) => [
      topic,
      diagnostics.map(({ severity, code }) => `${severity} ${code}`),
    ]),
  )
const failing = (rows: Promise<(string | null)[][]>) =>
  rows.then(
    found => found.flat().sort(),
    (error: Error) =>
      /Not a file|HIVE_INVALID_BUCKET_FILES|NumberFormatException|Illegal file pattern|type expected at the position/.exec(
        error.message,
      )?.[0] ?? error.message,
  )
const inHive = (table: string, where: string, select = 'place') =>
  failing(hiveRows(`select ${select} from ${DB}.${table} where ${where}`))
const inPresto = (table: string, where: string) =>
  failing(prestoRows(`select place from ${DB}.${table} where ${where}`))
const inTrino = (table: string, where: string, select = 'place') =>
  failing(trinoRows(`select ${select} from ${DB}.${table} where ${where}`))

describeStack(
  ['hdfs', 'hiveserver2', 'metastore', 'metastore3', 'trino', 'presto', 'python'],
  'places and tables that engines take otherwise',
  () => {
    let forHive: readonly TableReport[]
    let forTrino: readonly TableReport[]
    let forPresto: Report

    beforeAll(async () => {
      zone = await hdfsZone(`/golden/${DB}`)
      await zone.lay(FILES)
      await hiveRows(`create database ${DB}`)
      for (const name of Object.keys(TABLES)) await make(name)
      forHive = await runScanOf(config(['hive 4.0.1']))
      forTrino = await runScanOf(config(['trino']))
      forPresto = await scanReportOf(config(['presto 0.287'], 'metastore3'), {
        tables: ['places', 'escaped'],
      })
    })

    afterAll(async () => {
      hms.close()
      await closeEngines()
      await zone?.remove()
      for (const server of [stack.metastore, stack.metastore3]) await dropDatabases(server, DB)
    })

    test('for Hive, partitions that it would read wrong are held back; the rest is read right', async () => {
      const report = forHive.find(({ topic }) => topic === 'places')
      expect([codes(forHive).places?.sort(), report?.held]).toEqual([
        ['warning NESTED_FOLDER', 'warning PATTERN_FOLDER'],
        ['a*b', 'a?b', 'a[x]b', 'a\\b', 'a{b', 'union'],
      ])
      expect(forTrino.find(({ topic }) => topic === 'places')?.addedPartitions).toEqual(
        expect.arrayContaining([...(report?.held ?? ['?'])]),
      )
    })

    test('Hive takes the others for patterns, or fails, and Trino is right', async () => {
      const hive = async (...regions: string[]) => {
        const found = []
        for (const region of regions)
          found.push(await inHive('places', `region = '${region.replace('\\', '\\\\')}'`))
        return found
      }
      expect(await hive('a,b', 'a[x]b', 'a\\b', 'a{b', 'union')).toEqual([
        ['a,b'],
        ['axb'],
        ['ab'],
        'Illegal file pattern',
        'Not a file',
      ])
      expect(await hive('a*b', 'a?b')).toEqual([
        expect.arrayContaining(['a*b', 'acb', 'axb']),
        expect.arrayContaining(['a*b', 'acb', 'axb']),
      ])
      const plain = ['a*b', 'a?b', 'a[x]b', 'a\\b', 'a{b', 'union']
      expect(await inTrino('places', `region in (${plain.map(name => `'${name}'`).join(', ')})`)).toEqual(
        plain.sort(),
      )
    })

    test('Presto takes none of them for a pattern', async () => {
      const report = forPresto.tables.find(({ topic }) => topic === 'places')
      expect(report?.held).toEqual([])
      const plain = ['a*b', 'a?b', 'a[x]b', 'a\\b', 'a{b', 'union', 'a,b', 'acb', 'axb', 'ab']
      for (const region of plain)
        expect([region, await inPresto('places', `region = '${region}'`)]).toEqual([region, [region]])
      expect(await inPresto('escaped', "region = 'a*b'")).toEqual(['a%2Ab'])
      expect(await inPresto('escaped', 'region is null')).toEqual(['null'])
    })

    test('folders with hidden names are told, and engines show what is in them, or nothing, once somebody registers them', async () => {
      const report = await scanReportOf(config(['hive 4.0.1']), { mode: 'full' })
      const all = [...report.diagnostics, ...report.tables.flatMap(({ diagnostics }) => diagnostics)]
      const hidden = all.filter(({ code }) => code === 'HIDDEN_FOLDER')
      const known = ['_audit', '_unknown', '.hidden', '__HIVE_DEFAULT_PARTITION__']
      expect(
        hidden.map(({ severity, message }) => [severity, known.filter(name => message.includes(name))]),
      ).toEqual([
        ['info', ['_audit']],
        ['warning', ['_unknown', '.hidden', '__HIVE_DEFAULT_PARTITION__']],
      ])
      const folders = {
        audit: '_audit/eu',
        unknown: 'places/_unknown',
        dot: 'places/.hidden',
        nobody: 'places/__HIVE_DEFAULT_PARTITION__',
        eu: 'places/eu',
      }
      for (const catalog of [stack.trino.catalog, stack.trino.hive3Catalog]) {
        await trinoRows(
          `create table ${catalog}.${DB}.by_hand (place varchar, region varchar) with (format = 'PARQUET', partitioned_by = ARRAY['region'], external_location = '${zone.location}/raw')`,
        )
        for (const [region, folder] of Object.entries(folders))
          await trinoRows(
            `call ${catalog}.system.register_partition('${DB}', 'by_hand', ARRAY['region'], ARRAY['${region}'], '${zone.location}/raw/${folder}')`,
          )
      }
      const regions = Object.keys(folders)
      const seen = async (ask: typeof inPresto) => {
        const found = []
        for (const region of regions) found.push(String(await ask('by_hand', `region = '${region}'`)))
        return found
      }
      const [names, noRows] = [['audit', '_unknown', '.hidden', '__HIVE_DEFAULT_PARTITION__', 'eu'], '']
      expect([await seen(inTrino), await seen(inPresto)]).toEqual([names, names])
      expect(await seen(inHive)).toEqual(['audit', noRows, noRows, noRows, 'eu'])
    })

    test('values that are escaped as Hive does are no patterns, and the default partition is NULL in Trino', async () => {
      expect(codes(forHive).escaped).toEqual([])
      expect([await inHive('escaped', "region = 'a*b'"), await inTrino('escaped', "region = 'a*b'")]).toEqual(
        [['a%2Ab'], ['a%2Ab']],
      )
      expect(await inTrino('escaped', 'region is null')).toEqual(['null'])
    })

    test('tables that files of a lake do not fit are refused', () => {
      const others = (reports: readonly TableReport[]) =>
        Object.keys(TABLES).map(name => codes(reports)[name]?.join())
      const [bucketed, type] = ['error TABLE_BUCKETED', 'error TYPE_UNKNOWN']
      const byPosition = 'error TABLE_BY_POSITION'
      expect(others(forHive)).toEqual([bucketed, byPosition, byPosition, type, type, type, type])
      expect(others(forTrino).map(text => text?.includes('error'))).toEqual([
        true,
        false,
        false,
        ...Array(4).fill(true),
      ])
    })

    test('and the engines would fail on them, or read other values', async () => {
      expect(await inTrino('bucketed', "a = 'aa'", 'a')).toBe('HIVE_INVALID_BUCKET_FILES')
      for (const table of ['positions', 'positions2'])
        expect([await inHive(table, 'true', 'a'), await inTrino(table, "a = 'aa'", 'a')]).toEqual([
          ['bb'],
          ['aa'],
        ])
      expect([await inHive('blanks', "s.b = 'x'", 's.b'), await inTrino('blanks', 's.a = 1', 's')]).toEqual([
        ['x'],
        ['[1,null]'],
      ])
      expect([await inHive('lists', 'size(l) = 1', 'l'), await inTrino('lists', 'true', 'region')]).toEqual([
        ['[5]'],
        'type expected at the position',
      ])
      expect([await inHive('pairs', "m['k'] = 1", 'm'), await inTrino('pairs', 'true', 'region')]).toEqual([
        ['{"k":1}'],
        'type expected at the position',
      ])
      expect([await inHive('digits', 'd = 1.5', 'd'), await inTrino('digits', 'true', 'region')]).toEqual([
        ['1.5'],
        'NumberFormatException',
      ])
    })

    test('what the catalogs tell of these tables is the same, by Thrift and by DESCRIBE', async () => {
      const catalogs = [
        openMetastore('metastore', options),
        openHiveServer2('hiveserver2', hiveServer2Options.parse(hiveConfig)),
      ]
      const told = await Promise.all(
        catalogs.map(async catalog => {
          const tables = []
          for (const name of Object.keys(TABLES)) tables.push(await catalog.inspect({ database: DB, name }))
          await catalog.close()
          return tables.map(table => [table?.traits, table?.columns.map(({ type }) => type)])
        }),
      )
      expect(told[1]).toEqual(told[0])
      expect(told[0]?.map(([traits]) => traits)).toEqual([
        { buckets: 4 },
        { byPosition: true },
        { byPosition: true },
        ...Array(4).fill(undefined),
      ])
    })
  },
)
