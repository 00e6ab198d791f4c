/** The layout that folders suggest, for a lake whose own fits none of them. Pure: guesses that are tried on the same folders. */
import { compileLayout } from './compile.ts'

export interface Suggestion {
  readonly template: string
  /** Folders from the lake's root to the one that would be its root: `[]` for the root itself, `'above'` for its parent. */
  readonly root: readonly string[] | 'above'
}

/** @param paths folder names from the lake's root to folders that hold data files */
export function suggestLayout(paths: readonly (readonly string[])[]): Suggestion | undefined {
  const alike = mostAlike(paths)
  const [first] = alike
  if (first === undefined) return undefined
  const at = first.findIndex(isPartitioning)
  if (at < 0) return undefined
  const below = partsOf(alike.map(path => path.slice(at)))
  if (below === undefined) return undefined
  return topicsOf(alike.map(path => path.slice(0, at)))
    .map(({ root, parts }) => ({ root, template: [...parts, ...below].join('/') }))
    .find(suggestion => fits(suggestion, alike))
}

/** The largest group of equal depth whose partitions begin at the same level. */
function mostAlike(paths: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const groups = new Map<string, (readonly string[])[]>()
  for (const path of paths) {
    const key = `${path.length} ${path.findIndex(isPartitioning)}`
    groups.set(key, [...(groups.get(key) ?? []), path])
  }
  return [...groups.values()].sort((a, b) => b.length - a.length)[0] ?? []
}

interface Level {
  readonly pattern: RegExp
  readonly text: string
  /** How many units of time are known before it, and after it. */
  readonly from: number
  readonly to: number
}

const YEAR = '(19|20)\\d\\d'
const [MONTH, DAY, HOUR, MINUTE] = [
  '(0[1-9]|1[0-2])',
  '(0[1-9]|[12]\\d|3[01])',
  '([01]\\d|2[0-3])',
  '[0-5]\\d',
]
const escaped = (separator: string): string => separator.replace('.', '\\.')

const UNITS = [
  [YEAR, '{yyyy}'],
  [MONTH, '{MM}'],
  [DAY, '{dd}'],
  [HOUR, '{HH}'],
  [MINUTE, '{mm}'],
] as const

/** A day and its hour in one name, otherwise joined: `2026-11-20T07`, `20261120_07`. */
const DAYS_WITH_HOUR: readonly Level[] = ['-', '_', '.', ''].flatMap(separator =>
  ['T', '_', '-', '.', ' ']
    .filter(joint => joint !== separator)
    .map(joint => ({
      pattern: new RegExp(`^${[YEAR, MONTH, DAY].join(escaped(separator))}${escaped(joint)}${HOUR}$`),
      text: `${['{yyyy}', '{MM}', '{dd}'].join(separator)}${joint}{HH}`,
      from: 0,
      to: 4,
    })),
)

/** Dates in one name, the longest first: `2026-11-20`, `20261120`, `2026_11`. */
const ONE_SEPARATOR: readonly Level[] = [5, 4, 3, 2, 1].flatMap(to =>
  (to === 1 ? [''] : ['-', '_', '.', '']).map(separator => ({
    pattern: new RegExp(
      `^${UNITS.slice(0, to)
        .map(([unit]) => unit)
        .join(escaped(separator))}$`,
    ),
    text: UNITS.slice(0, to)
      .map(([, text]) => text)
      .join(separator),
    from: 0,
    to,
  })),
)

const DATES: readonly Level[] = [...ONE_SEPARATOR, ...DAYS_WITH_HOUR]

/** Finer units in one name, below those that are coarser, the longest first: `11-20`, `1120`, `20T07`. */
const FINER_TOGETHER: readonly Level[] = [1, 2, 3].flatMap(from =>
  [5, 4, 3]
    .filter(to => to - from > 1)
    .flatMap(to =>
      // Four digits may be anything but a month and its day.
      (to === 3 ? ['-', '_', '.', 'T', ''] : ['-', '_', '.', 'T']).map(separator => ({
        pattern: new RegExp(
          `^${UNITS.slice(from, to)
            .map(([unit]) => unit)
            .join(escaped(separator))}$`,
        ),
        text: UNITS.slice(from, to)
          .map(([, text]) => text)
          .join(separator),
        from,
        to,
      })),
    ),
)

/** Months, days, hours and minutes without leading zeros. */
const SHORT = ['([1-9]|1[0-2])', '([1-9]|[12]\\d|3[01])', '(1?\\d|2[0-3])', '[1-5]?\\d']

