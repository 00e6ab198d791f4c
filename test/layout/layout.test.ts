import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileLayout } from '../../shared/layout/compile.ts'
import type { LayoutOptions } from '../../shared/layout/layout.ts'

const TEMPLATES = [
  '{topic}/{yyyy}/{MM}/{dd}/{HH}',
  '{topic}/{yyyy}/{MM}/{dd}/{HH}/{mm}',
  '{topic}/{yyyy}/{MM}',
  '{topic}/year={yyyy}/month={MM}/day={dd}/hour={HH}',
  '{topic}/dt={yyyy}-{MM}-{dd}/hr={HH}',
  'raw/{topic}/data/{yyyy}{MM}{dd}',
  'topic={topic}/{region}/{yyyy}/{M}/{d}',
  '{topic}/region={region}/dt={yyyy}-{MM}-{dd}',
] as const

const NAME = fc.stringMatching(/^[a-zA-Z0-9][\w .:%+#'äß-]{0,12}$/)
const MINUTE = fc.integer({ min: Date.UTC(1970, 0, 1) / 60_000, max: Date.UTC(2099, 11, 31) / 60_000 })

/** A folder path of a template for a time, written without goldsync. */
function pathOf(template: string, topic: string, region: string, minute: number): string {
  const time = new Date(minute * 60_000)
  const pad = (value: number, width = 2) => String(value).padStart(width, '0')
  const escaped = region.replace(/[%:=']/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  return template
    .replace('{yyyy}', pad(time.getUTCFullYear(), 4))
    .replace('{MM}', pad(time.getUTCMonth() + 1))
    .replace('{dd}', pad(time.getUTCDate()))
    .replace('{HH}', pad(time.getUTCHours()))
    .replace('{mm}', pad(time.getUTCMinutes()))
    .replace('{M}', String(time.getUTCMonth() + 1))
    .replace('{d}', String(time.getUTCDate()))
    .replace('region={region}', () => `region=${escaped}`)
    .replace('{region}', () => region)
    .replace('{topic}', () => topic)
}

/** The start of the finest unit that the template names. */
function startOf(template: string, minute: number): number {
  const time = new Date(minute * 60_000)
  const parts = [
    time.getUTCFullYear(),
    time.getUTCMonth(),
    time.getUTCDate(),
    time.getUTCHours(),
    time.getUTCMinutes(),
  ]
  const finest = [/\{mm\}/, /\{HH\}/, /\{dd?\}/, /\{MM?\}/].findIndex(unit => unit.test(template))
  const [year, month = 0, day = 1, hour = 0, min = 0] = parts.slice(0, 5 - finest)
  return Date.UTC(year!, month, day, hour, min)
}

describe.each(TEMPLATES)('the layout %s', template => {
  const layout = compileLayout({ template })

  test('reads the topic, the values and the time of a path, and writes the path again', () => {
    fc.assert(
      fc.property(NAME, NAME, MINUTE, (topic, region, minute) => {
        const path = pathOf(template, topic, region, minute)
        const read = layout.parse(path.split('/'))
        expect(read).toMatchObject({ kind: 'partition', topic, time: startOf(template, minute) })
        if (read.kind !== 'partition') return
        expect(read.values.length).toBe(layout.partitionKeys.length)
        expect(layout.parse(layout.format(topic, read.values))).toEqual(read)
      }),
      { numRuns: 200 },
    )
  })

  test('enters every folder on the way, unless all of it lies before the asked time', () => {
    fc.assert(
      fc.property(NAME, MINUTE, (topic, minute) => {
        const path = pathOf(template, topic, 'eu', minute).split('/')
        const start = startOf(template, minute)
        for (let depth = 1; depth <= path.length; depth += 1) {
          expect(layout.enter(path.slice(0, depth)).kind).toBe('match')
          expect(layout.enter(path.slice(0, depth), start).kind).toBe('match')
        }
        expect(layout.enter(path, Date.UTC(2101, 0, 1)).kind).toBe('outside')
      }),
      { numRuns: 200 },
    )
  })
})

describe('partition keys', () => {
  const keys = (options: LayoutOptions) =>
    compileLayout(options).partitionKeys.map(({ name, type }) => `${name} ${type.kind}`)

  test('are named after the parts of a positional layout, or as the folders say', () => {
    expect(keys({ template: '{topic}/{yyyy}/{MM}/{dd}/{HH}' })).toEqual([
      'year string',
      'month string',
      'day string',
      'hour string',
    ])
    expect(keys({ template: '{topic}/dt={yyyy}-{MM}-{dd}/hr={HH}' })).toEqual(['dt string', 'hr string'])
    expect(keys({ template: '{topic}/{region}/{yyyy}' })).toEqual(['region string', 'year string'])
  })

  test('may be derived, with types', () => {
    const layout = compileLayout({
      template: '{topic}/{yyyy}/{MM}/{dd}/{HH}',
      partitionKeys: { dt: { type: 'date', value: '{yyyy}-{MM}-{dd}' }, hr: { type: 'int', value: '{HH}' } },
    })
    expect(layout.parse('orders/2020/02/29/07'.split('/'))).toMatchObject({ values: ['2020-02-29', '7'] })
    expect(layout.format('orders', ['2020-02-29', '7']).join('/')).toBe('orders/2020/02/29/07')
  })

  test('values that do not fit are refused', () => {
    const layout = compileLayout({ template: '{topic}/{yyyy}/{MM}' })
    for (const values of [['2019', '13'], ['2019'], ['19', '01'], ['2019', '../x']]) {
      expect(() => layout.format('orders', values)).toThrow(
        expect.objectContaining({ code: 'REQUEST_INVALID' }),
      )
    }
  })
})

describe('folders that are none of the layout', () => {
  const layout = compileLayout({ template: '{topic}/{yyyy}/{MM}/{dd}/{HH}' })
  test.each([
    ['orders/2019/13', 'IMPOSSIBLE_DATE', /13/],
    ['orders/2019/02/30', 'IMPOSSIBLE_DATE', /30/],
    ['orders/2019/02/29', 'IMPOSSIBLE_DATE', /29/],
    ['orders/2019/09/01/24', 'IMPOSSIBLE_DATE', /24/],
    ['orders/backup', 'FOREIGN_FOLDER', /backup/],
    ['orders/2019/9', 'FOREIGN_FOLDER', /"?9/],
    ['orders/2019/09/01/01/extra', 'WRONG_DEPTH', /./],
  ])('%s is %s', (path, code, message) => {
    expect(layout.enter(path.split('/'))).toMatchObject({
      kind: 'mismatch',
      code,
      message: expect.stringMatching(message),
    })
  })

  test('a path that ends early is no partition', () => {
    expect(layout.parse(['orders', '2019', '09'])).toMatchObject({ kind: 'mismatch', code: 'WRONG_DEPTH' })
  })

  test('a leap day is one in leap years only', () => {
    expect(layout.enter('orders/2020/02/29'.split('/')).kind).toBe('match')
  })
})

describe('time zones', () => {
  const timeOf = (path: string, timeZone: string) => {
    const read = compileLayout({ template: '{topic}/{yyyy}/{MM}/{dd}/{HH}', timeZone }).parse(
      `t/${path}`.split('/'),
    )
    return read.kind === 'partition' ? new Date(read.time!).toISOString() : read.message
  }

  test.each([
    ['2019/09/01/01', 'UTC', '2019-09-01T01:00:00.000Z'],
    ['2019/09/01/01', 'Europe/Zurich', '2019-08-31T23:00:00.000Z'],
    ['2019/01/01/01', 'Europe/Zurich', '2019-01-01T00:00:00.000Z'],
    ['2019/09/01/01', 'Asia/Kolkata', '2019-08-31T19:30:00.000Z'],
    ['2019/09/01/01', 'America/New_York', '2019-09-01T05:00:00.000Z'],
    // Clocks went on from 02:00 to 03:00, and back from 03:00 to 02:00: the repeated hour starts at its first time.
    ['2019/03/31/02', 'Europe/Zurich', '2019-03-31T01:00:00.000Z'],
    ['2019/10/27/02', 'Europe/Zurich', '2019-10-27T00:00:00.000Z'],
    ['2019/10/27/03', 'Europe/Zurich', '2019-10-27T02:00:00.000Z'],
  ])('%s in %s starts at %s', (path, zone, start) => expect(timeOf(path, zone)).toBe(start))
})

describe('templates that cannot be', () => {
  test.each([
    ['{yyyy}/{MM}', /\{topic\} is missing/],
    ['{topic}', /no variable follows/],
    ['{yyyy}/{topic}/{MM}', /before or beside/],
    ['{topic}/{yyyy}/{HH}', /needs/],
    ['{topic}/{yyyy}/{yyyy}', /twice/],
    ['{topic}/{year}', /./],
    ['{topic}/{a}{b}', /./],
    ['{topic}//{yyyy}', /empty part/],
    ['/{topic}/{yyyy}', /empty part/],
    ['{topic}/_{yyyy}', /starts with _/],
    ['{topic}/{yyyy', /./],
    ['{topic}/../{yyyy}', /not a folder name/],
  ])('%s', (template, message) => {
    expect(() => compileLayout({ template })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
    )
  })

  test.each([
    ['a type that its values do not have', { dt: { type: 'date', value: '{yyyy}/{MM}' } }],
    ['a variable that is nowhere', { dt: { type: 'string', value: '{yyyy}-{dd}' } }],
    ['no variable', { dt: { type: 'string', value: 'x' } }],
  ] as const)('partition keys with %s', (_, partitionKeys) => {
    expect(() => compileLayout({ template: '{topic}/{yyyy}/{MM}', partitionKeys })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })

  test('a zone that is none', () => {
    expect(() => compileLayout({ template: '{topic}/{yyyy}', timeZone: 'Mars/Phobos' })).toThrow(
      /Mars\/Phobos/,
    )
  })
})
