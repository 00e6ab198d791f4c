import { describe, expect, test } from 'vitest'
import { reviewPartitions } from '../../shared/decide/hold-back.ts'
import { withinGlue } from '../../shared/evolution/within-glue.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import { dataFile, hourOf } from '../support/observed.ts'
import { columns } from '../support/types.ts'

describe('what Glue cannot hold', () => {
  const wide = (from: number, to: number) =>
    `s struct<${Array.from({ length: to - from }, (_, at) => `field_${from + at}:int`).join(',')}>`
  const fitted = (file: DataFile, ...known: string[]) =>
    withinGlue([hourOf('01', [file])], columns(...known))[0]!.files[0]!

  test.each([
    ['a type of more than 131,072 characters', 'id int', wide(0, 10_000)],
    ['a name of more than 255 bytes', 'id int', `${'ö'.repeat(128)} int`],
  ])('is left out of the file, which tells: %s', (_, fits, text) => {
    const file = fitted(dataFile('01', 'a.parquet', fits, text))
    expect([file.columns, file.allNames?.length]).toEqual([columns(fits), 2])
    expect(file.diagnostics).toMatchObject([{ code: 'GLUE_LIMIT', severity: 'warning' }])
    expect(file.diagnostics[0]!.message.length).toBeLessThan(250)
  })

  test('is not what is just as long as it may be', () => {
    const name = 'ö'.repeat(127)
    const file = dataFile('01', 'a.parquet', `${name} int`, wide(0, 5000))
    expect(fitted(file)).toBe(file)
  })

  test('holds the file back where it would be the type of a column that the table has', () => {
    const known = columns('id int', wide(0, 6000))
    const observed = withinGlue(
      [hourOf('01', [dataFile('01', 'a.parquet', 'id int', wide(5000, 12_000))])],
      known,
    )
    const review = reviewPartitions({
      columns: known,
      partitionKeys: columns('hour string'),
      observed,
      registered: new Set(),
      mode: 'additive',
      visibility: 'directory',
      table: 'golden.orders',
    })
    expect([review.held.length, review.diagnostics.map(({ code }) => code)]).toEqual([1, ['GLUE_LIMIT']])
  })
})
