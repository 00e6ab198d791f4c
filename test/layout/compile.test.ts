import { describe, expect, it } from 'vitest'
import { compileLayout } from '../../shared/layout/compile.ts'
import type { LayoutOptions } from '../../shared/layout/layout.ts'
import { printType } from '../../shared/schema/type.ts'

const HOURLY = '{topic}/{yyyy}/{MM}/{dd}/{HH}'
const path = (text: string) => text.split('/')
const keysOf = (options: LayoutOptions) =>
  compileLayout(options).partitionKeys.map(key => `${key.name} ${printType(key.type)}`)

describe('reading a partition folder', () => {
  it('takes positional folders for year, month, day and hour', () => {
    const layout = compileLayout({ template: HOURLY })
    expect(layout.depth).toBe(5)
    expect(layout.topicDepth).toBe(1)
    expect(layout.parse(path('orders/2019/09/01/07'))).toEqual({
      kind: 'partition',
      topic: 'orders',
      values: ['2019', '09', '01', '07'],
      time: Date.UTC(2019, 8, 1, 7),
    })
  })

  it('takes Hive style folders by their literal keys', () => {
    const layout = compileLayout({ template: '{topic}/dt={yyyy}-{MM}-{dd}/hr={HH}' })
    expect(layout.parse(path('orders/dt=2019-09-01/hr=07'))).toMatchObject({
      topic: 'orders',
      values: ['2019-09-01', '07'],
      time: Date.UTC(2019, 8, 1, 7),
    })
  })

  it('takes the unpadded numbers that Spark writes for integer columns', () => {
    const layout = compileLayout({ template: '{topic}/year={yyyy}/month={M}/day={d}/hour={H}' })
    expect(layout.parse(path('orders/year=2019/month=9/day=1/hour=0'))).toMatchObject({
      values: ['2019', '9', '1', '0'],
      time: Date.UTC(2019, 8, 1),
    })
    expect(layout.parse(path('orders/year=2019/month=09/day=1/hour=0'))).toMatchObject({
      code: 'FOREIGN_FOLDER',
    })
  })

  it('takes compact dates, minutes, constants and parts of a folder name', () => {
    const layout = compileLayout({ template: 'raw/kafka-{topic}.v1/data/{yyyy}{MM}{dd}/{HH}{mm}' })
    expect(layout.topicDepth).toBe(2)
    expect(layout.parse(path('raw/kafka-a.b.v1/data/20190901/0730'))).toMatchObject({
      topic: 'a.b',
      values: ['2019', '09', '01', '07', '30'],
      time: Date.UTC(2019, 8, 1, 7, 30),
    })
  })

  it('unescapes free text in key=value folders only', () => {
    const layout = compileLayout({ template: '{topic}/{site}/region={region}' })
    expect(layout.parse(path('t/a%3Ab/region=eu%3Awest%2F1'))).toMatchObject({
      values: ['a%3Ab', 'eu:west/1'],
      time: undefined,
    })
    expect(layout.parse(path('t/x/region=__HIVE_DEFAULT_PARTITION__'))).toMatchObject({
      values: ['x', '__HIVE_DEFAULT_PARTITION__'],
    })
  })

  it('reads an escaped constant of the template as the character that it stands for', () => {
    const layout = compileLayout({ template: '{topic}/ts={yyyy}-{MM}-{dd} {HH}%3A{mm}' })
    expect(layout.parse(path('t/ts=2019-09-01 07%3A30'))).toMatchObject({ values: ['2019-09-01 07:30'] })
    expect(layout.format('t', ['2019-09-01 07:30'])).toEqual(path('t/ts=2019-09-01 07%3A30'))
  })

  it('knows leap days', () => {
    const layout = compileLayout({ template: '{topic}/{yyyy}{MM}{dd}' })
    expect(layout.parse(path('t/20200229'))).toMatchObject({ kind: 'partition' })
    expect(layout.parse(path('t/20000229'))).toMatchObject({ kind: 'partition' })
    expect(layout.parse(path('t/19000229'))).toMatchObject({
      kind: 'mismatch',
      code: 'IMPOSSIBLE_DATE',
      message: 'folder "19000229": day 29 is not 01–28 in 1900-02',
    })
  })
})

