import { parquetMetadata } from 'hyparquet'
import { describe, expect, it } from 'vitest'
import { describeFile } from '../../shared/inspect/describe-file.ts'
import { parseFooter } from '../../shared/parquet/footer.ts'
import { bytesStorage } from '../support/bytes-storage.ts'
import { fixtureNames, footerBytes, readExpectation, readFixture } from '../support/fixtures.ts'

/** What readers cannot take is told behind what no table can hold. */
const byText = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

// One test per file of test/fixtures/parquet: a new file with its table is a new test.
describe.each(fixtureNames)('%s.parquet', name => {
  const expected = readExpectation(name)
  const bytes = readFixture(name)

  it('maps to the hand-written table', async () => {
    const description = await describeFile(bytesStorage({ [name]: bytes }), name)
    if ('error' in description) throw new Error(description.error.message)
    expect(description.rows).toBe(expected.rows)
    expect(description.columns).toEqual(expected.columns)
    const told = description.diagnostics.map(({ code, column }) => ({ code, column }))
    expect(told.toSorted(byText)).toEqual(expected.diagnostics.toSorted(byText))
  })

  it('has the rows and leaves that hyparquet finds', () => {
    const ours = parseFooter(footerBytes(bytes))
    const theirs = parquetMetadata(Uint8Array.from(bytes).buffer, { geoparquet: false })
    expect(ours.rows).toBe(Number(theirs.num_rows))
    const leaves = theirs.schema.slice(1).filter(element => element.type !== undefined)
    expect(ours.schema.leaves.map(leaf => leaf.name)).toEqual(leaves.map(element => element.name))
    expect(ours.schema.leaves.map(leaf => leaf.physical)).toEqual(leaves.map(element => element.type))
  })
})

it('covers at least 60 kinds of columns', () => {
  const shapes = fixtureNames.filter(name => name !== 'wide').map(name => readExpectation(name))
  const columns = shapes.flatMap(shape => shape.names)
  const types = new Set(shapes.flatMap(shape => shape.columns.map(column => column.type)))
  expect(columns.length).toBeGreaterThanOrEqual(150)
  expect(types.size).toBeGreaterThanOrEqual(60)
})
