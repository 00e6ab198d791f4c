/**
 * What Spark does with files that are odd among those of a table, and what of them goldsync keeps for it. On demand, since Spark is large:
 * `npm run stack -- up writers`, then `npx vitest run --project stack test/e2e/field/spark.stack.test.ts`; another Spark by
 * `STACK_PYTHON`, of an environment that has it.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asReadBy } from '../../../shared/evolution/read-by.ts'
import { isAccepted, readDataFile } from '../../../shared/parquet/read.ts'
import { bytesStorage } from '../../support/bytes-storage.ts'
import type { Reading } from '../../support/engine-values.ts'
import { type ParquetSpec, writeParquet } from '../../support/pyarrow.ts'
import { readBySpark, sparkVersion } from '../../support/spark.ts'
import { describeStack } from '../../support/stack.ts'

interface Row {
  /** Of the files of the folder; beside `id`. */
  readonly files: readonly ParquetSpec['columns'][]
  /** Files of zero bytes. */
  readonly empty?: readonly string[]
  /** Of the table, beside `id int`. */
  readonly columns: Readonly<Record<string, string>>
  readonly where?: string
  /** What Spark reads by column; `fails`, where it cannot be read. */
  readonly reads: Readonly<Record<string, readonly unknown[] | 'fails'>>
  /** What goldsync keeps of the first file where Spark reads. */
  readonly kept?: readonly string[]
}

const ids: ParquetSpec['columns'][number] = ['id', 'int32', [1, 2]]
const READ = ['1', '2']

const ROWS: Readonly<Record<string, Row>> = {
  'a zero-byte file beside another is skipped': {
    files: [[ids]],
    empty: ['b.parquet'],
    columns: {},
    reads: { id: READ },
  },
  'several zero-byte files, the first of the folder too, are skipped': {
    files: [[ids]],
    empty: ['0.parquet', 'b.parquet', 'c.snappy.parquet'],
    columns: {},
    reads: { id: READ },
  },
  'a folder of zero-byte files has no rows': {
    files: [],
    empty: ['a.parquet'],
    columns: {},
    reads: { id: [] },
  },
  'UINT32 beyond 2^31 under bigint is right': {
    files: [[ids, ['u', 'uint32', [5, 4_294_967_295]]]],
    columns: { u: 'bigint' },
    reads: { id: READ, u: ['5', '4294967295'] },
    // Tables have one type for all who read, and others show such values as negative numbers.
    kept: ['id'],
  },
  'UINT32 is found by a condition': {
    files: [[ids, ['u', 'uint32', [5, 4_294_967_295]]]],
    columns: { u: 'bigint' },
    where: 'u > 3000000000',
    reads: { id: ['2'], u: ['4294967295'] },
  },
  'UINT32 within an array is right': {
    files: [[ids, ['u', { list: 'uint32' }, [[4_294_967_295], null]]]],
    columns: { u: 'array<bigint>' },
    reads: { id: READ, u: [['4294967295'], null] },
  },
  'INT64 under int fails on that column only': {
    files: [[ids, ['u', 'int64', [5, null]]]],
    columns: { u: 'int' },
    reads: { id: READ, u: 'fails' },
    kept: ['id', 'u'],
  },
  'INT64 under smallint too': {
    files: [[ids, ['u', 'int64', [5, 6]]]],
    columns: { u: 'smallint' },
    reads: { id: READ, u: 'fails' },
  },
  'INT64 under int within a struct too': {
    files: [[ids, ['u', { struct: { a: 'int64' } }, [{ a: 5 }, null]]]],
    columns: { u: 'struct<a:int>' },
    reads: { id: READ, u: 'fails' },
  },
  'TIME(MICROS) under bigint is the count': {
    files: [[ids, ['u', 'time64[us]', [5, 86_399_999_999]]]],
    columns: { u: 'bigint' },
    reads: { id: READ, u: ['5', '86399999999'] },
    kept: ['id', 'u'],
  },
  'TIME(MICROS) within a struct and an array too': {
    files: [
      [
        ids,
        ['u', { struct: { t: 'time64[us]' } }, [{ t: 5 }, null]],
        ['v', { list: 'time64[us]' }, [[7], []]],
      ],
    ],
    columns: { u: 'struct<t:bigint>', v: 'array<bigint>' },
    reads: { id: READ, u: [{ t: '5' }, null], v: [['7'], []] },
  },
  'TIME(MICROS) is found by its count': {
    files: [[ids, ['u', 'time64[us]', [5, 6]]]],
    columns: { u: 'bigint' },
    where: 'u = 6',
    reads: { id: ['2'], u: ['6'] },
  },
  'nanoseconds under timestamp fail on that column only': {
    files: [[ids, ['u', 'timestamp[ns]', ['2026-11-21 05:06:07', null]]]],
    columns: { u: 'timestamp' },
    reads: { id: READ, u: 'fails' },
    kept: ['id'],
  },
  'nanoseconds by UTC too': {
    files: [[ids, ['u', 'timestamp[ns, UTC]', ['2026-11-21 05:06:07', null]]]],
    columns: { u: 'timestamp' },
    reads: { id: READ, u: 'fails' },
    kept: ['id'],
  },
  'nanoseconds within a struct too': {
    files: [[ids, ['u', { struct: { t: 'timestamp[ns]' } }, [{ t: '2026-11-21 05:06:07' }, null]]]],
    columns: { u: 'struct<t:timestamp>' },
    reads: { id: READ, u: 'fails' },
    kept: ['id'],
  },
  'columns V and v of one file fail': {
    files: [[ids, ['V', 'int32', [5, 6]], ['v', 'int32', [7, 8]]]],
    columns: { v: 'int' },
    reads: { id: READ, v: 'fails' },
    kept: ['id'],
  },
  'V and v of other types too': {
    files: [[ids, ['v', 'string', ['a', 'b']], ['V', 'int32', [7, 8]]]],
    columns: { v: 'string' },
    reads: { id: READ, v: 'fails' },
    kept: ['id'],
  },
  'V and v as fields of a struct too': {
    files: [[ids, ['u', { struct: { V: 'int32', v: 'int32' } }, [{ V: 5, v: 6 }, null]]]],
    columns: { u: 'struct<v:int>' },
    reads: { id: READ, u: 'fails' },
    kept: ['id'],
  },
}

