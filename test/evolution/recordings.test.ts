/** What goldsync decides, against what the engines were seen to do (test/e2e/evolution/record.ts), and the docs of it. */
import { describe, expect, test } from 'vitest'
import { reviewPartitions } from '../../shared/decide/hold-back.ts'
import { type FindingCode, finding } from '../../shared/parquet/findings.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import { CELLS } from '../e2e/evolution/cells.ts'
import { pageOf, readPage } from '../e2e/evolution/page.ts'
import { type Judge, type Recording, readRecordings, type SeenFile } from '../e2e/evolution/recordings.ts'
import { hourOf } from '../support/observed.ts'
import { columns } from '../support/types.ts'

const recordings = readRecordings()
const cells = recordings.map(recording => [recording.cell, recording] as const)
const accepted = cells.filter(([, { held }]) => !held)
const held = cells.filter(([, recording]) => recording.held)

const fileOf = (hour: string, seen: SeenFile): DataFile => ({
  path: `/lake/orders/2019/09/01/${hour}/a`,
  size: 1,
  modified: 0,
  rows: 3,
  columns: columns(...seen.columns),
  ...(seen.allNames ? { allNames: seen.allNames } : {}),
  ...(seen.millis ? { millis: seen.millis } : {}),
  undeclared: seen.findings
    .filter(text => text.startsWith('NULL_COLUMN '))
    .map(text => ({ path: [text.replace('NULL_COLUMN ', '')], shape: 'null' })),
  diagnostics: seen.findings.map(text => {
    const [code, column] = text.split(' ')
    return finding(code as FindingCode, text, column)
  }),
})

const READERS: readonly Reader[] = [
  { kind: 'hive', version: '4.0.1' },
  { kind: 'trino', version: '476' },
  { kind: 'presto', version: '0.287' },
]

/** Old files make a table, then new files come: the review as a run makes it. */
function review({ old, new: now }: Recording) {
  const input = {
    partitionKeys: columns('year string', 'month string', 'day string', 'hour string'),
    registered: new Set<string>(),
    mode: 'additive',
    visibility: 'directory',
    table: 'golden.orders',
    readers: READERS,
  } as const
  const first = reviewPartitions({
    ...input,
    columns: undefined,
    observed: [hourOf('01', [fileOf('01', old)])],
  })
  return reviewPartitions({
    ...input,
    columns: first.columns,
    remembered: first.news,
    observed: [hourOf('02', [fileOf('02', now)])],
  })
}

const text = (columns: DataFile['columns']) => columns.map(({ name }) => name)

test('every cell of the matrix is recorded, and nothing else', () => {
  expect(recordings.map(({ cell, change }) => `${cell}: ${change}`)).toEqual(
    Object.entries(CELLS).map(([cell, { change }]) => `${cell}: ${change}`),
  )
})

test('docs/evolution.md shows what is recorded: npx tsx test/e2e/evolution/page.ts', () => {
  expect(pageOf(readPage(), recordings)).toBe(readPage())
})

describe('goldsync still decides as it did when the engines were asked', () => {
  test.each(cells)('%s', (_, recording) => {
    const { held: left, columns: table } = review(recording)
    expect([left.length === 1, text(table)]).toEqual([
      recording.held,
      recording.table.map(column => column.split(' ')[0]),
    ])
  })
})

/** What warns of an engine's fault in a cell that is accepted: the code of a finding that goldsync has told. */
const WARNS: readonly { readonly code: string; readonly judges: readonly Judge[] }[] = [
  { code: 'PRESTO_BY_INDEX', judges: ['presto'] },
  { code: 'NULL_COLUMN', judges: ['presto', 'prestoByName'] },
  { code: 'FLOAT_UNDER_DOUBLE', judges: ['trino', 'trino3', 'presto', 'prestoByName'] },
  { code: 'DECIMAL_UNDER_WIDER', judges: ['presto', 'prestoByName'] },
]

test('a finding of an engine’s fault is told only where the engine has it', () => {
  const codes = ['PRESTO_BY_INDEX', 'FLOAT_UNDER_DOUBLE', 'DECIMAL_UNDER_WIDER']
  const idle = accepted.filter(
    ([, recording]) =>
      recording.codes.some(code => codes.includes(code)) &&
      Object.values(recording.answers).every(answer => answer === 'right'),
  )
  expect(idle.map(([cell]) => cell)).toEqual([])
})

/** Faults of an engine with a type as such, old and new files alike (docs/types.md): no matter of evolution. */
const TYPES: readonly string[] = ['micros_nanos', 'fixed_binary', 'binary_fixed']

describe('what is done by itself is read right by every engine, or a finding says by which not', () => {
  test.each(accepted)('%s', (cell, { answers, codes }) => {
    const wrong = Object.entries(answers).flatMap(([judge, answer]) =>
      answer === 'right' ? [] : [judge as Judge],
    )
    const unwarned = wrong.filter(
      judge => !WARNS.some(({ code, judges }) => codes.includes(code) && judges.includes(judge)),
    )
    expect(unwarned.filter(judge => !TYPES.includes(cell) || !judge.startsWith('presto'))).toEqual([])
  })
})

/**
 * Held back though each engine read both partitions right: decimals become wider only where the owner of the table wants it,
 * and the keys of maps never, though integers could.
 */
const CAREFUL: readonly string[] = [
  'decimal_precision',
  'decimal_precision_integers',
  'key_wider',
  'key_narrower',
]

/**
 * Rows are read right, and Trino or Presto fail on conditions (under.json, undeclared-facts.ts), which were not asked when it was
 * registered all the same; or Presto fails on the type as such.
 */
const BY_CONDITIONS: readonly string[] = [
  ...['column_null_int', 'column_null_double', 'float_double', 'double_float', 'field_wider_float'],
  'fixed_binary',
]

describe('what is held back has its reason: to register it all the same breaks an engine, whether the table is changed or not', () => {
  test.each(held)('%s', (cell, { forced, answers }) => {
    // By position Presto took other columns before, which a finding has told.
    for (const [judge, answer] of Object.entries(answers))
      if (judge !== 'presto' || answers.prestoByName === undefined) expect(answer).toBe('right')
    const ways = [forced!.stands, forced!.widened]
    const harmless = ways.some(
      way => way.refused === undefined && Object.values(way.answers).every(answer => answer === 'right'),
    )
    expect(harmless).toBe([...CAREFUL, ...BY_CONDITIONS].includes(cell))
  })
})
