import { readFileSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { writeAvro } from '../../../shared/catalogs/iceberg/avro/container.ts'
import {
  decodeManifest,
  decodeManifestList,
  encodeManifest,
  encodeManifestList,
} from '../../../shared/catalogs/iceberg/avro/manifests.ts'
import type { ManifestEntry, ManifestFile } from '../../../shared/iceberg/manifest.ts'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/iceberg/${name}`, import.meta.url))
const decoded = (name: string) => decodeManifest(fixture(`${name}.avro`), name)
const listed = (name: string) => decodeManifestList(fixture(`${name}.avro`), name)

const bytes = (...values: number[]) => Uint8Array.from(values)
const text = (value: string) => new Uint8Array(Buffer.from(value))

describe('manifests of other writers', () => {
  it('are read with values of all types', () => {
    const { header, entries } = decoded('pyiceberg-v2-manifest')
    expect(header).toMatchObject({ content: 'data', spec: { 'spec-id': 2 }, schema: { 'schema-id': 3 } })
    expect(header.spec.fields[11]).toMatchObject({ name: 'a-b', 'source-id': 21, 'field-id': 1011 })
    expect(entries.map(({ status }) => status)).toEqual(['added', 'added', 'existing', 'deleted'])
    const uuid = Uint8Array.from(Buffer.from('12345678123442348234123456789abc', 'hex'))
    expect(entries[0]?.file.partition).toEqual([
      ...[true, -7, 2n ** 53n + 1n, 0.5, -1.25, -1234n, 12345678901234567890123n, 18140, 3_600_000_001n],
      ...[1_567_296_000_000_001n, -1n, 'città', uuid, text('abc'), bytes(0, 255), 18140, 3],
    ])
    expect(entries[1]?.file.partition).toEqual([...Array(16).fill(null), 0])
  })

  it('keep 64-bit numbers, bounds and what is absent', () => {
    const [added, , existing] = decoded('pyiceberg-v2-manifest').entries
    expect(added).toMatchObject({ snapshotId: 7_530_000_000_000_000_123n })
    expect(added).not.toHaveProperty('sequenceNumber')
    expect(existing).toMatchObject({ snapshotId: 1n, sequenceNumber: 4n, fileSequenceNumber: 3n })
    const { partition: _, ...file } = added!.file
    expect(file).toEqual({
      content: 0,
      path: 'hdfs://lake/golden/orders/0.parquet',
      format: 'PARQUET',
      recordCount: 5n,
      fileSize: 2n ** 40n,
      columnSizes: new Map([
        [1, 11n],
        [10, 2n ** 35n],
      ]),
      valueCounts: new Map([[1, 5n]]),
      nullCounts: new Map([[1, 0n]]),
      nanCounts: new Map(),
      lowerBounds: new Map([[1, bytes(...Array(8).fill(255))]]),
      upperBounds: new Map([
        [1, bytes(7, 0, 0, 0, 0, 0, 0, 0)],
        [21, bytes()],
      ]),
      keyMetadata: text('k'),
      splitOffsets: [4n, 2n ** 33n],
      sortOrderId: 0,
    })
  })

  it('are read in version 1, which an upgraded table still holds', () => {
    const { header, entries } = decoded('java-v1-manifest')
    expect(header.content).toBe('data')
    expect(entries.map(({ file }) => file.partition)).toEqual(
      expect.arrayContaining([
        [18140, -120n, 'città', 0, 'ci', 435361],
        [null, null, null, null, null, null],
      ]),
    )
    expect(entries[0]).not.toHaveProperty('sequenceNumber')
    expect(listed('java-v1-list').map(({ sequenceNumber }) => sequenceNumber)).toEqual(
      expect.arrayContaining([0n, 1n]),
    )
  })

  it('are read where they hold deletes', () => {
    const { header, entries } = decoded('java-v2-deletes')
    expect(header.content).toBe('deletes')
    expect(entries[0]?.file.content).toBe(1)
  })

  it.each(['pyiceberg-v2-manifest', 'java-v1-manifest', 'java-v2-deletes'])(
    'lose nothing in being written again: %s',
    name => {
      const read = decoded(name)
      expect(decodeManifest(encodeManifest(read.header, read.entries), 'again')).toEqual(read)
    },
  )

  it.each(['pyiceberg-v2-list', 'java-v1-list'])('nor do lists: %s', name => {
    const read = listed(name)
    const ids = { snapshotId: 2n ** 62n, parentSnapshotId: 1n, sequenceNumber: 7n }
    expect(decodeManifestList(encodeManifestList(read, ids), 'again')).toEqual(read)
  })
})

const schema = { type: 'struct', 'schema-id': 0, fields: [] } as const
const header = { schema, spec: { 'spec-id': 0, fields: [] }, content: 'data' } as const
const file = {
  content: 0,
  path: 'p',
  format: 'PARQUET',
  partition: [],
  recordCount: 1n,
  fileSize: 2n,
} as const
const entry: ManifestEntry = { status: 'added', file }
const list = (more: Partial<ManifestFile> = {}): ManifestFile => ({
  ...{ path: 'm', length: 1n, specId: 0, content: 'data', sequenceNumber: 1n, minSequenceNumber: 1n },
  ...{ addedSnapshotId: 2n ** 62n, addedFiles: 1, existingFiles: 0, deletedFiles: 0 },
  ...{ addedRows: 2n ** 40n, existingRows: 0n, deletedRows: 0n },
  ...more,
})

describe('manifests', () => {
  it('are written in blocks, for tables without partitions too', () => {
    const entries = Array.from({ length: 3_000 }, (_, nth) => ({
      ...entry,
      file: {
        ...file,
        path: `hdfs://lake/golden/${nth}`.repeat(3),
        splitOffsets: [BigInt(-nth) * 2n ** 40n],
      },
    }))
    expect(decodeManifest(encodeManifest(header, entries), 'm').entries).toEqual(entries)
    expect(decodeManifest(encodeManifest(header, []), 'm')).toEqual({ header, entries: [] })
  })

  it('of lists tell what is not known of partitions', () => {
    const partitions = [
      { containsNull: true },
      { containsNull: false, containsNan: true, lowerBound: bytes(0) },
    ]
    const files = [list(), list({ content: 'deletes', partitions, keyMetadata: bytes(1) })]
    expect(decodeManifestList(encodeManifestList(files, { snapshotId: 1n, sequenceNumber: 1 }), 'l')).toEqual(
      files,
    )
  })

  it('define a type of a size once, however many partition fields have it', () => {
    const types = ['decimal(5,2)', 'fixed[4]', 'decimal(5,2)', 'fixed[4]', 'uuid', 'uuid']
    const fields = types.map((type, nth) => ({ id: nth + 1, name: `c${nth}`, required: false, type }))
    const spec = {
      'spec-id': 0,
      fields: fields.map(({ id, name }) => ({
        'source-id': id,
        'field-id': 999 + id,
        name,
        transform: 'identity',
      })),
    }
    const id = bytes(...Array(16).keys())
    const partition = [-12345n, bytes(1, 2, 3, 4), 99999n, bytes(4, 3, 2, 1), id, null]
    const written = encodeManifest({ ...header, spec, schema: { ...schema, fields } }, [
      { ...entry, file: { ...file, partition } },
    ])
    expect(decodeManifest(written, 'm').entries[0]?.file.partition).toEqual(partition)
    const avro = JSON.stringify(Buffer.from(written).toString('latin1'))
    expect(avro.match(/decimal_5_2/g)).toHaveLength(2)
  })

  it.each([
    ['a transform of later', { transform: 'zorder', 'source-id': 1 }, 'zorder'],
    ['a column that is gone', { transform: 'identity', 'source-id': 9 }, 'not in the schema'],
  ])('are not written by %s', (_, field, message) => {
    const spec = { 'spec-id': 0, fields: [{ 'field-id': 1000, name: 'k', ...field }] }
    expect(() => encodeManifest({ ...header, spec }, [])).toThrow(message)
  })
})

