/** From what was seen of a lake to the lakes of a config. Pure. */
import { compileLayout } from '../layout/compile.ts'
import { type Suggestion, suggestLayout } from '../layout/suggest.ts'
import type { Decision, LakeProposal, Observed, ObservedFolder, Proposal } from './observed.ts'
import { proposeZone } from './zone.ts'

/** Layouts of one root: more than these are no lake, but many. */
const MOST_LAYOUTS = 4

interface Group {
  readonly suggestion: Suggestion
  /** Those that it fits. */
  readonly folders: readonly ObservedFolder[]
}

/** @param own the zone of this machine */
export function propose(observed: Observed, own?: string): Proposal {
  const { groups: all, rest } = groupsOf(observed.folders)
  const hasParent = parentOf(observed.location) !== undefined
  const groups = all.filter(({ suggestion }) => suggestion.root !== 'above' || hasParent)
  const lakes = groups.map(group => lakeOf(group, groups, observed, own))
  const alone = groups.length < all.length ? [withoutTopics(observed)] : []
  return { lakes, open: [...alone, ...openQuestions(observed, groups, rest)] }
}

function groupsOf(all: readonly ObservedFolder[]): {
  readonly groups: readonly Group[]
  readonly rest: readonly ObservedFolder[]
} {
  const groups: Group[] = []
  let rest = all
  while (rest.length > 0 && groups.length < MOST_LAYOUTS) {
    const suggestion = suggestLayout(rest.map(({ segments }) => segments))
    if (suggestion === undefined) break
    const fits = fitting(suggestion)
    if (groups.some(group => overlap(group.suggestion, suggestion))) break
    groups.push({ suggestion, folders: rest.filter(fits) })
    rest = rest.filter(folder => !fits(folder))
  }
  return { groups, rest }
}

/** A config has no two lakes of one layout of which one lies in the other: files would be registered twice. */
const overlap = (a: Suggestion, b: Suggestion): boolean =>
  a.template === b.template &&
  (a.root === 'above' ||
    b.root === 'above' ||
    a.root.every((name, at) => name === b.root[at]) ||
    b.root.every((name, at) => name === a.root[at]))

/** Names from the root that is suggested; undefined outside of it. */
function within({ root }: Suggestion, segments: readonly string[]): readonly string[] | undefined {
  if (root === 'above') return ['topic', ...segments]
  return root.every((name, at) => name === segments[at]) ? segments.slice(root.length) : undefined
}

function fitting(suggestion: Suggestion): (folder: ObservedFolder) => boolean {
  const layout = compileLayout({ template: suggestion.template })
  return ({ segments }) => {
    const names = within(suggestion, segments)
    return names !== undefined && layout.parse(names).kind === 'partition'
  }
}

function lakeOf(
  { suggestion, folders }: Group,
  all: readonly Group[],
  observed: Observed,
  own: string | undefined,
): LakeProposal {
  const { template, root } = suggestion
  const location = rootOf(observed.location, root)
  const inside = insideOf({ suggestion, folders })
  const others = all.filter(
    other => other.suggestion !== suggestion && sameRoot(other.suggestion, suggestion),
  )
  const topics = topicsOf(template, inside)
  const isFirst = all[0]?.suggestion === suggestion
  return {
    location,
    layout: layoutOf(suggestion, folders, observed),
    timeZone: proposeZone(template, inside, own),
    partitionKeys: keysOf(template),
    database: databaseOf(location),
    ...(root === 'above' ? { include: [nameOf(observed.location)] } : {}),
    ...(others.length > 0 && !isFirst ? { include: topics } : {}),
    ...(others.length > 0 && isFirst
      ? { exclude: others.flatMap(other => topicsOf(other.suggestion.template, insideOf(other))) }
      : {}),
  }
}

const sameRoot = (a: Suggestion, b: Suggestion): boolean => String(a.root) === String(b.root)

/** Its folders, as named from its root. */
const insideOf = ({ suggestion, folders }: Group): readonly ObservedFolder[] =>
  folders.flatMap(folder => {
    const segments = within(suggestion, folder.segments)
    return segments ? [{ ...folder, segments }] : []
  })

function rootOf(location: string, root: Suggestion['root']): string {
  if (root === 'above') return parentOf(location) ?? location
  return root.length === 0 ? location : [location === '/' ? '' : location, ...root].join('/')
}

/** Undefined of `/`, of a bucket and of a whole file system. */
function parentOf(location: string): string | undefined {
  if (/^([a-z][a-z0-9+.-]+:\/\/[^/]*)?\/?$/i.test(location)) return undefined
  return location.slice(0, location.lastIndexOf('/')) || '/'
}

const withoutTopics = ({ location }: Observed): string =>
  `dates begin in ${location} itself: it is one topic, and there is no folder above it that could be a lake of topics. Can its folders be moved to one of their own, as ${location === '/' ? '' : location}/TOPIC?`

