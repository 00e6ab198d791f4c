import { expect, test } from 'vitest'
import { ICEBERG_CELLS } from '../e2e/iceberg/cells.ts'
import { pageOf, readPage } from '../e2e/iceberg/page.ts'
import { readRecordings } from '../e2e/iceberg/recordings.ts'

test('docs/iceberg.md says what was recorded of its readers', () => {
  const page = readPage()
  expect(page).toBe(pageOf(page, readRecordings()))
})

test('each cell is recorded', () => {
  expect(readRecordings().map(({ cell }) => cell)).toEqual(Object.keys(ICEBERG_CELLS))
})
