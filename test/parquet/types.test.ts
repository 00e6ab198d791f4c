import { expect, test } from 'vitest'
import { printType } from '../../shared/schema/type.ts'
import { acceptedKind, kindNames, kindOf } from '../support/kinds.ts'

// One test per file of test/fixtures/types: a new file with its table is a new test.
test.each(kindNames)('%s.parquet has the types and diagnostics that are written by hand', async name => {
  const { columns, diagnostics } = await acceptedKind(name)
  const expected = kindOf(name)
  expect(columns.map(column => `${column.name} ${printType(column.type)}`)).toEqual(
    expected.columns.map(column => `${column.name} ${column.type}`),
  )
  expect(diagnostics.map(({ code, column }) => ({ code, column }))).toEqual(expected.diagnostics)
})