describe('partition keys', () => {
  it('are strings named by the template unless declared', () => {
    expect(keysOf({ template: HOURLY })).toEqual(['year string', 'month string', 'day string', 'hour string'])
    expect(keysOf({ template: '{topic}/Year={yyyy}/{region}' })).toEqual(['year string', 'region string'])
  })

  it('are derived values with types where declared', () => {
    const layout = compileLayout({
      template: HOURLY,
      partitionKeys: { dt: { type: 'date', value: '{yyyy}-{MM}-{dd}' }, hr: { type: 'int', value: '{HH}' } },
    })
    expect(layout.partitionKeys.map(key => printType(key.type))).toEqual(['date', 'int'])
    expect(layout.parse(path('orders/2019/09/01/07'))).toMatchObject({ values: ['2019-09-01', '7'] })
    expect(layout.format('orders', ['2019-09-01', '7'])).toEqual(path('orders/2019/09/01/07'))
  })

  it('name free variables in any case', () => {
    const layout = compileLayout({
      template: '{topic}/{Region}/{yyyy}',
      partitionKeys: { y: { type: 'int', value: '{yyyy}' }, place: { type: 'string', value: 'in-{region}' } },
    })
    expect(layout.parse(path('t/EU/2019'))).toMatchObject({ values: ['2019', 'in-EU'] })
    expect(layout.format('t', ['2019', 'in-EU'])).toEqual(path('t/EU/2019'))
  })

  it('take null for a value of every type', () => {
    const layout = compileLayout({
      template: '{topic}/shard={shard}/day={day_text}',
      partitionKeys: { shard: { type: 'int', value: '{shard}' }, day: { type: 'date', value: '{day_text}' } },
    })
    const values = ['__HIVE_DEFAULT_PARTITION__', '__HIVE_DEFAULT_PARTITION__']
    const folder = path('t/shard=__HIVE_DEFAULT_PARTITION__/day=__HIVE_DEFAULT_PARTITION__')
    expect(layout.parse(folder)).toMatchObject({ values })
    expect(layout.format('t', values)).toEqual(folder)
  })

  it('refuse a folder whose text is not of the type', () => {
    const layout = compileLayout({
      template: '{topic}/shard={shard}/day={day_text}',
      partitionKeys: { shard: { type: 'int', value: '{shard}' }, day: { type: 'date', value: '{day_text}' } },
    })
    expect(layout.parse(path('t/shard=007/day=2020-02-29'))).toMatchObject({ values: ['7', '2020-02-29'] })
    expect(layout.parse(path('t/shard=x/day=2020-02-29'))).toMatchObject({
      code: 'FOREIGN_FOLDER',
      message: '"x" is not a value of the partition key shard, whose type is int',
    })
    expect(layout.parse(path('t/shard=2147483648/day=2020-02-29'))).toMatchObject({ code: 'FOREIGN_FOLDER' })
    expect(layout.parse(path('t/shard=1/day=2019-02-29'))).toMatchObject({ code: 'FOREIGN_FOLDER' })
  })
})

describe('a path that is not of the layout', () => {
  const layout = compileLayout({ template: HOURLY })
  it.each([
    ['orders/2019/13/01/01', 'IMPOSSIBLE_DATE', 'folder "13": month 13 is not 01–12'],
    ['orders/2019/02/29/01', 'IMPOSSIBLE_DATE', 'folder "29": day 29 is not 01–28 in 2019-02'],
    ['orders/2019/09/00/01', 'IMPOSSIBLE_DATE', 'folder "00": day 00 is not 01–30 in 2019-09'],
    ['orders/2019/09/01/24', 'IMPOSSIBLE_DATE', 'folder "24": hour 24 is not 00–23'],
    ['orders/0000/09/01/01', 'IMPOSSIBLE_DATE', 'folder "0000": year 0000 is not 0001–9999'],
    ['orders/2019/9/01/01', 'FOREIGN_FOLDER', '"9" does not fit "{MM}", which is like "09"'],
    ['orders/latest/01/01/01', 'FOREIGN_FOLDER', '"latest" does not fit "{yyyy}", which is like "2026"'],
    ['orders/2019/09', 'WRONG_DEPTH', `"orders/2019/09" is 3 folders deep; a partition is 5: ${HOURLY}`],
    [
      'orders/2019/09/01/01/part',
      'WRONG_DEPTH',
      `"orders/2019/09/01/01/part" is 6 folders deep; a partition is 5: ${HOURLY}`,
    ],
  ])('%s is %s', (folder, code, message) => {
    expect(layout.parse(path(folder))).toEqual({ kind: 'mismatch', code, message })
  })

  it('names the constant that was expected', () => {
    expect(compileLayout({ template: 'raw/{topic}/{yyyy}' }).enter(['other'])).toEqual({
      kind: 'mismatch',
      code: 'FOREIGN_FOLDER',
      message: '"other" does not fit "raw"',
    })
  })
})

