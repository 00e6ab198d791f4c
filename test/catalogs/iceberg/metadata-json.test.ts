import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { parseMetadata, printMetadata } from '../../../shared/catalogs/iceberg/metadata-json.ts'
import { applyStaged } from '../../../shared/iceberg/apply.ts'
import { currentSnapshot, stageSnapshot } from '../../../shared/iceberg/stage.ts'

const WHERE = 'hdfs://nn/t/metadata/v1.metadata.json'
const bytes = readFileSync('test/fixtures/iceberg/pyiceberg.metadata.json')
const original = JSON.parse(bytes.toString()) as Record<string, unknown>
const encode = (json: unknown) =>
  new TextEncoder().encode(typeof json === 'string' ? json : JSON.stringify(json))

describe('a metadata file', () => {
  test('is read with ids that no number holds, and printed as it was', () => {
    const metadata = parseMetadata(bytes, WHERE)
    expect(metadata['current-snapshot-id']).toBe(8744736658442914487n)
    expect(currentSnapshot(metadata)?.summary.operation).toBe('append')
    expect(new TextDecoder().decode(printMetadata(metadata))).toContain('"snapshot-id":8744736658442914487')
    expect(parseMetadata(printMetadata(metadata), WHERE)).toEqual(metadata)
    expect(JSON.parse(new TextDecoder().decode(printMetadata(metadata)))).toEqual(original)
  })

  test('keeps what goldsync does not know, at any depth', () => {
    const { statistics: _statistics, ...rest } = original
    const odd = { ...rest, 'next-row-id': 5, later: [{ deep: { id: 1.5, text: '9007199254740993' } }] }
    expect(JSON.parse(new TextDecoder().decode(printMetadata(parseMetadata(encode(odd), WHERE))))).toEqual(
      odd,
    )
    const large = new TextDecoder()
      .decode(encode(rest))
      .replace('{', '{"statistics":[{"snapshot-id":9223372036854775807}],')
    expect(new TextDecoder().decode(printMetadata(parseMetadata(encode(large), WHERE)))).toContain(
      '9223372036854775807',
    )
  })

  test('may be compressed, whatever its name', () => {
    expect(parseMetadata(gzipSync(bytes), `${WHERE}.gz`)).toEqual(parseMetadata(bytes, WHERE))
  })

  test('may say null for no snapshot', () => {
    const { 'current-snapshot-id': _id, ...rest } = original
    expect(
      currentSnapshot(parseMetadata(encode({ ...rest, 'current-snapshot-id': null }), WHERE)),
    ).toBeUndefined()
    expect(currentSnapshot(parseMetadata(encode(rest), WHERE))).toBeUndefined()
  })

  test.each([
    ['{"format-version": 2', 'DATA_INVALID', /is no metadata of an Iceberg table/],
    ['{"format-version": 1}', 'UNSUPPORTED', /format version 1/],
    ['null', 'DATA_INVALID', WHERE],
    ['['.repeat(100_000), 'DATA_INVALID', WHERE],
    [JSON.stringify({ ...original, schemas: [{}] }), 'DATA_INVALID', /schemas\.0\./],
    [JSON.stringify({ ...original, 'current-snapshot-id': 1.5 }), 'DATA_INVALID', /current-snapshot-id/],
  ])('is refused with a reason: %.30s', (text, code, message) => {
    let error: unknown
    try {
      parseMetadata(encode(text), WHERE)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
  })

  test('of others is committed to with all that they have in it', () => {
    const base = parseMetadata(bytes, WHERE)
    const staged = stageSnapshot({
      base,
      snapshotId: 7n,
      manifestList: 'm',
      operation: 'append',
      summary: {},
      now: 0,
    })
    const after = applyStaged(base, staged, { now: 0, metadataLocation: WHERE })
    expect(after.refs?.main).toEqual({ type: 'branch', 'snapshot-id': 7n, 'min-snapshots-to-keep': 7 })
    expect(currentSnapshot(after)).toMatchObject({
      'parent-snapshot-id': 8744736658442914487n,
      'sequence-number': 2,
    })
    expect(after['metadata-log']).toHaveLength(2)
    expect(Object.keys(after)).toEqual(expect.arrayContaining(Object.keys(original)))
  })
})
