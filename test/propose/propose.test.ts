import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { configOf } from '../../shared/config/config.ts'
import { parseYaml } from '../../shared/config/yaml.ts'
import { observeLake } from '../../shared/inspect/observe-lake.ts'
import { compileLayout } from '../../shared/layout/compile.ts'
import { configText } from '../../shared/propose/config-text.ts'
import type { Observed } from '../../shared/propose/observed.ts'
import { propose } from '../../shared/propose/propose.ts'
import { proposeZone } from '../../shared/propose/zone.ts'
import { memoryStorage } from '../../shared/storages/memory/storage.ts'

const HOUR = 3_600_000
const ROOT = 'memory://lake/golden'

const seen = (paths: readonly string[], first = 0): Observed => ({
  location: ROOT,
  inRoot: 3,
  lookedInto: 3,
  folders: paths.map(path => ({ segments: path.split('/'), first })),
  unlisted: 0,
})

/** Kinds of folders that docs/layouts.md describes. */
const LAYOUTS = [
  '{topic}/{yyyy}/{MM}/{dd}/{HH}',
  '{topic}/{yyyy}/{MM}/{dd}/{HH}/{mm}',
  '{topic}/{yyyy}/{MM}/{dd}',
  '{topic}/{yyyy}/{M}/{d}/{H}',
  '{topic}/{yyyy}/{MM}',
  '{topic}/year={yyyy}/month={MM}/day={dd}/hour={HH}',
  '{topic}/year={yyyy}/month={M}/day={d}',
  '{topic}/dt={yyyy}-{MM}-{dd}/hr={HH}',
  '{topic}/dt={yyyy}-{MM}-{dd}',
  '{topic}/{yyyy}{MM}{dd}/{HH}',
  '{topic}/{yyyy}{MM}{dd}{HH}',
  '{topic}/{yyyy}-{MM}-{dd}_{HH}',
  '{topic}/{yyyy}-{MM}-{dd}T{HH}',
  '{topic}/data/{yyyy}{MM}{dd}',
  'raw/{topic}/data/{yyyy}{MM}{dd}',
  'raw/{topic}/{yyyy}/{MM}/{dd}',
  '{topic}/{region}/{yyyy}/{MM}',
  '{topic}/{yyyy}/{MM}/{region}',
  '{topic}/region={region}/dt={yyyy}-{MM}-{dd}',
]

/** Topics and regions that are no dates; times that tell months from days, with leading zeros and without. */
const lakes = fc.record({
  template: fc.constantFrom(...LAYOUTS),
  topics: fc.uniqueArray(fc.stringMatching(/^[a-z][a-z-]{2,8}$/), { minLength: 2, maxLength: 4 }),
  regions: fc.uniqueArray(fc.constantFrom('eu', 'us', 'asia', 'me'), { minLength: 2, maxLength: 3 }),
  times: fc.array(fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2026, 11, 31) }), { maxLength: 12 }),
})

function foldersOf({
  template,
  topics,
  regions,
  times,
}: typeof lakes extends fc.Arbitrary<infer T> ? T : never) {
  const all = [Date.UTC(2025, 0, 2, 3, 4), Date.UTC(2026, 10, 22, 23, 59), ...times].map(ms => new Date(ms))
  const two = (number: number) => String(number).padStart(2, '0')
  const folder = (topic: string, region: string, time: Date) => {
    const [month, day, hour] = [time.getUTCMonth() + 1, time.getUTCDate(), time.getUTCHours()]
    const of: Record<string, string> = {
      topic,
      region,
      yyyy: String(time.getUTCFullYear()),
      MM: two(month),
      M: String(month),
      dd: two(day),
      d: String(day),
      HH: two(hour),
      H: String(hour),
      mm: two(time.getUTCMinutes()),
    }
    return template.replace(/\{(\w+)\}/g, (_, name: string) => of[name] ?? '')
  }
  const of = topics.flatMap(topic => all.flatMap(time => regions.map(region => folder(topic, region, time))))
  return [...new Set(of)]
}

/** Of folders: any, and those that YAML, the config's variables or a terminal would read as something else. */
const names = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(
      '$',
      '{',
      '}',
      'A',
      ':',
      '-',
      '\n',
      '#',
      '"',
      "'",
      '\\',
      ' ',
      '\u2028',
      'true',
      '*',
    ),
    minLength: 1,
    maxLength: 8,
  }),
)

