import { expect, test } from 'vitest'
import { judge } from '../../shared/evolution/judge.ts'
import { mergeColumns } from '../../shared/evolution/merge.ts'
import type { Column } from '../../shared/schema/table.ts'
import { dataFile } from '../support/observed.ts'

const wide = (from: number, to: number): Column[] =>
  Array.from({ length: to - from }, (_, at) => ({ name: `c${from + at}`, type: { kind: 'int' } as const }))

/** What is said of a file with these columns. */
function codeOf(table: Column[] | undefined, columns: Column[]): string | undefined {
  const file = { ...dataFile('01', 'a', 'c0 int'), columns }
  const judging = { columns: table, mode: 'additive' } as const
  return judge(file, table ?? [], mergeColumns(table ?? [], columns), judging)?.diagnostic.code
}

test('a table is made of 5,000 columns, and of no more', () => {
  expect(codeOf(undefined, wide(0, 5_000))).toBeUndefined()
  expect(codeOf(undefined, wide(0, 5_001))).toBe('TOO_MANY_COLUMNS')
})

test('no table grows beyond that, file by file', () => {
  const table = wide(0, 4_999)
  expect(codeOf(table, wide(4_998, 5_000))).toBeUndefined()
  expect(codeOf(table, wide(5_000, 5_002))).toBe('TOO_MANY_COLUMNS')
})

test('one that is wider already is kept up, and gets no more', () => {
  const table = wide(0, 6_000)
  expect(codeOf(table, wide(0, 6_000))).toBeUndefined()
  expect(codeOf(table, wide(6_000, 6_001))).toBe('TOO_MANY_COLUMNS')
})