/** One finer unit in a name of its own, with leading zeros or without. */
const FINER_ALONE: readonly Level[] = UNITS.slice(1).flatMap(([unit, text], at) => [
  { pattern: new RegExp(`^${unit}$`), text, from: at + 1, to: at + 2 },
  { pattern: new RegExp(`^${SHORT[at]}$`), text: text.replace(/(\w)\1/, '$1'), from: at + 1, to: at + 2 },
])

/** What names say of the number in them, by how many units are known before it: `m11`, `day-20`, `07h`. */
const SAID = ['y|year', 'm|mon|month', 'd|day', 'h|hr|hour', 'min|minute']
const BEFORE = SAID.map(words => new RegExp(`^(?:${words})[-_]?(?=\\d)`, 'i'))
const AFTER = SAID.map(words => new RegExp(`(?<=\\d)[-_]?(?:${words})$`, 'i'))

const KEY = /^([^=]+)=(.*)$/s
const textOf = (name: string): string => KEY.exec(name)?.[2] ?? name
const YEAR_SAID = new RegExp(`^(y|year)[-_]?${YEAR}$`, 'i')
const isPartitioning = (name: string): boolean =>
  KEY.test(name) || YEAR_SAID.test(name) || DATES.some(({ pattern }) => pattern.test(name))

/** The template's parts for the levels from the first date or key on; undefined where the names of a level differ in kind. */
function partsOf(paths: readonly (readonly string[])[]): string[] | undefined {
  const parts: string[] = []
  let units = 0
  for (const level of (paths[0] ?? []).keys()) {
    const names = paths.map(path => path[level] ?? '')
    const keys = new Set(names.map(name => KEY.exec(name)?.[1]))
    if (keys.size > 1) return undefined
    const [key] = keys
    const time = timeOf(names.map(textOf), units)
    units = time?.to ?? units
    const value = time?.text ?? `{${variableOf(key, level)}}`
    parts.push(key === undefined ? value : `${key}=${value}`)
  }
  return parts
}

/** @param units of time that are known already */
function timeOf(names: readonly string[], units: number): Pick<Level, 'text' | 'to'> | undefined {
  const whole = [...DATES, ...FINER_TOGETHER, ...FINER_ALONE].find(
    ({ from, pattern }) => from === units && names.every(name => pattern.test(name)),
  )
  if (whole) return whole
  const [before, after] = [wordIn(names, BEFORE[units]), wordIn(names, AFTER[units])]
  if (before === undefined || after === undefined || before + after === '') return undefined
  const numbers = names.map(name => name.slice(before.length, name.length - after.length))
  const alone = [...ONE_SEPARATOR, ...FINER_ALONE].find(
    ({ from, to, pattern }) =>
      from === units && to === units + 1 && numbers.every(number => pattern.test(number)),
  )
  return alone && { text: `${before}${alone.text}${after}`, to: alone.to }
}

/** The same in all names, or nothing; undefined where they differ. */
function wordIn(names: readonly string[], pattern: RegExp | undefined): string | undefined {
  const words = new Set(names.map(name => pattern?.exec(name)?.[0] ?? ''))
  return words.size === 1 ? [...words][0] : undefined
}

const variableOf = (key: string | undefined, level: number): string =>
  key !== undefined && /^[a-z]\w*$/i.test(key) ? key.toLowerCase() : `part${level + 1}`

type Topics = Pick<Suggestion, 'root'> & { readonly parts: readonly string[] }

/** What names above the partitions may be, the likeliest first. */
function topicsOf(above: readonly (readonly string[])[]): readonly Topics[] {
  const [first = []] = above
  if (first.length === 0) return [{ root: 'above', parts: ['{topic}'] }]
  if (first.length === 1) return [{ root: [], parts: ['{topic}'] }]
  const isShared = first.map((name, level) => above.every(path => path[level] === name))
  const belowTopic = (topic: number): Topics => ({
    root: first.slice(0, topic),
    parts: [
      '{topic}',
      ...first
        .slice(topic + 1)
        .map((name, at) => (isShared[topic + 1 + at] ? name : `{part${topic + at + 1}}`)),
    ],
  })
  // The first level on which names differ is that of the topics; where none does, any may be.
  const differing = isShared.indexOf(false)
  const likely = belowTopic(differing < 0 ? first.length - 1 : differing)
  return [likely, belowTopic(0)]
}

function fits({ root, template }: Suggestion, paths: readonly (readonly string[])[]): boolean {
  try {
    const layout = compileLayout({ template })
    return paths.every(path => {
      const names = root === 'above' ? ['topic', ...path] : path.slice(root.length)
      const inside = root === 'above' || root.every((name, at) => name === path[at])
      return inside && layout.parse(names).kind === 'partition'
    })
  } catch {
    return false
  }
}