function textFor(topic: string): string {
  const odd = {
    ...seen([`${topic}/2026/11/20/07`, `${topic}x/dt=2026-11-20`, 'y/2026/11/20/08']),
    location: `/data/${topic}`,
  }
  return configText(propose(odd), {
    storage: [],
    catalogs: ['duckdb: { kind: duckdb, file: x.duckdb }'],
    engines: [],
  })
}

const configFor = (topic: string) => configOf(parseYaml(textFor(topic), 'proposed'), 'proposed', {})

describe('a proposal', () => {
  test('parses every folder of a lake of any layout that docs/layouts.md describes', () => {
    fc.assert(
      fc.property(lakes, lake => {
        const paths = foldersOf(lake)
        const { lakes: proposed, open } = propose(seen(paths))
        expect([proposed.length, open]).toEqual([1, []])
        const [{ location, layout } = { location: '', layout: { value: '' } }] = proposed
        const compiled = compileLayout({ template: layout.value })
        const above = location.slice(ROOT.length).split('/').filter(Boolean).length
        const parsed = paths.map(path => compiled.parse(path.split('/').slice(above)))
        expect(parsed.filter(({ kind }) => kind !== 'partition')).toEqual([])
        const topics = new Set(parsed.map(one => (one.kind === 'partition' ? one.topic : '')))
        expect([...topics].sort()).toEqual([...lake.topics].sort())
      }),
      { numRuns: 60 },
    )
  })

  test('is a config that is valid, whatever the names are', () => {
    fc.assert(
      fc.property(names, name => {
        const topic = name.replace(/[/=]/g, '_').replace(/^[._]/, 'x')
        const config = configFor(topic)
        expect(config.lakes.map(({ location }) => location)).toContain(`/data/${topic}`)
      }),
      { numRuns: 100, examples: [['${} '], ['${HOME}'], ['$${x'], ['true'], ['null'], ['a\u202eb']] },
    )
  })

  test('shows in the config what cannot be seen, and takes no name for a variable', () => {
    const text = textFor('${HOME}\u202e\u009b31m')
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(text).toContain('"/data/$${HOME}\\U0000202e\\U0000009b31m"')
  })

  test.each([
    ['s3://orders', 's3://orders/TOPIC'],
    ['hdfs://nameservice', 'hdfs://nameservice/TOPIC'],
    ['hdfs://', 'hdfs:///TOPIC'],
    ['/', ' /TOPIC'],
  ])('gives no lake above %s, which has no parent, but a question', (location, example) => {
    const { lakes, open } = propose({ ...seen(['2026/11/20/07', '2026/11/20/08']), location })
    expect([lakes, open]).toEqual([[], [expect.stringContaining(example)]])
  })

  test('names what is in the root of all, or of a bucket, as storages do', () => {
    const locations = (location: string, path: string) =>
      propose({ ...seen([`${path}a/2026/11`, `${path}b/2026/11`]), location }).lakes.map(
        lake => lake.location,
      )
    expect(locations('/', '')).toEqual(['/'])
    expect(locations('/', 'golden/')).toEqual(['/golden'])
    expect(locations('s3://bucket', 'golden/')).toEqual(['s3://bucket/golden'])
    const topic = { ...seen(['2026/11/20/07', '2026/11/20/08']), location: '/orders' }
    expect(propose(topic).lakes).toMatchObject([{ location: '/', include: ['orders'] }])
  })

  test('takes the topics of another layout out of a lake below the root, too', () => {
    const paths = ['raw/a/2026/11/20/07', 'raw/b/2026/11/20/08', 'raw/c/dt=2026-11-20', 'raw/d/dt=2026-11-20']
    expect(propose(seen(paths)).lakes).toMatchObject([
      { location: `${ROOT}/raw`, exclude: ['c', 'd'] },
      { location: `${ROOT}/raw`, include: ['c', 'd'] },
    ])
  })

  test('gives topics of another layout a lake of their own', () => {
    const { lakes, open } = propose(seen(['a/2026/11/20/07', 'b/2026/11/20/08', 'c/dt=2026-11-20']))
    expect(lakes).toMatchObject([
      { layout: { value: '{topic}/{yyyy}/{MM}/{dd}/{HH}' }, exclude: ['c'] },
      { layout: { value: '{topic}/dt={yyyy}-{MM}-{dd}' }, include: ['c'] },
    ])
    expect(open.join()).toContain('different layouts')
  })

  test('takes the folder above for the root where the folder is a topic', () => {
    const { lakes } = propose(seen(['2026/11/20/07', '2026/11/20/08']))
    expect(lakes).toMatchObject([
      { location: 'memory://lake', include: ['golden'], layout: { sure: 'likely' } },
    ])
    expect(propose(seen(['golden/a/2026/11', 'golden/b/2026/11'])).lakes).toMatchObject([
      { location: `${ROOT}/golden` },
    ])
  })

  test('says what it could not decide', () => {
    expect(propose(seen([])).open.join()).toContain('no folder with data files')
    expect(propose(seen(['a/b/c'])).open.join()).toContain('suggest no layout, such as a/b/c')
    const nested = propose(
      seen(['a/2026/11/20', 'b/2026/11/20', 'c/2026/11/20', 'raw/d/2026/11/20', 'raw/e/2026/11/20']),
    )
    expect([nested.lakes.length, nested.open.join()]).toEqual([1, expect.stringContaining('such as raw/')])
    const { lakes, open } = propose({ ...seen(['a/2026/11', 'odd/x']), inRoot: 90, unlisted: 2, cut: 'cut' })
    expect([lakes.length, open.length]).toEqual([1, 4])
  })
})

