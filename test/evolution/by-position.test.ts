import { describe, expect, test } from 'vitest'
import { byIndexNote, byIndexRefusal } from '../../shared/evolution/by-index.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import { dataFile } from '../support/observed.ts'
import { columns } from '../support/types.ts'

const trino: Reader = { kind: 'trino', version: '476' }
const hive: Reader = { kind: 'hive', version: '4.0.1' }
const presto = (byPosition?: boolean): Reader => ({
  kind: 'presto',
  version: '0.287',
  ...(byPosition === undefined ? {} : { byPosition }),
})

describe('columns at other positions than the table’s', () => {
  const table = columns('a int', 'b string', 'c int')
  const file = dataFile('01', 'a', 'a int', 'c int', 'b string')
  const codeOf = (...readers: readonly Reader[]) => byIndexRefusal(file, table, readers)?.code
  const noteOf = (...readers: readonly Reader[]) => byIndexNote([file], table, readers)?.severity

  test('are refused where Presto has said that it reads by position', () => {
    expect([codeOf(hive, presto(true)), noteOf(presto(true))]).toEqual(['PRESTO_BY_INDEX', undefined])
  })

  test('are a note where Presto has not said how it reads', () => {
    expect([codeOf(presto()), noteOf(presto())]).toEqual([undefined, 'info'])
  })

  test.each([
    ['Presto reads by name', [presto(false)]],
    ['nobody is Presto', [hive, trino]],
    ['nobody reads', []],
  ])('are nothing where %s', (_, readers) => {
    expect([codeOf(...readers), noteOf(...readers)]).toEqual([undefined, undefined])
  })
})
