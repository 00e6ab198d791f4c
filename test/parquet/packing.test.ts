import { parquetMetadata } from 'hyparquet'
import { describe, expect, it } from 'vitest'
import { parseFooter } from '../../shared/parquet/footer.ts'
import { chunk, metadata, rowGroup } from '../support/compact.ts'
import { fixtureNames, footerBytes, readFixture } from '../support/fixtures.ts'

describe('how a file is packed', () => {
  it.each(fixtureNames)('%s: as hyparquet finds it', name => {
    const bytes = readFixture(name)
    const theirs = parquetMetadata(Uint8Array.from(bytes).buffer, { geoparquet: false })
    const codecs = theirs.row_groups.flatMap(({ columns }) =>
      columns.map(({ meta_data }) => meta_data?.codec),
    )
    expect(parseFooter(footerBytes(bytes)).packing).toEqual({
      formatVersion: theirs.version,
      createdBy: theirs.created_by ?? '',
      rowGroups: theirs.row_groups.length,
      codecs: expect.toSatisfy(
        (own: string[]) => own.slice().sort().join() === [...new Set(codecs)].sort().join(),
      ),
      footerBytes: theirs.metadata_length,
    })
  })

  it('names each codec once', () => {
    const groups = [6, 1, 6].map(codec => rowGroup([chunk({ codec })]))
    const footer = metadata({ groups, rows: 9, createdBy: 'a writer' })
    expect(parseFooter(footer).packing).toMatchObject({
      formatVersion: 2,
      createdBy: 'a writer',
      rowGroups: 3,
      codecs: ['SNAPPY', 'ZSTD'],
    })
  })
})