describe('descending folder by folder', () => {
  const layout = compileLayout({ template: 'raw/{topic}/{yyyy}/{MM}/{dd}/{HH}' })
  const noon = Date.UTC(2019, 8, 2, 12)

  it('tells the topic as soon as the path has it', () => {
    expect(layout.enter([])).toEqual({ kind: 'match', topic: undefined })
    expect(layout.enter(['raw'])).toEqual({ kind: 'match', topic: undefined })
    expect(layout.enter(['raw', 'orders'])).toEqual({ kind: 'match', topic: 'orders' })
  })

  it.each([
    'raw/orders',
    'raw/orders/2019',
    'raw/orders/2019/09',
    'raw/orders/2019/09/02',
    'raw/orders/2019/09/02/12',
  ])('enters %s, which reaches into the asked time', folder =>
    expect(layout.enter(path(folder), noon)).toMatchObject({ kind: 'match' }),
  )

  it.each(['raw/orders/2018', 'raw/orders/2019/08', 'raw/orders/2019/09/01', 'raw/orders/2019/09/02/11'])(
    'leaves out %s, which ends before',
    folder => expect(layout.enter(path(folder), noon)).toEqual({ kind: 'outside' }),
  )

  it('stops at the first folder that cannot be', () => {
    expect(layout.enter(path('raw/orders/2019/13'), noon)).toMatchObject({ code: 'IMPOSSIBLE_DATE' })
    expect(layout.enter(path('raw/orders/2019/09/02/12/x'))).toMatchObject({ code: 'WRONG_DEPTH' })
  })

  it('leaves nothing out where dates come finest first, until the year is known', () => {
    const reversed = compileLayout({ template: '{topic}/{dd}/{MM}/{yyyy}' })
    expect(reversed.enter(path('t/31'), noon)).toMatchObject({ kind: 'match' })
    expect(reversed.enter(path('t/31/02'), noon)).toMatchObject({ code: 'IMPOSSIBLE_DATE' })
    expect(reversed.enter(path('t/31/01/2019'), noon)).toEqual({ kind: 'outside' })
  })
})

describe('locating a file', () => {
  const layout = compileLayout({ template: HOURLY })
  it('gives its partition and folder', () => {
    expect(layout.locate(path('orders/2019/09/01/07/part-0.parquet'))).toMatchObject({
      topic: 'orders',
      values: ['2019', '09', '01', '07'],
      folder: path('orders/2019/09/01/07'),
    })
  })
  it('refuses files above and below the partition folder', () => {
    expect(layout.locate(path('orders/2019/09/01/part-0.parquet'))).toMatchObject({ code: 'WRONG_DEPTH' })
    expect(layout.locate(path('orders/2019/09/01/07/x/part-0.parquet'))).toMatchObject({
      code: 'WRONG_DEPTH',
    })
    expect(layout.locate([])).toMatchObject({ code: 'WRONG_DEPTH' })
  })
})

describe('formatting values that are no partition', () => {
  const layout = compileLayout({ template: HOURLY })
  it.each([
    ['a/b', ['2019', '09', '01', '07'], '"a/b" cannot be the name of a folder'],
    ['..', ['2019', '09', '01', '07'], '".." cannot be the name of a folder'],
    ['orders', ['2019', '13', '01', '07'], 'folder "13": month 13 is not 01–12'],
    ['orders', ['2019', '9', '01', '07'], '"9" does not fit month: {MM}'],
    ['orders', ['2019', '09', '01'], '"undefined" does not fit hour: {HH}'],
    [
      'orders',
      ['2019', '09', '01', '07', '00'],
      'no folder of orders stands for the values 2019/09/01/07/00',
    ],
  ])('%s %j is refused', (topic, values, message) => {
    expect(() => layout.format(topic, values)).toThrow(
      expect.objectContaining({ code: 'REQUEST_INVALID', message }),
    )
  })

  it('says how they are spelled', () => {
    expect(() => layout.format('orders', ['2019', '09', '01', '7'])).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('07 and not 7') }),
    )
  })
})
