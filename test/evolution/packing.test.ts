import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { printEffects } from '../../shared/evolution/engines.ts'
import { PACKING_FACTS, type PackingFact, type PackingKey } from '../../shared/evolution/packing.ts'
import { effectsOn } from '../../shared/evolution/readers.ts'
import { ASKED, readRecorded, readRecordedOfSpark } from '../e2e/packing/recorded.ts'

const recorded = readRecorded()

/** The recorded file, and its column, that shows what each key says. */
const SHOWN: Readonly<Record<PackingKey, readonly [file: string, column: string]>> = {
  'codec BROTLI': ['codec_brotli', 'i32'],
  'codec LZO': ['codec_lzo_hadoop', 'i32'],
  'codec LZ4': ['codec_lz4_hadoop', 'i32'],
  'codec LZ4 of another writer': ['codec_lz4_block', 'i32'],
  'codec LZ4_RAW': ['codec_lz4', 'i32'],
  'BYTE_STREAM_SPLIT INT32': ['split_v1', 'dec9'],
  'BYTE_STREAM_SPLIT of unsigned INT32': ['split_v1', 'u32'],
  'BYTE_STREAM_SPLIT INT64': ['split_v2', 'micros'],
  'BYTE_STREAM_SPLIT FIXED_LEN_BYTE_ARRAY': ['split_v1', 'dec38'],
  'BYTE_STREAM_SPLIT FLOAT': ['split_v1', 'f32'],
  'BYTE_STREAM_SPLIT DOUBLE': ['split_v2', 'f64'],
  'column order': ['order_ieee', 'f64'],
  'too few column orders': ['order_short', 'id'],
  'dictionary at 0': ['dictionary_offset_zero', 'id'],
  'root name': ['root_space', 'id'],
  'key without a value': ['no_key_value', 'id'],
  'name within a list': ['element_empty', 'i64'],
  'DELTA_LENGTH_BYTE_ARRAY BYTE_ARRAY': ['delta_length_v1', 'text'],
  'DELTA_BYTE_ARRAY of an unknown writer': ['delta_bytes_unnamed', 'id'],
  'bloom filter of parquetjs': ['bloom_unset', 'text'],
  'bounds that are crossed': ['bounds_crossed', 'i64'],
  'deprecated bounds that are crossed': ['bounds_crossed_old_text', 'text'],
  'bounds that are crossed, of BYTE_ARRAY': ['bounds_crossed', 'text'],
  'bounds that are too short': ['bounds_short', 'i64'],
  'bounds that are too long': ['bounds_long', 'i64'],
  'bounds of only nulls': ['bounds_of_nulls', 'i64'],
  'bounds that are crossed, of decimals and dates': ['bounds_crossed', 'dec9'],
  'bounds that are crossed, of unsigned integers': ['bounds_crossed_u32', 'u32'],
  'bounds compared as signed, of unsigned integers': ['bounds_signed_u32', 'u32'],
  'bounds of only nulls, of unsigned integers': ['bounds_of_nulls_u32', 'u32'],
  'bounds that are crossed, of timestamps': ['bounds_crossed', 'micros'],
  'bounds of only nulls, of decimals and dates': ['bounds_of_nulls', 'day'],
  'bounds of only nulls, of timestamps': ['bounds_of_nulls', 'micros'],
  'bounds beyond the type, of decimals and dates': ['bounds_above_dec9', 'dec9'],
  'names that differ by case': ['twins_i32_i64', 'id'],
}

const spark = readRecordedOfSpark()

/** Whose keys say less than what stands beside them: the same column is of two kinds. */
const BESIDE: Readonly<Partial<Record<PackingKey, PackingKey>>> = {
  'BYTE_STREAM_SPLIT of unsigned INT32': 'BYTE_STREAM_SPLIT INT32',
  'bounds that are crossed, of BYTE_ARRAY': 'bounds that are crossed',
}

describe('what engines make of how a file is packed', () => {
  test.each(Object.entries(SHOWN))('is as recorded of Spark: %s', (key, [file, column]) => {
    const keys = [key as PackingKey, BESIDE[key as PackingKey] ?? []].flat()
    const facts: readonly PackingFact[] = keys.flatMap(each => PACKING_FACTS[each])
    for (const [version, files] of Object.entries(spark)) {
      const told = effectsOn(facts, [{ kind: 'spark', version }]).length > 0
      expect([version, told]).toEqual([version, files[file]?.[column] !== undefined])
    }
  })

  test.each(Object.entries(SHOWN))('is as recorded: %s', (key, [file, column]) => {
    const keys = [key as PackingKey, BESIDE[key as PackingKey] ?? []].flat()
    const facts: readonly PackingFact[] = keys.flatMap(each => PACKING_FACTS[each])
    const told = facts.filter(({ by }) => by === 'seen').map(({ engine }) => engine)
    const failed = ASKED.filter(engine => recorded[file]?.[engine][column] !== undefined)
    expect(told.filter(engine => ASKED.some(asked => asked === engine)).sort()).toEqual([...failed].sort())
  })

  test.each([
    ...['codec_none', 'codec_snappy', 'codec_gzip', 'codec_zstd', 'paged', 'int96', 'fixed_decimals'],
    ...['dictionary', 'plain', 'delta_packed', 'delta_length', 'delta_bytes', 'rle_bool'].flatMap(name => [
      `${name}_v1`,
      `${name}_v2`,
    ]),
    ...['delta_bytes_mended', 'delta_bytes_named'],
    ...['order_absent', 'order_long', 'root_dot', 'root_umlaut', 'element_dot', 'uncompressed_negative'],
  ])('is nothing, as recorded: %s', file => {
    for (const engine of ASKED) {
      const { fixed: _type, ...faults } = recorded[file]?.[engine] ?? { lacks: 'all' }
      expect(faults).toEqual({})
    }
  })

  test('names each engine once for a key', () => {
    for (const facts of Object.values(PACKING_FACTS)) {
      const engines = facts.map(({ engine }) => engine)
      expect(new Set(engines).size).toBe(engines.length)
    }
  })
})

describe('footers that goldsync refuses', () => {
  test.each(
    Object.keys(recorded).filter(name =>
      /^no_(version|num_rows|row_groups|annotation|group_(columns|num_rows|total_byte)|chunk|meta_(?!encoding_stats)|root_name|element)|^codec_number|^data_offset|^size_|^dictionary_offset_(beyond|negative)/.test(
        name,
      ),
    ),
  )('are refused by Hive, Trino and Presto, or read without rows: %s', name => {
    for (const engine of ASKED) expect(Object.keys(recorded[name]?.[engine] ?? {})).toContain('id')
  })
})

describe('docs/types.md', () => {
  const page = readFileSync('docs/types.md', 'utf8')
  const told = (fact: PackingFact): string =>
    `${printEffects([fact])}${fact.by === 'source' ? ' (by its source)' : ''}`

  test.each(Object.entries(PACKING_FACTS))('tells who refuses %s', (key, facts: readonly PackingFact[]) => {
    expect(page).toContain(`| ${key} | ${facts.map(told).join('; ')} |`)
  })
})
