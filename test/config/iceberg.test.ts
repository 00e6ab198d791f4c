import { describe, expect, it } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { configOf } from '../../shared/config/config.ts'

const HIVE = { kind: 'metastore', uris: 'thrift://hms:9083' }
const iceberg = (more: object = {}, tables: object = { in: 'hive', uris: 'thrift://hms:9083' }) => ({
  kind: 'iceberg',
  tables,
  ...more,
})
const read = (catalogs: object, location = 'hdfs://nn/golden', more: object = {}) =>
  configOf({ lakes: [{ location, ...more }], catalogs }, 'goldsync.yaml', {})

function problemsOf(...about: Parameters<typeof read>): string {
  try {
    read(...about)
  } catch (error) {
    if (error instanceof GoldsyncError) return error.message
  }
  return ''
}

describe("an Iceberg catalog's metadata", () => {
  it.each([
    ['hdfs://nn/golden', 'hdfs://nn/golden_iceberg'],
    ['hdfs://nn/lakes/golden/', 'hdfs://nn/lakes/golden_iceberg'],
    ['s3://bucket/golden', 's3://bucket/golden_iceberg'],
  ])('of %s is beside it by default', (location, metadata) => {
    expect(read({ ice: iceberg() }, location).catalogs.ice).toMatchObject({ metadata })
  })

  it("has the lake's storage by default", () => {
    const { catalogs } = read({ ice: iceberg() }, 'hdfs://nn/golden', { storage: { user: 'ann' } })
    expect(catalogs.ice).toMatchObject({ storage: { user: 'ann' } })
  })

  it.each(['hdfs://nn/golden', 'hdfs://nn/golden/meta', 'hdfs://nn', 'hdfs://nn/golden//meta/'])(
    'is refused in or around a lake: %s',
    metadata => {
      expect(problemsOf({ ice: iceberg({ metadata }) })).toMatch(
        /catalogs\.ice\.metadata: .*overlaps with the lake/,
      )
    },
  )

  it('is to be said where nothing is beside the lake', () => {
    expect(problemsOf({ ice: iceberg() }, 's3://bucket')).toContain(
      'catalogs.ice.metadata: there is nothing beside the lake',
    )
    expect(problemsOf({ ice: iceberg({ metadata: 's3://other/meta' }) }, 's3://bucket')).toBe('')
  })
})

describe('Hive tables and Iceberg tables of one lake', () => {
  it('are refused under the same names in one metastore', () => {
    expect(problemsOf({ hive: HIVE, ice: iceberg() })).toContain(
      'lakes[0].catalogs: hive and ice would have tables of the same names in one metastore',
    )
    expect(problemsOf({ hive: HIVE, ice: iceberg({ database: 'golden' }) })).toContain(
      'catalogs.ice.database',
    )
  })

  it.each([
    ['in a database of their own', { hive: HIVE, ice: iceberg({ database: 'golden_ice' }) }],
    ['in another metastore', { hive: HIVE, ice: iceberg({}, { in: 'hive', uris: 'thrift://other:9083' }) }],
    ['in a REST catalog', { hive: HIVE, ice: iceberg({}, { in: 'rest', uri: 'http://rest:8181' }) }],
  ])('are taken %s', (_, catalogs) => {
    expect(problemsOf(catalogs)).toBe('')
  })

  it('are no matter of lakes that have one of them alone', () => {
    const lakes = [
      { location: 'hdfs://nn/a', catalogs: ['hive'] },
      { location: 'hdfs://nn/b', catalogs: ['ice'] },
    ]
    const config = configOf({ lakes, catalogs: { hive: HIVE, ice: iceberg() } }, 'goldsync.yaml', {})
    expect(config.catalogs.ice).toMatchObject({ metadata: 'hdfs://nn/b_iceberg' })
  })
})

describe('an engine of Iceberg tables', () => {
  const config = (engine: object) =>
    configOf(
      {
        lakes: [{ location: 'hdfs://nn/golden' }],
        catalogs: { hive: HIVE, ice: { ...iceberg(), database: 'golden_ice' } },
        engines: { e: { url: 'http://trino:8080', catalogs: ['ice'], ...engine } },
      },
      'goldsync.yaml',
      {},
    )

  it('is Trino, by a catalog that shows them', () => {
    expect(config({ kind: 'trino', catalog: 'lakehouse' }).engines.e).toMatchObject({ catalogs: ['ice'] })
  })

  it('is no other, shows no other tables, and caches nothing that could be flushed', () => {
    expect(() => config({ kind: 'presto' })).toThrow('engines.e.catalogs: ice has Iceberg tables, of which')
    expect(() => config({ kind: 'trino', catalogs: ['ice', 'hive'] })).toThrow('and hive has not')
    expect(() => config({ kind: 'trino', caching: true })).toThrow('engines.e.caching')
  })
})

it('an engine that is to be asked of DuckDB’s file is refused, not left unasked without a word', () => {
  const engines = { trino: { kind: 'trino', url: 'http://trino:8080', catalogs: ['db'] } }
  const lakes = [{ location: 'hdfs://nn/golden' }]
  expect(() =>
    configOf({ lakes, catalogs: { db: { kind: 'duckdb' } }, engines }, 'goldsync.yaml', {}),
  ).toThrow('engines.trino.catalogs: db is a file of DuckDB, of which engines are not asked: leave it out')
})
