import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { encodeManifest, encodeManifestList } from '../../../shared/catalogs/iceberg/avro/manifests.ts'
import type { ManifestEntry } from '../../../shared/iceberg/manifest.ts'
import { hdfs } from '../../support/hdfs.ts'
import { describeStack, stack } from '../../support/stack.ts'
import { statementRows } from '../../support/statements.ts'

const fields = [
  { id: 1, name: 'id', required: false, type: 'long' },
  { id: 2, name: 'year', required: false, type: 'int' },
  { id: 3, name: 'land-kreis', required: false, type: 'string' },
  { id: 4, name: 'price', required: false, type: 'decimal(9,2)' },
] as const
const schema = { type: 'struct', 'schema-id': 0, fields } as const
const spec = {
  'spec-id': 0,
  fields: [
    { 'source-id': 2, 'field-id': 1000, name: 'year', transform: 'identity' },
    { 'source-id': 3, 'field-id': 1001, name: 'land-kreis', transform: 'identity' },
    { 'source-id': 4, 'field-id': 1002, name: 'price', transform: 'identity' },
  ],
}
const long = (value: bigint) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(value)
  return new Uint8Array(bytes)
}
const snapshotId = 7_530_000_000_000_000_123n

/** @param root of the table */
function tableAt(root: string): { readonly name: string; readonly bytes: Uint8Array }[] {
  const entry = (nth: number, partition: ManifestEntry['file']['partition']): ManifestEntry => ({
    status: 'added',
    snapshotId,
    file: {
      ...{ content: 0, path: `${root}/data/${nth}.parquet`, format: 'PARQUET', partition },
      ...{ recordCount: BigInt(nth), fileSize: 2n ** 40n, splitOffsets: [4n, 2n ** 33n], sortOrderId: 0 },
      sortOrderId: 0,
      columnSizes: new Map([[1, 2n ** 35n]]),
      valueCounts: new Map([[1, BigInt(nth)]]),
      nullCounts: new Map([[1, 0n]]),
      lowerBounds: new Map([[1, long(-5n)]]),
      upperBounds: new Map([[1, long(2n ** 53n + 1n)]]),
    },
  })
  const entries = [entry(1, [2019, 'città', -1234n]), entry(2, [null, null, null])]
  const manifest = encodeManifest({ schema, spec, content: 'data' }, entries)
  const list = encodeManifestList(
    [
      {
        ...{ path: `${root}/metadata/m0.avro`, length: BigInt(manifest.length), specId: 0, content: 'data' },
        ...{ sequenceNumber: 1n, minSequenceNumber: 1n, addedSnapshotId: snapshotId },
        ...{
          addedFiles: 2,
          existingFiles: 0,
          deletedFiles: 0,
          addedRows: 3n,
          existingRows: 0n,
          deletedRows: 0n,
        },
        partitions: [
          { containsNull: true },
          { containsNull: true },
          { containsNull: true, containsNan: false },
        ],
      },
    ],
    { snapshotId, sequenceNumber: 1 },
  )
  return [
    { name: 'metadata/m0.avro', bytes: manifest },
    { name: 'metadata/snap.avro', bytes: list },
    { name: 'metadata/00000-0.metadata.json', bytes: Buffer.from(metadataAt(root)) },
  ]
}

const metadataAt = (root: string) =>
  JSON.stringify({
    ...{ 'format-version': 2, 'table-uuid': '12345678-1234-4234-8234-123456789abc', location: root },
    ...{ 'last-sequence-number': 1, 'last-updated-ms': 1_567_296_000_000, 'last-column-id': 4 },
    ...{ schemas: [schema], 'current-schema-id': 0, 'partition-specs': [spec], 'default-spec-id': 0 },
    ...{
      'last-partition-id': 1002,
      'sort-orders': [{ 'order-id': 0, fields: [] }],
      'default-sort-order-id': 0,
    },
    ...{ properties: {}, refs: { main: { 'snapshot-id': 1, type: 'branch' } }, 'current-snapshot-id': 1 },
    snapshots: [
      {
        ...{ 'snapshot-id': 1, 'sequence-number': 1, 'timestamp-ms': 1_567_296_000_000, 'schema-id': 0 },
        ...{ 'manifest-list': `${root}/metadata/snap.avro`, summary: { operation: 'append' } },
      },
    ],
  }).replaceAll('snapshot-id":1,', `snapshot-id":${snapshotId},`)

