import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileLayout } from '../../shared/layout/compile.ts'
import type { Column } from '../../shared/schema/table.ts'
import { parseType } from '../../shared/schema/type.ts'

const columns = (...texts: readonly string[]): Column[] =>
  texts.map(text => {
    const [name = '', type = ''] = text.split(' ')
    return { name, type: parseType(type) }
  })
const path = (text: string) => text.split('/')
const hourly = compileLayout({ template: '{topic}/{yyyy}/{MM}/{dd}/{HH}' })

describe("a layout with the key types of somebody's table", () => {
  it('spells values as the table does, and finds their folders again', () => {
    const layout = hourly.withKeys(columns('year int', 'month tinyint', 'day smallint', 'hour bigint'))
    const folder = path('orders/2019/09/01/07')
    expect(layout.parse(folder)).toMatchObject({
      values: ['2019', '9', '1', '7'],
      time: Date.UTC(2019, 8, 1, 7),
    })
    expect(layout.format('orders', ['2019', '9', '1', '7'])).toEqual(folder)
    expect(layout.partitionKeys).toEqual(columns('year int', 'month tinyint', 'day smallint', 'hour bigint'))
  })

  it('gives back the zeros that integer keys of the lake leave out', () => {
    const typed = compileLayout({
      template: '{topic}/{yyyy}{MM}{dd}/{HH}',
      partitionKeys: {
        dt: { type: 'date', value: '{yyyy}-{MM}-{dd}' },
        hour: { type: 'int', value: '{HH}' },
      },
    })
    expect(typed.withKeys(columns('dt string', 'hour string')).parse(path('t/20190901/07'))).toMatchObject({
      values: ['2019-09-01', '07'],
    })
  })

  it.each([
    ['string', ['2019', '09', '01', '07'], true],
    ['string', ['2019', '9', '1', '7'], false],
    ['int', ['2019', '9', '1', '7'], true],
    ['int', ['2019', '09', '01', '07'], false],
    ['int', ['2019', '9', '1'], false],
    ['int', ['2019', '9', '1', 'noon'], false],
  ])('knows its own spelling: as %s, %j: %s', (type, values, own) => {
    const keys = columns(...['year', 'month', 'day', 'hour'].map(name => `${name} ${type}`))
    expect(hourly.withKeys(keys).spells(values)).toBe(own)
  })

  it('keeps the comments of the keys', () => {
    const keys = columns('year int', 'month int', 'day int', 'hour int').map(key => ({
      ...key,
      comment: 'UTC',
    }))
    expect(hourly.withKeys(keys).partitionKeys).toEqual(keys)
  })

  it.each([
    ['{topic}/{yyyy}{MM}{dd}', 'year date', '"{yyyy}" gives values like 2020, which are not of type date'],
    ['{topic}/dt={yyyy}{MM}{dd}', 'dt date', '"{yyyy}{MM}{dd}" gives values like 20200229'],
    ['{topic}/{yyyy}', 'year tinyint', '"{yyyy}" gives values like 2020, which are not of type tinyint'],
    [
      '{topic}/dt={yyyy}-{MM}-{dd}',
      'dt varchar(8)',
      'gives values like 2020-02-29, which are not of type varchar(8)',
    ],
    [
      '{topic}/dt={yyyy}-{MM}-{dd}',
      'dt timestamp',
      'partition key dt: goldsync writes no values of type timestamp',
    ],
    ['{topic}/{region}', 'region char(4)', 'goldsync writes no values of type char(4)'],
    ['{topic}/{region}', 'region decimal(4,0)', 'goldsync writes no values of type decimal(4,0)'],
  ])('%s cannot be %s', (template, key, message) => {
    const layout = compileLayout({ template })
    const keys = [...columns(key), ...layout.partitionKeys.slice(1)]
    expect(() => layout.withKeys(keys)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) }),
    )
  })

  it.each([
    ['int', '042', '42'],
    ['int', 'north', undefined],
    ['int', '3000000000', undefined],
    ['bigint', '3000000000', '3000000000'],
    ['date', '2020-02-29', '2020-02-29'],
    ['date', '2019-02-29', undefined],
    ['varchar(2)', 'eu', 'eu'],
    ['varchar(2)', 'π€', 'π€'],
    ['varchar(2)', 'eur', undefined],
  ])('as %s, the free text %s is %s', (type, text, value) => {
    const layout = compileLayout({ template: '{topic}/region={region}' }).withKeys(columns(`region ${type}`))
    expect(layout.parse(['t', `region=${text}`])).toMatchObject(
      value === undefined ? { kind: 'mismatch', code: 'FOREIGN_FOLDER' } : { values: [value] },
    )
  })

  it('of any types that it takes, parses what it formats', () => {
    const type = fc.constantFrom('string', 'smallint', 'int', 'bigint', 'varchar(4)')
    const time = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(fc.tuple(type, type, type, type), time, (types, at) => {
        const names = ['year', 'month', 'day', 'hour']
        const layout = hourly.withKeys(columns(...types.map((kind, index) => `${names[index]} ${kind}`)))
        const folder = ['t', ...(at.toISOString().match(/\d+/g) ?? []).slice(0, 4)]
        const found = layout.parse(folder)
        if (found.kind !== 'partition') throw new Error(found.message)
        expect(layout.format('t', found.values)).toEqual(folder)
        expect(found.time).toBe(Math.floor(at.getTime() / 3_600_000) * 3_600_000)
      }),
    )
  })
})