const thrownBy = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

describe('bytes that break the format', () => {
  const good = encodeManifest(header, [entry, entry])

  it('are refused wherever they are cut', () => {
    for (let end = 0; end < good.length; end += 3) {
      const read = thrownBy(() => decodeManifest(good.subarray(0, end), 'cut.avro'))
      if (read) expect(read).toMatchObject({ code: 'DATA_INVALID' })
      // What ends with its header is a manifest without entries.
      else expect(decodeManifest(good.subarray(0, end), 'cut.avro').entries).toEqual([])
    }
  })

  it('do no harm whichever is another', () => {
    for (let at = 0; at < good.length; at += 5) {
      const bad = Uint8Array.from(good)
      bad[at] = [0, 0x7f, 0xff][at % 3] as number
      const thrown = thrownBy(() => decodeManifest(bad, 'bad.avro'))
      if (thrown) expect(['DATA_INVALID', 'UNSUPPORTED']).toContain((thrown as { code: string }).code)
    }
  })

  const container = (avro: unknown, block: number[], codec = 'null') => {
    const written = Buffer.from(writeAvro({ type: 'record', name: 'x', fields: [] }, new Map(), []))
    const sync = written.subarray(-16)
    const pair = (key: string, value: string) => Buffer.concat([sized(key), sized(value)])
    const packed = codec === 'deflate' ? deflateRawSync(bytes(...block)) : bytes(...block)
    return Buffer.concat([
      Buffer.from('Obj\x01\x04', 'latin1'),
      pair('avro.schema', JSON.stringify(avro)),
      pair('avro.codec', codec),
      ...[bytes(0), sync, bytes(2), varint(packed.length), packed, sync],
    ])
  }
  const varint = (value: number) =>
    value < 64 ? bytes(2 * value) : bytes(((2 * value) & 0x7f) | 0x80, ...tail((2 * value) >> 7))
  const tail = (rest: number): number[] => (rest < 0x80 ? [rest] : [(rest & 0x7f) | 0x80, ...tail(rest >> 7)])
  const sized = (value: string) => Buffer.concat([varint(Buffer.byteLength(value)), Buffer.from(value)])
  const record = (...types: unknown[]) => ({
    type: 'record',
    name: 'r',
    fields: types.map((type, nth) => ({ name: `f${nth}`, type })),
  })
  const hundred = [0xc8, 0x01]

  it.each<[string, unknown, number[]]>([
    ['more items than bytes', record({ type: 'array', items: 'long' }), hundred],
    ['items without bytes', record({ type: 'array', items: 'null' }), hundred],
    ['items of a record without bytes', record({ type: 'array', items: record('null', 'null') }), hundred],
    ['a record in itself', { type: 'record', name: 'r', fields: [{ name: 'f', type: 'r' }] }, [0]],
    ['a text longer than the file', record('string'), hundred],
    ['a text that is not in UTF-8', record('string'), [4, 0xc3, 0x28]],
    ['a number of more than 64 bits', record('long'), Array(11).fill(0xff)],
    ['a union without the branch', record(['null', 'long']), [8]],
    ['a block with more than its records', record('long'), [2, 2]],
    ['no data at all', [1], []],
    ['a type that is a number', record(7), [1]],
    [
      'a schema nested without end',
      JSON.parse(`${'{"type":"array","items":'.repeat(40)}"long"${'}'.repeat(40)}`),
      [0],
    ],
    ['another record', record('long'), [2]],
  ])('are refused: %s', (_, avro, block) => {
    for (const codec of ['null', 'deflate'])
      for (const read of [decodeManifest, decodeManifestList])
        expect(thrownBy(() => read(container(avro, block, codec), 'bad.avro'))).toMatchObject({
          code: 'DATA_INVALID',
          message: expect.stringContaining('bad.avro'),
        })
  })

  it('are refused where their compression is not known, which is said', () => {
    expect(thrownBy(() => decodeManifest(container(record('long'), [2], 'snappy'), 'm.avro'))).toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('snappy'),
    })
  })

  it('are refused where they are of version 3, of which more would be lost', () => {
    const v3 = writeAvro(record('long'), new Map([['format-version', '3']]), [])
    for (const read of [decodeManifest, decodeManifestList])
      expect(thrownBy(() => read(v3, 'm.avro'))).toMatchObject({ code: 'UNSUPPORTED' })
  })
})