describe('the zone', () => {
  const template = '{topic}/{yyyy}/{MM}/{dd}/{HH}'
  const at = (lag: number, day = 20) =>
    [6, 7, 8, 9].map(hour => ({
      segments: ['orders', '2026', '11', String(day), `0${hour}`],
      first: Date.UTC(2026, 10, day, hour) + lag,
    }))

  test.each([
    ['within their hour', 0.5, 'UTC', 'likely'],
    ['an hour before it begins in UTC', -0.5, 'Europe/Berlin', 'sure'],
    ['eight hours before', -7.5, 'Asia/Shanghai', 'sure'],
    ['five and a half hours before', -5.4, 'Asia/Kolkata', 'likely'],
    ['hours after it', 5.2, 'UTC', 'unsure'],
    ['weeks after it', 900, 'UTC', 'unsure'],
  ])('of files that are closed %s', (_, hours, value, sure) => {
    expect(proposeZone(template, at(hours * HOUR))).toMatchObject({ value, sure })
  })

  test('of this machine comes before its like; days tell none', () => {
    expect(proposeZone(template, at(-0.5 * HOUR), 'Europe/Paris').value).toBe('Europe/Paris')
    const days = [{ segments: ['orders', '2026', '11', '20'], first: Date.UTC(2026, 10, 20) }]
    expect(proposeZone('{topic}/{yyyy}/{MM}/{dd}', days)).toMatchObject({ value: 'UTC', sure: 'unsure' })
  })
})

describe('a look', () => {
  test('is bounded, and leaves out what is hidden', async () => {
    const storage = memoryStorage(ROOT)
    for (let topic = 0; topic < 60; topic += 1)
      storage.put(`${ROOT}/topic-${topic}/2026/11/20/07/a.parquet`, new Uint8Array(8), 1)
    storage.put(`${ROOT}/_temporary/x.parquet`, new Uint8Array(8), 1)
    let lists = 0
    const counting = {
      ...storage,
      list: (...args: Parameters<typeof storage.list>) => {
        lists += 1
        return storage.list(...args)
      },
    }
    const observed = await observeLake(counting, ROOT)
    expect(observed).toMatchObject({ inRoot: 60, lookedInto: 24, unlisted: 0 })
    expect(observed.folders.length).toBe(24)
    expect(lists).toBeLessThan(24 * 6)
    expect(propose(observed).lakes).toMatchObject([
      { layout: { value: '{topic}/{yyyy}/{MM}/{dd}/{HH}', sure: 'sure' } },
    ])
  })

  test('that is not answered ends, and says so', async () => {
    const storage = { ...memoryStorage(ROOT), list: () => new Promise<never>(() => {}) }
    await expect(observeLake(storage, ROOT, 20)).rejects.toMatchObject({ code: 'TIMEOUT' })
  })
})