const nameOf = (location: string): string => location.slice(location.lastIndexOf('/') + 1)

function topicsOf(template: string, folders: readonly ObservedFolder[]): readonly string[] {
  const layout = compileLayout({ template })
  const names = folders.flatMap(({ segments }) => {
    const parsed = layout.parse(segments)
    return parsed.kind === 'partition' ? [parsed.topic] : []
  })
  return [...new Set(names)]
}

function layoutOf(
  { template, root }: Suggestion,
  folders: readonly ObservedFolder[],
  { location, folders: all }: Observed,
): Decision {
  const fits = `it fits ${folders.length} of ${all.length} folders that hold data`
  const where =
    root === 'above'
      ? `; ${location} itself is one topic, so its parent is the root`
      : root.length > 0
        ? `; the topics begin below ${root.join('/')}`
        : ''
  const hasTime = template.includes('{yyyy}')
  const timeless = hasTime ? '' : '; no time was seen in the names, so each scan looks at all folders'
  const free = /\{part\d+\}/.test(template)
    ? '; {part…} stands for names that are no time: name it as you like'
    : ''
  const isWhole = folders.length === all.length && root !== 'above' && hasTime && free === ''
  return {
    value: template,
    sure: isWhole && folders.length > 1 ? 'sure' : 'likely',
    why: `${fits}${where}${timeless}${free}`,
  }
}

function keysOf(template: string): Decision {
  const keys = compileLayout({ template }).partitionKeys.map(({ name }) => name)
  const day = dayOf(template)
  return {
    value: `${keys.join(', ')}: string`,
    sure: 'likely',
    why: 'as the folders name them; text takes every value, and sorts by time where numbers have leading zeros',
    ...(day === undefined ? {} : { alternatives: [day] }),
  }
}

/** Typed keys of the same folders, as YAML, where they tell a whole day and nothing but times. */
function dayOf(template: string): string | undefined {
  const free =
    template.match(/\{[^}]*\}/g)?.filter(name => !/^\{(topic|yyyy|MM?|dd?|HH?|mm?)\}$/.test(name)) ?? []
  const [month] = template.match(/\{MM?\}/) ?? []
  const [day] = template.match(/\{dd?\}/) ?? []
  const [hour] = template.match(/\{HH?\}/) ?? []
  if (free.length > 0 || !month || !day || /\{mm?\}/.test(template)) return undefined
  const date = `dt: { type: date, value: "{yyyy}-{MM}-{dd}" }`
  const parts = [date, ...(hour ? [`hr: { type: int, value: "${hour}" }`] : [])]
  const typed = parts.join('\n')
  return month === '{MM}' && day === '{dd}' ? typed : undefined
}

/** A bucket's too, but no host's. */
const nameOfRoot = (location: string): string =>
  /^(?!s3)[a-z]+:\/\/[^/]*$/i.test(location) ? '' : nameOf(location)

const RESERVED: ReadonlySet<string> = new Set([
  '_goldsync',
  'catalog',
  'temp',
  'system',
  'default',
  'main',
  // Of YAML and SQL both.
  'null',
  'true',
  'false',
  'information_schema',
  'pg_catalog',
])

function databaseOf(location: string): Decision {
  const name = nameOfRoot(location)
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '')
  if (name === '')
    return { value: 'golden', sure: 'unsure', why: 'the root has no name that a database can have' }
  const isFree = !RESERVED.has(name) && !/^\d/.test(name)
  return {
    value: isFree ? name : `lake_${name}`,
    sure: 'unsure',
    why: "the root's name: call it as the other databases of the catalog are called",
  }
}

function openQuestions(
  { inRoot, lookedInto, folders, unlisted, cut }: Observed,
  groups: readonly Group[],
  rest: readonly ObservedFolder[],
): readonly string[] {
  const [odd] = rest
  return [
    ...(folders.length === 0
      ? [
          `no folder with data files was seen${unlisted > 0 ? '' : ': is this the lake, and does it hold files yet?'}`,
        ]
      : []),
    ...(odd === undefined
      ? []
      : [
          `${groups.length > 0 ? 'other folders suggest no layout that goes with these' : 'the folders suggest no layout'}, such as ${odd.segments.join('/') || 'the root itself'} (${rest.length} of ${folders.length} seen): is there a date or key=value in their names, and do topics begin at one level? See docs/layouts.md`,
        ]),
    ...(groups.length > 1
      ? [
          'the topics have different layouts: each gets a lake of its own, of which those not seen go to the first',
        ]
      : []),
    ...(lookedInto < inRoot
      ? [`${inRoot - lookedInto} of ${inRoot} folders in the root were not looked into`]
      : []),
    ...(unlisted > 0 ? [`${unlisted} folders could not be listed: goldsync check says why`] : []),
    ...(cut === undefined ? [] : [cut]),
  ]
}
