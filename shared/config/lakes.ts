/** Lakes as values: layouts compiled, globs and durations read, names checked. */
import picomatch from 'picomatch'
import { GoldsyncError, summarizeError } from '../base/errors.ts'
import type { JudgeRules } from '../evolution/accepted.ts'
import type { EvolutionMode } from '../evolution/judge.ts'
import type { MergeRules } from '../evolution/merge.ts'
import { compileLayout } from '../layout/compile.ts'
import type { Layout } from '../layout/layout.ts'
import { relativeTo, sameLocation } from '../layout/location.ts'
import type { NamingRule } from '../layout/naming.ts'
import type { TypeRules } from '../parquet/rules.ts'
import type { Reader, ReaderKind } from '../schema/reader.ts'
import { resolveLocation } from '../storages/location.ts'
import { storageProblems } from '../storages/open.ts'
import type { ParsedConfig, ParsedLake } from './schema.ts'

/** One lake: a root folder, its layout, and where its tables go. */
export interface LakeConfig {
  /** Root folder, absolute, without a trailing slash. */
  readonly location: string
  readonly layout: Layout
  /** Settings for `openStorage`. */
  readonly storage: ParsedLake['storage']
  /** Names in `Config.catalogs`. */
  readonly catalogs: readonly string[]
  readonly database: string
  readonly createDatabase: boolean
  /** Whether tables.include and tables.exclude let this topic through. */
  includes(topic: string): boolean
  /** Whether tables.adopt names this table. */
  adopts(table: string): boolean
  readonly naming: NamingRule
  evolutionOf(topic: string): EvolutionMode
  /** How types are mapped and merged where there is a choice. */
  typesOf(topic: string): TypeRules & MergeRules & JudgeRules
  /** Who reads its tables besides the engines; undefined where nobody said. */
  readonly readers: readonly Reader[] | undefined
  /** How far a recent scan looks back behind the mark, milliseconds. */
  readonly lookback: number
  waitsForSuccess(topic: string): boolean
  readonly statistics: 'off' | 'basic' | 'exact'
  /** The root as a catalog writes it. */
  locationIn(catalog: string): string
  readonly formerLocations: readonly string[]
  /** Other addresses of the root in what senders of closed files write. */
  readonly aliases: readonly string[]
  readonly recallOlder: boolean
  readonly unregister?: { readonly most: number; readonly share: number } | undefined
}

/** The lakes of a config; what is wrong is pushed to `problems`, a sentence each. */
export function openLakes(config: ParsedConfig, problems: string[]): LakeConfig[] {
  const lakes = config.lakes.flatMap((lake, at) => openLake(lake, `lakes[${at}]`, config, problems))
  problems.push(...nested(lakes), ...sharedAliases(lakes))
  return lakes.map(lake => ({ ...lake, createDatabase: lakes.some(other => makesDatabaseOf(other, lake)) }))
}

/** A database that one of its lakes may make is made for the others, too. */
const makesDatabaseOf = (lake: LakeConfig, { database, catalogs }: LakeConfig): boolean =>
  lake.createDatabase &&
  lake.database === database &&
  catalogs.every(catalog => lake.catalogs.includes(catalog))

function openLake(lake: ParsedLake, path: string, config: ParsedConfig, problems: string[]): LakeConfig[] {
  const known = Object.keys(config.catalogs)
  for (const name of lake.catalogs ?? []) {
    if (!known.includes(name))
      problems.push(`${path}.catalogs: ${name} is not defined; catalogs has: ${known.join(', ')}`)
  }
  for (const name of Object.keys(lake.catalogLocations)) {
    if (!known.includes(name))
      problems.push(`${path}.catalogLocations: ${name} is not defined; catalogs has: ${known.join(', ')}`)
  }
  const location = attempt(`${path}.location`, problems, () => resolveLocation(lake.location))
  const wrong = attempt(`${path}.location`, problems, () => storageProblems(lake.location, lake.storage))
  problems.push(...(wrong ?? []).map(problem => `${path}.${problem}`))
  const layout = openLayout(lake, path, problems)
  if (location === undefined || layout === undefined) return []
  return [
    {
      location,
      layout,
      storage: lake.storage,
      catalogs: lake.catalogs ?? known,
      database: lake.database,
      createDatabase: lake.createDatabase,
      includes: picomatch([...lake.tables.include], { ignore: [...lake.tables.exclude], dot: true }),
      adopts: table => lake.tables.adopt.includes(table),
      naming: { template: lake.tables.name, rename: lake.tables.rename },
      evolutionOf: byTopic<EvolutionMode>(lake.evolution, 'additive'),
      typesOf: typesOf(lake.types),
      readers: lake.readers?.map(readerOf),
      lookback: milliseconds(lake.lookback),
      waitsForSuccess: picomatch([...lake.successFile], { dot: true }),
      statistics: lake.statistics,
      locationIn: catalog =>
        withoutSlash(lake.catalogLocations[catalog] ?? writtenIn(config.catalogs[catalog]?.kind, location)),
      formerLocations: lake.formerLocations.map(withoutSlash),
      aliases: lake.aliases.map(withoutSlash),
      recallOlder: lake.recallOlder,
      unregister: lake.unregister,
    },
  ]
}

