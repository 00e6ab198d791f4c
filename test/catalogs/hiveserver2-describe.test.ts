import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describedTable, readDescription } from '../../shared/catalogs/hiveserver2/describe.ts'
import type { Row } from '../../shared/hiveserver2/client.ts'
import { leadingValues, valuesOf } from '../../shared/hiveserver2/partition-names.ts'
import { printType } from '../../shared/schema/type.ts'

/** Rows as HiveServer2 4.0.1 answered them. */
const recorded = (name: string): Row[] =>
  JSON.parse(readFileSync(new URL(`../fixtures/hive/${name}.json`, import.meta.url), 'utf8'))

const name = { database: 'gold', name: 'orders' }
const shown = (columns: ReturnType<typeof readDescription>['columns']) =>
  columns.map(column => [column.name, printType(column.type), column.comment])

describe('DESCRIBE FORMATTED of a table', () => {
  const table = describedTable(name, recorded('describe-table'))

  it('gives columns with long types and with comments as they were written', () => {
    expect(shown(table.columns)).toEqual([
      ['id', 'bigint', 'it\'s a "key" \\ of\ntwo lines'],
      ['place', 'struct<x y:int,tags:array<struct<q:decimal(10,2)>>>', undefined],
      ['note', 'varchar(20)', undefined],
    ])
  })

  it('gives partition keys apart from columns', () => {
    expect(shown(table.partitionKeys)).toEqual([
      ['year', 'string', undefined],
      ['hour', 'int', 'of day'],
    ])
  })

  it('gives location, kind, format and parameters', () => {
    expect(table).toMatchObject({ kind: 'external', format: 'parquet', location: 'hdfs://nn/golden/orders' })
    expect(table.parameters).toMatchObject({ 'goldsync.topic': 'Orders', odd: 'tab\tend \\ "q" é' })
    expect(table.parameters).not.toHaveProperty('serialization.format')
  })

  it('knows a view', () => {
    expect(describedTable(name, recorded('describe-view'))).toMatchObject({ kind: 'view', location: '' })
  })

  it('knows a managed table of another format', () => {
    const rows = recorded('describe-table').map(row => ({
      ...row,
      data_type:
        row.data_type
          ?.replace('EXTERNAL_TABLE', 'MANAGED_TABLE')
          .replace(/^EXTERNAL\s*$/, 'OTHER')
          .replace(/.*MapredParquetInput.*/, 'x.Orc') ?? null,
    }))
    expect(describedTable(name, rows)).toMatchObject({ kind: 'managed', format: 'x.Orc' })
  })

  it('reads what Hive 3 prints: headers above the columns, comments over several lines', () => {
    const blank: Row = { col_name: '', data_type: null, comment: null }
    const header: Row = {
      col_name: '# col_name            ',
      data_type: 'data_type           ',
      comment: 'comment',
    }
    const more: Row = {
      col_name: '                    ',
      data_type: '                    ',
      comment: 'two lines',
    }
    const [id, ...others] = recorded('describe-table')
    const { columns, partitionKeys } = describedTable(name, [header, blank, id!, more, ...others])
    expect(columns.map(column => column.name)).toEqual(['id', 'place', 'note'])
    expect(partitionKeys.map(key => key.name)).toEqual(['year', 'hour'])
  })
})

it('DESCRIBE FORMATTED of a partition gives its own columns and its location, whatever its values', () => {
  const { columns, facts } = readDescription(recorded('describe-partition'))
  expect(columns.map(column => column.name)).toEqual(['id', 'place', 'note'])
  expect(facts.get('Location')).toBe('hdfs://nn/golden/orders/a b%25')
})

describe('names of partitions', () => {
  it('are unescaped', () => {
    expect(valuesOf('year=20%2519 é%2F%0A/hour=7')).toEqual(['20%19 é/\n', '7'])
    expect(valuesOf('a=b%3Dc=d')).toEqual(['b=c=d'])
    expect(valuesOf('dt=__HIVE_DEFAULT_PARTITION__')).toEqual(['__HIVE_DEFAULT_PARTITION__'])
  })

  it('are listed by as few and as narrow lists as hold them', () => {
    expect(leadingValues([['2019', '09', '01']])).toEqual([['2019', '09', '01']])
    expect(leadingValues(hours('2019', '09', 24))).toEqual([['2019', '09']])
    expect(leadingValues([...hours('2018', '12', 24), ...hours('2019', '01', 24)])).toEqual([
      ['2018', '12'],
      ['2019', '01'],
    ])
    expect(leadingValues(['1', '2', '3', '4'].flatMap(year => hours(year, '01', 2)))).toEqual([[]])
  })

  it('are all under one of the lists', () => {
    const value = fc.constantFrom('a', 'b', 'c', 'd', 'e')
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value, value), { minLength: 1 }), wanted => {
        const lists = leadingValues(wanted)
        expect(lists.length).toBeLessThanOrEqual(3)
        for (const values of wanted) {
          expect(lists.some(leading => leading.every((part, at) => values[at] === part))).toBe(true)
        }
      }),
    )
  })

  const hours = (year: string, month: string, count: number): string[][] =>
    Array.from({ length: count }, (_, hour) => [year, month, String(hour)])
})
