import { describe, expect, it } from 'vitest'
import { hiveColumns } from '../../../shared/catalogs/iceberg/stores/hive-columns.ts'
import { entryOf, isIceberg, newEntry } from '../../../shared/catalogs/iceberg/stores/hive-table.ts'
import { applyStaged } from '../../../shared/iceberg/apply.ts'
import type { IcebergSchema, TableMetadata } from '../../../shared/iceberg/metadata.ts'
import { newTable, stageProperties, stageSnapshot } from '../../../shared/iceberg/stage.ts'

const SCHEMA: IcebergSchema = {
  type: 'struct',
  'schema-id': 0,
  fields: [{ id: 1, name: 'a', required: false, type: 'long' }],
}
const TABLE = { database: 'golden', name: 'orders' }

const made = (properties: Readonly<Record<string, string>> = {}): TableMetadata =>
  applyStaged(
    undefined,
    newTable({
      ...{ uuid: 'u', location: 'hdfs://ns/meta/golden/orders', schema: SCHEMA, lastColumnId: 1 },
      ...{ spec: { 'spec-id': 0, fields: [] }, properties },
    }),
    { now: 1 },
  )
const at = (metadata: TableMetadata, nth: number) => ({
  metadata,
  location: `${metadata.location}/metadata/${nth}.json`,
})
const next = (before: TableMetadata, staged: Parameters<typeof applyStaged>[1]) => ({
  ...at(applyStaged(before, staged, { now: 2 }), 1),
  previous: { location: at(before, 0).location, properties: before.properties ?? {} },
})

describe('the entry of an Iceberg table in a metastore', () => {
  it('is as Iceberg’s library makes it', () => {
    const entry = newEntry(TABLE, 'etl', at(made({ 'gc.enabled': 'false', x: '1' }), 0))
    expect(entry).toMatchObject({
      ...{
        dbName: 'golden',
        tableName: 'orders',
        owner: 'etl',
        tableType: 'EXTERNAL_TABLE',
        partitionKeys: [],
      },
      parameters: {
        ...{ EXTERNAL: 'TRUE', table_type: 'ICEBERG', uuid: 'u', 'snapshot-count': '0', x: '1' },
        ...{
          'external.table.purge': 'false',
          metadata_location: 'hdfs://ns/meta/golden/orders/metadata/0.json',
        },
        'current-schema': JSON.stringify(SCHEMA),
      },
      sd: {
        ...{ location: 'hdfs://ns/meta/golden/orders', cols: [{ name: 'a', type: 'bigint' }] },
        inputFormat: 'org.apache.hadoop.mapred.FileInputFormat',
        serdeInfo: { serializationLib: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe' },
      },
    })
    for (const key of [
      'previous_metadata_location',
      'storage_handler',
      'gc.enabled',
      'default-partition-spec',
    ])
      expect(entry.parameters).not.toHaveProperty(key)
    expect(isIceberg(entry)).toBe(true)
  })

  it('loses properties that the table has lost, and keeps what others have set there', () => {
    const before = made({ x: '1', y: '1' })
    const stored = newEntry(TABLE, 'etl', at(before, 0))
    const theirs = {
      ...stored,
      parameters: { ...stored.parameters, theirs: '1', COLUMN_STATS_ACCURATE: '{}' },
    }
    const { parameters } = entryOf(theirs, next(before, stageProperties(before, { y: '2' }, ['x'])))
    expect(parameters).toMatchObject({
      y: '2',
      theirs: '1',
      previous_metadata_location: at(before, 0).location,
    })
    expect(parameters).not.toHaveProperty('x')
    expect(parameters).not.toHaveProperty('COLUMN_STATS_ACCURATE')
  })

  it('tells the current snapshot, ids of 64 bits too', () => {
    const before = made()
    const staged = stageSnapshot({
      ...{ base: before, snapshotId: 2n ** 62n + 1n, manifestList: 'l', operation: 'append', now: 5 },
      summary: { 'total-records': '7', 'total-data-files': '2', 'total-files-size': '9' },
    })
    const { parameters } = entryOf(newEntry(TABLE, 'etl', at(before, 0)), next(before, staged))
    expect(parameters).toMatchObject({
      ...{ 'current-snapshot-id': '4611686018427387905', 'current-snapshot-timestamp-ms': '5' },
      ...{ 'snapshot-count': '1', numRows: '7', numFiles: '2', totalSize: '9' },
    })
  })

  it.each([
    ['the table says so', { 'engine.hive.enabled': 'true' }, undefined, true],
    ['it was made for Hive', {}, 'org.apache.iceberg.mr.hive.HiveIcebergStorageHandler', true],
    [
      'the table says no more',
      { 'engine.hive.enabled': 'false' },
      'org.apache.iceberg.mr.hive.HiveIcebergStorageHandler',
      false,
    ],
    ['nobody says so', {}, undefined, false],
  ])('has Hive’s handler or not where %s', (_, properties, handler, expected) => {
    const before = made(properties)
    const stored = newEntry(TABLE, 'etl', at(before, 0))
    const given = handler
      ? { ...stored, parameters: { ...stored.parameters, storage_handler: handler } }
      : stored
    const { parameters, sd } = entryOf(given, next(before, stageProperties(before, { z: '1' })))
    expect('storage_handler' in (parameters ?? {})).toBe(expected)
    expect(sd?.inputFormat?.includes('HiveIceberg')).toBe(expected)
  })

  it('leaves out what a metastore has no room for', () => {
    const fields = Array.from({ length: 2_000 }, (_, nth) => ({
      ...{ id: nth + 1, name: `column_${nth}`, required: false, type: 'string' },
    }))
    const metadata = { ...made(), schemas: [{ ...SCHEMA, fields }] }
    expect(newEntry(TABLE, 'etl', at(metadata, 0)).parameters).not.toHaveProperty('current-schema')
  })

  it.each([
    ['int', 'int'],
    ['time', 'string'],
    ['timestamp', 'timestamp'],
    ['timestamptz', 'timestamp with local time zone'],
    ['decimal(9, 2)', 'decimal(9,2)'],
    ['uuid', 'string'],
    ['fixed[4]', 'binary'],
    [{ type: 'list', 'element-id': 2, 'element-required': false, element: 'long' }, 'array<bigint>'],
    [
      { type: 'map', 'key-id': 2, key: 'string', 'value-id': 3, 'value-required': false, value: 'date' },
      'map<string,date>',
    ],
    [{ type: 'struct', fields: [{ id: 2, name: 'x', required: false, type: 'long' }] }, 'struct<x:bigint>'],
  ] as const)('shows %j as %s', (type, hive) => {
    const fields = [{ id: 1, name: 'a', required: false, type, doc: 'what' }]
    expect(hiveColumns({ ...SCHEMA, fields })).toEqual([{ name: 'a', type: hive, comment: 'what' }])
  })
})
