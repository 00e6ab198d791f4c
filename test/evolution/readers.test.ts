import { describe, expect, test } from 'vitest'
import { columnEffects } from '../../shared/evolution/engines.ts'
import { ASSUMED_READERS, recordedFor, troublesFor } from '../../shared/evolution/readers.ts'
import type { EngineEffect } from '../../shared/schema/diagnostic.ts'
import type { Reader } from '../../shared/schema/reader.ts'

describe('a reader is judged by', () => {
  test.each([
    ['hive', '3.1', ['hive3']],
    ['hive', '3.1.2', ['hive3']],
    ['hive', '2.3.9', ['hive3']],
    ['hive', '4', ['hive4']],
    ['hive', '4.2.1', ['hive4']],
    ['hive', undefined, ['hive3', 'hive4']],
    ['trino', '476', ['trino']],
    ['trino', '460-amzn-0', ['trino']],
    ['presto', '0.293', ['presto']],
    ['spark', '3.5.1', ['spark']],
    ['athena', '3', ['trino', 'athena']],
  ] as const)('what was recorded next to %s %s', (kind, version, engines) => {
    expect(recordedFor({ kind, version })).toEqual(engines)
  })
})

describe('what counts', () => {
  const effect = (engine: EngineEffect['engine'], effect: EngineEffect['effect'] = 'refusesFile') => ({
    engine,
    effect,
    what: 'fails',
  })
  const countsFor = (readers: readonly Reader[], ...effects: readonly EngineEffect[]) =>
    troublesFor(effects, readers).map(({ engine }) => engine)
  const trino: Reader = { kind: 'trino', version: '476' }

  test('is what any reader that was named does wrong, and nobody else', () => {
    expect(countsFor([trino], effect('trino'), effect('hive4'))).toEqual(['trino'])
    expect(countsFor([trino, { kind: 'presto', version: '0.287' }], effect('presto', 'misreads'))).toEqual([
      'presto',
    ])
    expect(countsFor([], effect('hive3'), effect('hive4'))).toEqual([])
  })

  test('is what a later version was not seen to mend: of one between, or not known, the worse', () => {
    const mended: EngineEffect = { ...effect('trino'), until: '483' }
    const of = (kind: Reader['kind'], version?: string) => countsFor([{ kind, version }], mended).length
    expect(['476', '482', '483', '490-x'].map(version => of('trino', version))).toEqual([1, 1, 0, 0])
    expect([of('trino'), of('athena', '3')]).toEqual([1, 1])
    expect(countsFor([{ kind: 'trino', version: '483' }, trino], mended)).toEqual(['trino'])
    expect(countsFor([{ kind: 'trino', version: '483' }], mended, effect('trino'))).toEqual(['trino'])
  })

  test('of Spark before 4.3 is a whole file with GEOMETRY or VARIANT, and of 4.3 the column of VARIANT alone', () => {
    const of = (code: string, version: string) =>
      troublesFor(columnEffects(code), [{ kind: 'spark', version }]).map(({ effect }) => effect)
    expect(of('GEOMETRY_AS_BINARY', '4.0.0')).toEqual(['refusesFile'])
    expect(of('GEOMETRY_AS_BINARY', '4.2')).toEqual(['refusesFile'])
    expect(of('GEOMETRY_AS_BINARY', '4.3.0')).toEqual([])
    expect(of('VARIANT_AS_STRUCT', '4.3.0')).toEqual(['refusesColumn'])
    expect(of('UNKNOWN_TYPE', '4.3.0')).toEqual(['refusesFile'])
  })

  test('is of readers that are only assumed what all of them do wrong', () => {
    expect(countsFor(ASSUMED_READERS, effect('hive3'))).toEqual([])
    expect(countsFor(ASSUMED_READERS, effect('hive3'), effect('hive4'))).toEqual(['hive3', 'hive4'])
  })

  test('is no loss of digits, and nothing that may not be', () => {
    expect(countsFor([trino], effect('trino', 'truncates'), effect('trino', 'mayMisread'))).toEqual([])
  })
})
