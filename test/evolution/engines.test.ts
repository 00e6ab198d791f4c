import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  COLUMN_FACTS,
  columnEffects,
  type EngineFact,
  isNews,
  printEffects,
} from '../../shared/evolution/engines.ts'
import { finding } from '../../shared/parquet/findings.ts'
import { acceptedKind } from '../support/kinds.ts'
import { columns } from '../support/types.ts'

describe('what engines make of a column', () => {
  test('is told with the finding on it', async () => {
    const { diagnostics } = await acceptedKind('nanoseconds')
    expect(diagnostics[0]).toMatchObject({ code: 'TIMESTAMP_NANOS', column: 'ns', severity: 'info' })
    expect(diagnostics[0]?.engines?.map(({ engine, effect }) => `${engine} ${effect}`)).toEqual([
      'hive3 refusesColumn',
      'presto misreads',
      'spark refusesColumn',
      'duckdb truncates',
    ])
  })

  test('can differ for what is within a list or a map', () => {
    const engines = (within: boolean) =>
      columnEffects('REPEATED_WITHOUT_LIST', within).map(({ engine }) => engine)
    expect(engines(false)).toEqual(['presto'])
    expect(engines(true)).toEqual(['presto', 'hive4', 'trino', 'spark'])
  })

  test('is absent where none is known to refuse or misread it', () => {
    expect(finding('TIMESTAMP_AS_BIGINT', 'x', 'at')).not.toHaveProperty('engines')
  })

  test('names each engine once for a code', () => {
    for (const facts of Object.values(COLUMN_FACTS)) {
      // What an engine does until a version, and what it does otherwise after that, are two.
      const engines = facts.filter(({ until }) => until === undefined).map(({ engine }) => engine)
      expect(new Set(engines).size).toBe(engines.length)
    }
  })
})

describe('docs/types.md', () => {
  const page = readFileSync('docs/types.md', 'utf8')
  const told = (fact: EngineFact): string =>
    `${printEffects([fact])}${fact.nested ? ', within a list or a map' : ''}${fact.by === 'source' ? ' (by its source)' : ''}`

  test.each(Object.entries(COLUMN_FACTS))(
    'tells which engines refuse or misread what has %s',
    (code, facts) => {
      expect(page).toContain(`| \`${code}\` | ${facts.map(told).join('; ')} |`)
    },
  )
})

describe('a note on a type is news', () => {
  const note = finding('TIMESTAMP_MILLIS', 'x', 'At.element')
  const warned = finding('GEOMETRY_AS_BINARY', 'x', 'at')

  test('until the table has the column', () => {
    expect(isNews(note, columns('id int'))).toBe(true)
    expect(isNews(note, columns('id int', 'at array<timestamp>'))).toBe(false)
  })

  test('until the table has the column, whose name may have dots in it', () => {
    const dotted = finding('TIMESTAMP_MICROS', 'a timestamp', 'a.b')
    expect(isNews(dotted, columns('a.b timestamp'))).toBe(false)
    expect(isNews(dotted, columns('a.bc timestamp'))).toBe(true)
  })

  test('always where it is a warning', () => {
    expect(isNews(warned, columns('at binary'))).toBe(true)
  })
})