describeStack(['writers'], 'Spark, of odd files among those of a table', () => {
  const rows = Object.entries(ROWS)
  let folder: string
  let version: string
  let found: readonly ReadonlyMap<string, Reading>[]
  const placeOf = (at: number) => join(folder, String(at))

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'goldsync-spark-'))
    version = await sparkVersion()
    await writeParquet(
      rows.flatMap(([, { files }], at) =>
        files.map((columns, which) => ({ file: join(placeOf(at), `a${which}.parquet`), columns })),
      ),
    )
    for (const [at, [, { empty = [] }]] of rows.entries()) {
      await mkdir(placeOf(at), { recursive: true })
      for (const name of empty) await writeFile(join(placeOf(at), name), '')
    }
    found = await readBySpark(
      rows.map(([, { columns, where }], at) => ({
        file: placeOf(at),
        columns: Object.entries({ id: 'int', ...columns }).map(([name, type]) => ({ name, type })),
        ...(where ? { where } : {}),
      })),
    )
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test.each(rows.map(([name, row], at) => ({ name, row, at })))('$name', async ({ row, at }) => {
    const readings = [...found[at]!].map(([name, reading]) => [
      name,
      'values' in reading ? reading.values : 'fails',
    ])
    expect(Object.fromEntries(readings)).toEqual(row.reads)
    if (!row.kept) return
    const bytes = await readFile(join(placeOf(at), 'a0.parquet'))
    const file = await readDataFile(bytesStorage({ a: bytes }), {
      path: 'a',
      size: bytes.length,
      modified: 0,
    })
    if (!isAccepted(file)) throw new Error(file.diagnostic.message)
    const { file: taken, refused } = asReadBy(file, [{ kind: 'spark', version }])
    expect(refused).toBeUndefined()
    expect(taken.columns.map(({ name }) => name)).toEqual(row.kept)
  })
})
