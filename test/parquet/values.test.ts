import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { asReadBy } from '../../shared/evolution/read-by.ts'
import { ASSUMED_READERS } from '../../shared/evolution/readers.ts'
import { isAccepted, readDataFile } from '../../shared/parquet/read.ts'
import { type TypeRules, USUAL_TYPES } from '../../shared/parquet/rules.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import type { Reader, ReaderKind } from '../../shared/schema/reader.ts'
import { bytesStorage } from '../support/bytes-storage.ts'

/** By test/fixtures/values.py. */
async function described(name: string, types: TypeRules = USUAL_TYPES): Promise<DataFile> {
  const bytes = readFileSync(new URL(`../fixtures/values/${name}.parquet`, import.meta.url))
  const file = { path: name, size: bytes.length, modified: 0 }
  const found = await readDataFile(bytesStorage({ [name]: bytes }), file, { types })
  if (!isAccepted(found)) throw new Error(found.diagnostic.message)
  return found
}

const CODES = [
  'OLD_DATES',
  'JULIAN_DATES',
  'JULIAN_TIMESTAMPS',
  'EXTREME_TIMESTAMP',
  'INFINITE_TIMESTAMP',
  'INFINITE_DATE',
]
const codesOf = async (name: string) =>
  (await described(name)).diagnostics.map(({ code }) => code).filter(code => CODES.includes(code))

const readBy = (kind: ReaderKind, version?: string): readonly Reader[] => [{ kind, version }]

describe('days before 1582-10-15', () => {
  it.each([
    ['days-old', ['OLD_DATES']],
    ['days-old-nested', ['OLD_DATES']],
    ['days-spark-4', ['OLD_DATES']],
    ['days-spark-legacy', ['JULIAN_DATES']],
    ['days-spark-2', ['JULIAN_DATES']],
    ['days-hive-hybrid', ['JULIAN_DATES']],
    ['days-hive-told', []],
    ['days-new', []],
    ['days-old-without-statistics', []],
    ['times-spark-4', []],
    ['times-spark-legacy', ['JULIAN_TIMESTAMPS']],
  ])('of %s: %j', async (name, codes) => {
    expect(await codesOf(name)).toEqual(codes)
  })

  it.each([
    ['days-old', 'hive', '4.0', 'OLD_DATES'],
    ['days-old', 'hive', '3.1', undefined],
    ['days-old', 'trino', '476', undefined],
    ['days-hive-hybrid', 'hive', '4.0', undefined],
    ['days-hive-hybrid', 'hive', '3.1', 'JULIAN_DATES'],
    ['days-spark-legacy', 'trino', '476', 'JULIAN_DATES'],
    ['days-spark-legacy', 'athena', undefined, 'JULIAN_DATES'],
    ['days-spark-legacy', 'presto', '0.287', 'JULIAN_DATES'],
    ['days-spark-legacy', 'duckdb', undefined, 'JULIAN_DATES'],
    ['times-spark-legacy', 'hive', '4.0', 'JULIAN_TIMESTAMPS'],
    ['times-spark-legacy', 'trino', '476', 'JULIAN_TIMESTAMPS'],
    ['times-spark-legacy', 'presto', '0.287', 'JULIAN_TIMESTAMPS'],
    ['times-spark-legacy', 'duckdb', undefined, 'JULIAN_TIMESTAMPS'],
    ['times-spark-legacy', 'spark', '4.0', undefined],
  ] as const)('%s is refused where %s %s reads: %s', async (name, kind, version, code) => {
    const { refused, file } = asReadBy(await described(name), readBy(kind, version))
    expect(refused?.code).toBe(code)
    expect(file.columns).toHaveLength(2)
  })

  it('are, of timestamps, of those alone that Spark counts by UTC: it moves no others', async () => {
    const { diagnostics } = await described('times-spark-legacy')
    const found = diagnostics.filter(({ code }) => code === 'JULIAN_TIMESTAMPS')
    expect(found.map(({ column }) => column)).toEqual(['v.utc'])
  })

  it('are told of where nobody says that Hive 4 reads the lake, and nothing is refused', async () => {
    const { refused, file } = asReadBy(await described('days-old'), ASSUMED_READERS)
    expect(refused).toBeUndefined()
    expect(file.diagnostics).toMatchObject([{ code: 'OLD_DATES', engines: [{ engine: 'hive4' }] }])
  })

  it('are told of, and no more, where types.oldDates says so', async () => {
    const warned = await described('days-old', { ...USUAL_TYPES, oldDates: 'warn' })
    const { refused, file } = asReadBy(warned, readBy('hive', '4.0'))
    expect(refused).toBeUndefined()
    expect(file.diagnostics).toMatchObject([{ code: 'OLD_DATES', severity: 'warning' }])
  })
})

describe('days at the end of 32 bits', () => {
  it.each([
    ['days-far', []],
    ['days-infinity', ['INFINITE_DATE']],
    ['days-minus-infinity', ['OLD_DATES', 'INFINITE_DATE']],
  ])('of %s: %j', async (name, codes) => {
    expect(await codesOf(name)).toEqual(codes)
  })
})

describe('timestamps at the end of 64 bits', () => {
  it.each([
    ['times-far', []],
    ['times-millis-last', []],
    ['times-millis-beyond', ['EXTREME_TIMESTAMP']],
    ['times-infinity', ['EXTREME_TIMESTAMP', 'INFINITE_TIMESTAMP']],
    ['times-minus-infinity', ['EXTREME_TIMESTAMP', 'INFINITE_TIMESTAMP']],
    ['times-first', []],
    ['times-last', []],
    ['times-before-first', ['EXTREME_TIMESTAMP']],
    ['times-behind-last', ['EXTREME_TIMESTAMP']],
  ])('of %s: %j', async (name, codes) => {
    expect(await codesOf(name)).toEqual(codes)
  })

  it.each([
    ['trino', 'EXTREME_TIMESTAMP'],
    ['presto', undefined],
    ['duckdb', undefined],
  ] as const)('beyond them, a file is refused where %s reads: %s', async (kind, code) => {
    expect(asReadBy(await described('times-minus-infinity'), readBy(kind)).refused?.code).toBe(code)
  })
})
