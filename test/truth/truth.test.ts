/** docs/types.md is what was recorded, and what remains there has a reason. */
import { expect, test } from 'vitest'
import { pageOf, readPage } from './page.ts'
import { REASONS, remainingIn } from './reasons.ts'
import { cellOf, type RecordedFile, readRecorded } from './recorded.ts'

const files = readRecorded()

test('docs/types.md has what was recorded', () => {
  expect(pageOf(readPage(), files)).toBe(readPage())
})

test.each(['hive', 'trino', 'presto', 'duckdb'] as const)('%s was asked for hundreds of files', engine => {
  expect(files.filter(({ now }) => now[engine] !== undefined).length).toBeGreaterThan(300)
})

test('each cell that is wrong, or left out though it is read right, has a reason', () => {
  const unexplained = remainingIn(files).filter(({ reason }) => reason === undefined)
  expect(unexplained).toEqual([])
})

test('each reason is about such a cell', () => {
  const told = new Set(remainingIn(files).map(({ reason }) => reason))
  expect(REASONS.filter(({ reason }) => !told.has(reason))).toEqual([])
})

const file: RecordedFile = {
  name: 'one',
  writer: 'pyarrow 1',
  codecs: ['SNAPPY'],
  encodings: ['PLAIN INT32'],
  columns: [
    { name: 'a', parquet: 'INT32', type: 'int' },
    { name: 'b', parquet: 'INT32', type: 'int' },
  ],
  now: { trino: { b: { is: 'wrong', why: 'fails' } } },
  before: {},
}

test('a column that is not told of is right where the engine was asked', () => {
  expect(cellOf(file.now, 'trino', 'a')).toEqual({ is: 'right' })
  expect(cellOf(file.now, 'hive', 'a')).toBeUndefined()
})

test('a page tells of each engine how many columns are right, and of what is not', () => {
  const page = pageOf(
    '<!-- recorded: test/truth/truth.ts makes what follows -->\n<!-- end of what is recorded -->',
    [file],
  )
  expect(page).toContain('| INT32 | `int` | 2 | not asked | 1 right, 1 ✗ | not asked | not asked |')
  expect(page).toContain('| Trino 476 | ✗ | fails | 1: `one.b` | |')
})