/** Hive takes a path without a scheme for one of its own default file system, which is HDFS as a rule. */
const writtenIn = (kind: string | undefined, location: string): string =>
  location.startsWith('/') && (kind === 'metastore' || kind === 'hiveserver2')
    ? `file://${location}`
    : location

const withoutSlash = (location: string): string => location.replace(/\/+$/, '')

function openLayout(lake: ParsedLake, path: string, problems: string[]): Layout | undefined {
  const { layout: template, timeZone, partitionKeys } = lake
  return attempt(`${path}.${partitionKeys ? 'partitionKeys' : 'layout'}`, problems, () =>
    compileLayout({ template, timeZone, ...(partitionKeys ? { partitionKeys } : {}) }),
  )
}

function attempt<T>(path: string, problems: string[], make: () => T): T | undefined {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof GoldsyncError)) throw error
    problems.push(`${path}: ${summarizeError(error).message}`)
    return undefined
  }
}

/** One value for all topics, or the one of the first glob that matches; topics that none matches get `otherwise`. */
function byTopic<T extends string>(
  choice: T | Readonly<Record<string, T>>,
  otherwise: T,
): (topic: string) => T {
  if (typeof choice === 'string') return () => choice
  const rules = Object.entries(choice).map(
    ([glob, value]) => [picomatch(glob, { dot: true }), value] as const,
  )
  return topic => rules.find(([matches]) => matches(topic))?.[1] ?? otherwise
}

function typesOf(types: ParsedLake['types']): LakeConfig['typesOf'] {
  const unsigned = byTopic<TypeRules['unsigned']>(types.unsigned, 'warn')
  const nullColumns = byTopic<JudgeRules['nullColumns']>(types.nullColumns, 'hold')
  const unreadable = byTopic<JudgeRules['unreadable']>(types.unreadable, 'hold')
  const oldDates = byTopic<TypeRules['oldDates']>(types.oldDates, 'hold')
  const [hive3, binaryAsString, widenFloat, widenDecimal] = [
    among(types.hive3),
    among(types.binaryAsString),
    among(types.widenFloat),
    among(types.widenDecimal),
  ]
  return topic => ({
    hive3: hive3(topic),
    binaryAsString: binaryAsString(topic),
    unsigned: unsigned(topic),
    nullColumns: nullColumns(topic),
    unreadable: unreadable(topic),
    oldDates: oldDates(topic),
    widenFloat: widenFloat(topic),
    widenDecimal: widenDecimal(topic),
  })
}

const among = (topics: boolean | readonly string[]): ((topic: string) => boolean) =>
  typeof topics === 'boolean' ? () => topics : picomatch([...topics], { dot: true })

function readerOf(text: string): Reader {
  const [kind, version] = text.split(' ') as [ReaderKind, string | undefined]
  return { kind, version }
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

const milliseconds = (duration: string): number =>
  Number(duration.slice(0, -1)) * (UNITS[duration.slice(-1)] ?? 0)

/** A lake inside another would register the same files twice; of aliases that are equal `sharedAliases` tells. */
const nested = (lakes: readonly LakeConfig[]): string[] =>
  lakes.flatMap((lake, at) =>
    lakes.slice(0, at).flatMap((other, before) => {
      const pairs = addresses(lake).flatMap(own => addresses(other).map(theirs => [own, theirs] as const))
      const [own, theirs] =
        pairs.find(
          ([own, theirs], which) => overlap(own, theirs) && (which === 0 || !sameLocation(own, theirs)),
        ) ?? []
      if (own === undefined || other.layout.template !== lake.layout.template) return []
      const key = own === lake.location ? 'location' : 'aliases'
      return [`lakes[${at}].${key}: ${own} overlaps with lakes[${before}], ${theirs}`]
    }),
  )

const addresses = ({ location, aliases }: LakeConfig): readonly string[] => [location, ...aliases]

const overlap = (a: string, b: string): boolean => (relativeTo(a, b) ?? relativeTo(b, a)) !== undefined

/** A file under such an address would be of either lake. */
const sharedAliases = (lakes: readonly LakeConfig[]): string[] =>
  lakes.flatMap(({ aliases }, at) =>
    aliases.flatMap(alias =>
      lakes.flatMap((other, which) =>
        which !== at && [...addresses(other), ...otherRoots(other)].some(root => sameLocation(root, alias))
          ? [`lakes[${at}].aliases: ${alias} is an address of lakes[${which}], ${other.location}, too`]
          : [],
      ),
    ),
  )

const otherRoots = ({ catalogs, locationIn, formerLocations }: LakeConfig): readonly string[] => [
  ...catalogs.map(locationIn),
  ...formerLocations,
]
