import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileLayout } from '../../shared/layout/compile.ts'
import type { Layout } from '../../shared/layout/layout.ts'

const UNITS = ['yyyy', 'MM', 'dd', 'HH', 'mm']
const UNPADDED = ['yyyy', 'M', 'd', 'H', 'm']
const separator = fc.constantFrom('', '-', '_', '.', ' at ', '/')
const constant = fc.constantFrom('raw', 'data', 'v1', 'a+b(c)', 'π')

/** `{yyyy}-{MM}/k1={d}`: some with keys, some with numbers that are not padded. */
const timePart = fc
  .record({
    count: fc.integer({ min: 1, max: 5 }),
    separators: fc.array(separator, { minLength: 5, maxLength: 5 }),
    keys: fc.boolean(),
    padded: fc.boolean(),
  })
  .map(({ count, separators, keys, padded }) => {
    const between = separators.slice(1, count)
    const units = padded || between.includes('') ? UNITS : UNPADDED
    const text = units
      .slice(0, count)
      .reduce((left, unit, at) => `${left}${between[at - 1] ?? ''}{${unit}}`, '')
    return keys ? text.replace(/[^/]+/g, (part, at) => `k${at}=${part}`) : text
  })

const template = fc
  .tuple(
    fc.option(constant, { nil: undefined }),
    fc.constantFrom('{topic}', 'topic={topic}', 'kafka.{topic}', '{topic}-v1'),
    fc.option(constant, { nil: undefined }),
    fc.array(fc.constantFrom('{region}', 'site={site}', 'shard-{shard}.x'), { maxLength: 1 }),
    timePart,
    fc.option(constant, { nil: undefined }),
  )
  .map(([before, topic, middle, free, time, after]) =>
    [before, topic, middle, ...free, time, after].filter(part => part !== undefined).join('/'),
  )

const name = fc
  .oneof(
    fc.string({ minLength: 1, unit: 'binary' }),
    fc.constantFrom('a.b', '100%', '%3A', 'x=y', '{topic}', 'ключ', '$&', 'constructor', '__proto__'),
  )
  .filter(text => !/[/\0]/.test(text) && text !== '.' && text !== '..')

const date = fc.oneof(
  fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:00Z'),
    noInvalidDate: true,
  }),
  fc.constantFrom(
    new Date('2020-02-29T23:59:00Z'),
    new Date('2000-02-29T00:00:00Z'),
    new Date('1999-12-31T23:00:00Z'),
  ),
)

/** The folder of a template, written by plain replacement of what the variables stand for. */
function folder(template: string, topic: string, free: string, date: Date): readonly string[] {
  const [year, month, day, hour, minute] = date.toISOString().match(/\d+/g) as string[]
  const texts: Record<string, string | undefined> = {
    topic,
    region: free,
    site: free,
    shard: free,
    yyyy: year,
    MM: month,
    dd: day,
    HH: hour,
    mm: minute,
    M: String(Number(month)),
    d: String(Number(day)),
    H: String(Number(hour)),
    m: String(Number(minute)),
  }
  return template.split('/').map(part => {
    const write = /^[a-z0-9]+=/.test(part) ? hiveEscape : (text: string) => text
    return part.replace(/\{(\w+)\}/g, (_, variable: string) => write(texts[variable] as string))
  })
}

const hiveEscape = (text: string) =>
  [...text]
    .map(char => (char < ' ' || '"#%\'*/:=?\\{[]^\u007f'.includes(char) ? percent(char) : char))
    .join('')

const percent = (char: string) => `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`

it('reads the folder that a template and values make, and writes it back', () => {
  fc.assert(
    fc.property(template, name, name, date, (text, topic, free, at) => {
      const layout = compileLayout({ template: text })
      const names = folder(text, topic, free, at)
      const found = layout.parse(names)
      expect(found).toMatchObject({ kind: 'partition', topic })
      if (found.kind !== 'partition') return
      expect(found.values).toHaveLength(layout.partitionKeys.length)
      expect(layout.format(topic, found.values)).toEqual(names)
      expect(layout.spells(found.values)).toBe(true)
      expect(layout.locate([...names, 'part-0.parquet'])).toEqual({ ...found, folder: names })
      expect(layout.formatTopic(topic)).toEqual(names.slice(0, layout.topicDepth))
      expect(found.time).toBe(truncated(at, text))
    }),
    { numRuns: 500 },
  )
})

it('parses what it formats, with typed keys too', () => {
  const layout = compileLayout({
    template: '{topic}/region={region}/{yyyy}/{MM}/{dd}/{HH}{mm}',
    partitionKeys: {
      dt: { type: 'date', value: '{yyyy}-{MM}-{dd}' },
      at: { type: 'smallint', value: '{HH}{mm}' },
      region: { type: 'string', value: '{region}' },
    },
  })
  fc.assert(
    fc.property(name, fc.string({ minLength: 1 }), date, (topic, region, at) => {
      fc.pre(!region.includes('\0'))
      const iso = at.toISOString()
      const values = [iso.slice(0, 10), String(Number(iso.slice(11, 13) + iso.slice(14, 16))), region]
      expect(layout.parse(layout.format(topic, values))).toMatchObject({ topic, values })
    }),
  )
})

it('enters every folder above a partition that is in time, and no partition that is not', () => {
  fc.assert(
    fc.property(
      template,
      name,
      date,
      date,
      fc.constantFrom('UTC', 'Europe/Berlin', 'Pacific/Apia'),
      (text, topic, at, from, timeZone) => {
        const layout = compileLayout({ template: text, timeZone })
        const names = folder(text, topic, 'eu', at)
        const { time } = partition(layout, names)
        if (time >= from.getTime())
          for (let depth = 0; depth <= layout.depth; depth += 1)
            expect(layout.enter(names.slice(0, depth), from.getTime())).toMatchObject({ kind: 'match' })
        expect(layout.enter(names, time)).toEqual({ kind: 'match', topic })
      },
    ),
  )
})

it('says of any path whether it fits, and never throws', () => {
  const layout = compileLayout({ template: '{topic}/dt={yyyy}-{MM}-{dd}/{HH}' })
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 6 }), names => {
      expect(['partition', 'mismatch']).toContain(layout.parse(names).kind)
      expect(['match', 'mismatch', 'outside']).toContain(layout.enter(names, 0).kind)
    }),
  )
})

function partition(layout: Layout, names: readonly string[]): { readonly time: number } {
  const found = layout.parse(names)
  if (found.kind !== 'partition' || found.time === undefined) throw new Error('not a partition with a time')
  return { time: found.time }
}

function truncated(date: Date, template: string): number {
  const units = [...UNITS, ...UNPADDED.slice(1)].filter(unit => template.includes(`{${unit}}`)).length
  const iso = date.toISOString()
  const start = [iso.slice(0, 4), iso.slice(0, 7), iso.slice(0, 10), iso.slice(0, 13), iso.slice(0, 16)][
    units - 1
  ] as string
  return Date.parse(`${start}${'0000-01-01T00:00'.slice(start.length)}Z`)
}
