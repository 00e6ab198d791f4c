import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Column } from '../../../shared/schema/table.ts'
import { FIXTURES, fixtureNames } from '../../support/fixtures.ts'
import { readLocal, scanTable, writeTable } from '../../support/iceberg-table.ts'
import { type ParquetSpec, writeParquet } from '../../support/pyarrow.ts'
import { describeStack } from '../../support/stack.ts'

const KEYS: readonly Column[] = [{ name: 'day', type: { kind: 'date' } }]
const NULL = '__HIVE_DEFAULT_PARTITION__'

const long = 'abcdefghijklmnop-and-more'

/** By the value of `day` that its folder has. */
const FILES: readonly (readonly [day: string, columns: ParquetSpec['columns']])[] = [
  [
    '2026-11-01',
    [
      ['ID', 'int32', [1, null, -3]],
      ['At', 'timestamp[us, UTC]', ['2026-11-01 01:02:03.004005', '1969-12-31 23:59:59.999999', null]],
      ['local', 'timestamp[ms]', ['2026-11-01 01:02:03.004', null, '1600-01-01 00:00:00']],
      ['s', { struct: { X: 'int32' } }, [{ X: 1 }, null, { X: null }]],
      // No null list: PyIceberg 0.12.0 reads it as an empty one where the struct in it has more fields in the table.
      ['l', { list: { struct: { A: 'string' } } }, [[{ A: 'a' }], [], [{ A: null }]]],
      ['m', { map: ['string', 'int64'] }, [{ k: 1 }, {}, null]],
      ['d', 'decimal(9,2)', ['1.28', '-1.28', null]],
      ['t', 'string', [long, `${long}\u{1f600}`, '']],
      ['f', 'float', [1.5, -0.0, null]],
      ['g', 'double', [0.1, null, 1e300]],
      ['b', 'bool', [true, false, null]],
      ['dt', 'date32', ['2026-11-01', '1582-10-14', null]],
      ['day', 'string', ['not', 'the', 'key']],
    ],
  ],
  [
    NULL,
    [
      ['t', 'string', ['z']],
      // Of rows below a number beyond int32 it returns those without a value, too, in files of int32.
      ['id', 'int64', [70]],
      ['d', 'decimal(12,2)', ['1234567890.12']],
      ['s', { struct: { y: 'string', x: 'int64' } }, [{ y: 'new', x: 2 ** 35 }]],
      ['l', { list: { struct: { b: 'int32', a: 'string' } } }, [[{ b: 7, a: 'c' }]]],
      ['f', 'double', [0.1]],
      ['added', 'fixed(4)', ['abcd']],
    ],
  ],
  ['2026-11-02', [['id', 'int32', [5, 6]]]],
]

describeStack(['python', 'pyiceberg'], 'A table of files that pyarrow wrote', () => {
  let root: string
  let paths: readonly string[]
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'goldsync-iceberg-'))
    paths = FILES.map((_, at) => join(root, `${at}.parquet`))
    await writeParquet(FILES.map(([, columns], at) => ({ file: paths[at]!, columns })))
  })
  afterAll(() => rm(root, { recursive: true }))

  it('is read by PyIceberg as pyarrow reads the files, by every bound', async () => {
    const files = await Promise.all(paths.map(path => readLocal(path, KEYS)))
    const metadata = await writeTable({ root, files, keys: KEYS, values: FILES.map(([day]) => [day]) })
    const values = Object.fromEntries(
      FILES.map(([day], at) => [paths[at], { day: day === NULL ? null : day }]),
    )
    const { found, rows, asked, bounds } = await scanTable(metadata, values)
    expect(found).toEqual([])
    expect(rows).toBe(6)
    expect(asked).toBeGreaterThan(50)
    expect(bounds).toBeGreaterThan(20)
  })
})

/** Files that are refused, and what PyIceberg 0.12.0 says of those that it cannot read: all others it reads as pyarrow does. */
const NOT_READ: Readonly<Record<string, RegExp>> = {
  'converted-types': /INT96/,
  decimals: /unsupported type: decimal32/,
  'duckdb-scalars': /UINT\(64\)/,
  floats: /FLOAT16/,
  int96: /INT96/,
  integers: /UINT\(64\)/,
  'legacy-lists': /stored as repeated INT32/,
  'legacy-lists-strict': /stored as repeated INT32/,
  'legacy-maps-strict': /Map keys must be annotated as required/,
  lists: /unsupported type: list<element: time32\[ms\]>/,
  'logical-types': /version 2 has no nanoseconds/,
  'logical-types-strict': /logical type 40/,
  maps: /time32\[ms\]/,
  // A name with a dot in it.
  names: /No match for FieldRef/,
  'no-rows': /UINT\(64\)/,
  'no-statistics': /UINT\(64\)/,
  nulls: /Null type .* is not supported in Iceberg format version 2/,
  strings: /extension<arrow\.json>/,
  structs: /time32\[ms\]/,
  temporal: /version 2 has no nanoseconds/,
}

/** For a thousand columns PyIceberg takes minutes. */
const NAMES = fixtureNames.filter(name => name !== 'wide')

describeStack(['pyiceberg'], 'Tables of files of many writers', () => {
  let root: string
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'goldsync-iceberg-'))
  })
  afterAll(() => rm(root, { recursive: true }))

  it.each(NAMES)('%s is read by PyIceberg as by pyarrow, or it is known why not', async name => {
    const path = fileURLToPath(new URL(`${name}.parquet`, FIXTURES))
    const known = NOT_READ[name]
    const read = async () => {
      const files = [await readLocal(path, KEYS)]
      const folder = await mkdtemp(join(root, 'table-'))
      const metadata = await writeTable({ root: folder, files, keys: KEYS, values: [[NULL]] })
      const { found } = await scanTable(metadata, { [path]: { day: null } })
      return found.map(text => text.slice(0, 500))
    }
    if (known) await expect(read()).rejects.toThrow(known)
    else expect(await read()).toEqual([])
  })
})