describeStack(['pyiceberg'], 'Manifests as PyIceberg reads them', () => {
  const root = join(tmpdir(), `goldsync-manifests-${process.pid}`)

  beforeAll(async () => {
    await mkdir(join(root, 'metadata'), { recursive: true })
    for (const { name, bytes } of tableAt(root)) await writeFile(join(root, name), bytes)
  })
  afterAll(() => rm(root, { recursive: true }))

  it('hold what was written: entries and files with their metrics', async () => {
    const script = fileURLToPath(new URL('../../support/read_iceberg.py', import.meta.url))
    const { stdout } = await promisify(execFile)(stack.iceberg.python, [
      script,
      join(root, 'metadata/00000-0.metadata.json'),
    ])
    const { entries, files } = JSON.parse(stdout)
    const exactly = stdout.match(/"snapshot_id": (\d+)/)?.[1]
    expect(exactly).toBe(String(snapshotId))
    expect(entries).toMatchObject([
      { status: 1, sequence_number: 1, file_sequence_number: 1 },
      { status: 1, data_file: { file_path: `${root}/data/2.parquet` } },
    ])
    expect(files).toMatchObject([
      {
        ...{ content: 0, file_format: 'PARQUET', record_count: 1, file_size_in_bytes: 2 ** 40, spec_id: 0 },
        partition: { year: 2019, 'land-kreis': 'città', price: '-12.34' },
        ...{ column_sizes: [[1, 2 ** 35]], value_counts: [[1, 1]], null_value_counts: [[1, 0]] },
        lower_bounds: [[1, Buffer.from(long(-5n)).toString('base64')]],
        split_offsets: [4, 2 ** 33],
      },
      { partition: { year: null, 'land-kreis': null, price: null } },
    ])
  })
})

describeStack(
  ['hdfs', 'metastore', 'trino'],
  'Manifests as Iceberg’s Java library reads them, in Trino',
  () => {
    const path = '/user/hive/warehouse/goldsync_manifests.db'
    // Trino caches metadata files by their names, which are never used twice.
    const folder = `${path}/${Date.now()}`
    const root = hdfs.location(folder)
    const catalog = stack.trino.icebergCatalog
    const trino = (sql: string) => statementRows({ url: stack.trino.url, kind: 'Trino', catalog }, sql)

    beforeAll(async () => {
      for (const { name, bytes } of tableAt(root)) await hdfs.put(`${folder}/${name}`, bytes)
      await trino(
        `CREATE SCHEMA IF NOT EXISTS ${catalog}.goldsync_manifests WITH (location = '${hdfs.location(path)}')`,
      )
    })
    afterAll(async () => {
      await trino(`CALL ${catalog}.system.unregister_table('goldsync_manifests', 't')`)
      await trino(`DROP SCHEMA ${catalog}.goldsync_manifests`)
      await hdfs.rm(path)
    })

    it('hold what was written', async () => {
      await trino(`CALL ${catalog}.system.register_table('goldsync_manifests', 't', '${root}')`)
      const table = `${catalog}.goldsync_manifests`
      expect(
        await trino(
          `SELECT cast(snapshot_id AS varchar), sequence_number, file_sequence_number, status FROM ${table}."t$entries"`,
        ),
      ).toEqual([
        [String(snapshotId), 1, 1, 1],
        [String(snapshotId), 1, 1, 1],
      ])
      expect(
        await trino(`SELECT record_count, file_size_in_bytes, json_format(cast(column_sizes AS json)), json_format(cast(lower_bounds AS json)),
        json_format(cast(upper_bounds AS json)), split_offsets, partition FROM ${table}."t$files" ORDER BY 1`),
      ).toMatchObject([
        [
          1,
          2 ** 40,
          `{"1":${2 ** 35}}`,
          '{"1":"-5"}',
          '{"1":"9007199254740993"}',
          [4, 2 ** 33],
          expect.anything(),
        ],
        [
          2,
          2 ** 40,
          expect.anything(),
          expect.anything(),
          expect.anything(),
          [4, 2 ** 33],
          expect.anything(),
        ],
      ])
      expect(
        await trino(
          `SELECT partition.year, partition."land-kreis", cast(partition.price AS varchar), record_count FROM ${table}."t$partitions" ORDER BY 1`,
        ),
      ).toEqual([
        [2019, 'città', '-12.34', 1],
        [null, null, null, 2],
      ])
    })
  },
)
