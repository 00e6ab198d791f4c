import { describe, expect, test } from 'vitest'
import { reviewPartitions } from '../../shared/decide/hold-back.ts'
import type { Remembered } from '../../shared/evolution/accepted.ts'
import { ASSUMED_READERS } from '../../shared/evolution/readers.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import { dataFile, hourOf } from '../support/observed.ts'
import { columns } from '../support/types.ts'

const TRINO: readonly Reader[] = [{ kind: 'trino', version: '476' }]

const bloomed = (hour: string, text: string, shape = 'bloom-int32'): DataFile => ({
  ...dataFile(hour, 'a', text),
  undeclared: [{ path: [text.split(' ')[0] as string], shape }],
})

interface Given {
  readonly table?: string
  readonly readers?: readonly Reader[]
  readonly remembered?: readonly Remembered[]
}

function review(files: readonly DataFile[], { table, readers = TRINO, remembered = [] }: Given = {}) {
  const {
    diagnostics,
    columns: wanted,
    news,
  } = reviewPartitions({
    columns: table === undefined ? undefined : columns(table),
    partitionKeys: [],
    observed: files.map((file, at) => hourOf(`0${at + 1}`, [file])),
    registered: new Set(),
    remembered,
    mode: 'additive',
    visibility: 'directory',
    readers,
    table: 'lake.orders',
  })
  return { codes: diagnostics.map(({ code }) => code), wanted, news }
}

describe('a bloom filter of narrower values than the table’s type', () => {
  test('is refused where Trino reads: it would find no rows', () => {
    expect(review([bloomed('01', 'id int')], { table: 'id bigint' }).codes).toEqual(['BLOOM_UNDER_WIDER'])
    expect(review([bloomed('01', 'f float', 'bloom-float')], { table: 'f double' }).codes).toContain(
      'BLOOM_UNDER_WIDER',
    )
  })

  test('is refused where the file’s own type is the wider one: unsigned 32 bits', () => {
    expect(review([bloomed('01', 'u bigint')]).codes).toEqual(['BLOOM_UNDER_WIDER'])
  })

  test.each([
    ['the type is the same', 'id int', TRINO],
    ['values of 16 bits are INT32 too', 'id smallint', TRINO],
    ['Hive is assumed', 'id bigint', ASSUMED_READERS],
    ['Presto reads', 'id bigint', [{ kind: 'presto', version: '0.287' }] as const],
  ])('is nothing where %s', (_, table, readers) => {
    expect(review([bloomed('01', 'id smallint')], { table, readers }).codes).toEqual([])
  })
})

describe('a wider type', () => {
  const old: Remembered = { path: ['id'], shape: 'bloom-int32', partition: '2019/08/31/01' }

  test('is held back where registered files have such bloom filters', () => {
    const held = review([dataFile('02', 'b', 'id bigint')], { table: 'id int', remembered: [old] })
    expect([held.codes, held.wanted]).toEqual([['TYPE_HELD'], columns('id int')])
  })

  test('and the file that has one are never both accepted, in whichever order they come', () => {
    const [narrow, wide] = [bloomed('01', 'id int'), dataFile('02', 'b', 'id bigint')]
    for (const files of [
      [narrow, wide],
      [wide, narrow],
    ])
      expect(review(files).codes).toHaveLength(1)
  })

  test('is given where nobody is Trino, and bloom filters are remembered for the day when it is', () => {
    const { codes, news } = review([bloomed('01', 'id int')], { readers: ASSUMED_READERS })
    expect([codes, news]).toEqual([[], [expect.objectContaining({ path: ['id'], shape: 'bloom-int32' })]])
  })
})
