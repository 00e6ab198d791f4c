import { parquetMetadata } from 'hyparquet'
import { describe, expect, it } from 'vitest'
import { parsePacking } from '../../shared/parquet/packing.ts'
import { binary, chunk, i32, i64, list, metadata, rowGroup, struct } from '../support/compact.ts'
import { fixtureNames, footerBytes, readFixture } from '../support/fixtures.ts'

const withCodec = (codec: number) => struct({ 3: struct({ 4: i32(codec) }) })

describe('how a file is packed', () => {
  it.each(fixtureNames)('%s: as hyparquet finds it', name => {
    const bytes = readFixture(name)
    const theirs = parquetMetadata(Uint8Array.from(bytes).buffer, { geoparquet: false })
    const codecs = theirs.row_groups.flatMap(({ columns }) =>
      columns.map(({ meta_data }) => meta_data?.codec),
    )
    expect(parsePacking(footerBytes(bytes))).toEqual({
      formatVersion: theirs.version,
      createdBy: theirs.created_by ?? '',
      rowGroups: theirs.row_groups.length,
      codecs: [...new Set(codecs)].filter(codec => codec !== undefined),
      footerBytes: theirs.metadata_length,
    })
  })

  it('names each codec once, and one of a later specification by its number', () => {
    const groups = [6, 1, 6, 99].map(codec => struct({ 1: list(12, [withCodec(codec)]), 3: i64(3) }))
    const footer = struct({ 4: list(12, groups), 6: binary('a writer') }).bytes
    expect(parsePacking(footer)).toMatchObject({
      formatVersion: undefined,
      createdBy: 'a writer',
      rowGroups: 4,
      codecs: ['ZSTD', 'SNAPPY', 'codec 99'],
    })
  })

  it('leaves open what the footer does not tell', () => {
    const silent = metadata({ groups: [rowGroup([chunk()])] })
    expect(parsePacking(silent)).toMatchObject({ createdBy: '', rowGroups: 1, codecs: [] })
  })
})
