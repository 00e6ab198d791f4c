/** Which recorded facts count for those who read a lake's tables: pure. */
import type { Engine, EngineEffect } from '../schema/diagnostic.ts'
import type { Reader, ReaderKind } from '../schema/reader.ts'

/** The versions that were asked, the oldest first; an engine that nobody can name a version of has none. */
const RECORDED: Readonly<Record<ReaderKind, readonly (readonly [Engine, string])[]>> = {
  hive: [
    ['hive3', '3.1.3'],
    ['hive4', '4.0.1'],
  ],
  trino: [['trino', '476']],
  presto: [['presto', '0.287']],
  spark: [['spark', '4.0.0']],
  // Athena engine version 3 is made of Trino (docs.aws.amazon.com/athena/latest/ug/engine-versions-reference-0003.html).
  athena: [
    ['trino', ''],
    ['athena', ''],
  ],
  duckdb: [['duckdb', '1.5']],
}

/** Who is taken to read a catalog's tables where neither engines nor `readers` say it. */
export const ASSUMED_READERS: readonly Reader[] = [
  { kind: 'hive', version: '3', assumed: true },
  { kind: 'hive', version: '4', assumed: true },
]

/** The same of Iceberg tables: what can be told of them by their files' packing. */
export const ASSUMED_OF_ICEBERG: readonly Reader[] = [
  { kind: 'trino', version: undefined, assumed: true },
  { kind: 'spark', version: undefined, assumed: true },
]

/**
 * The recorded versions whose facts count for a reader: its own, or the nearest below and above, of the same major version
 * where there is one. Of a version that is not known, all.
 */
export function recordedFor({ kind, version }: Reader): readonly Engine[] {
  const recorded = RECORDED[kind]
  const wanted = numbersOf(version ?? '')
  if (wanted.length === 0) return recorded.map(([engine]) => engine)
  const alike = recorded.filter(([, text]) => numbersOf(text)[0] === wanted[0])
  const near = alike.length > 0 ? alike : recorded
  const same = near.filter(([, text]) => compare(numbersOf(text).slice(0, wanted.length), wanted) === 0)
  if (same.length > 0) return same.map(([engine]) => engine)
  const below = near.findLast(([, text]) => compare(numbersOf(text), wanted) < 0)
  const above = near.find(([, text]) => compare(numbersOf(text), wanted) > 0)
  return [below, above].flatMap(found => (found ? [found[0]] : []))
}

/** `0.287-2b2b1e1` → [0, 287]. */
const numbersOf = (version: string): readonly number[] =>
  (/^\d+(\.\d+)*/.exec(version)?.[0] ?? '')
    .split('.')
    .filter(part => part !== '')
    .map(Number)

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((part, at) => part !== (b[at] ?? 0))
  return at < 0 ? 0 : (a[at] as number) - (b[at] ?? 0)
}

/** Those of the effects that are about one of the readers. */
export function effectsOn(
  effects: readonly EngineEffect[],
  readers: readonly Reader[],
): readonly EngineEffect[] {
  const recorded = readers.map(reader => [reader, recordedFor(reader)] as const)
  return effects.filter(effect =>
    recorded.some(([reader, engines]) => engines.includes(effect.engine) && !isMended(effect, reader)),
  )
}

/** Between the last version that was seen with it and the first without, the worse counts. */
function isMended({ until }: EngineEffect, { kind, version }: Reader): boolean {
  if (until === undefined || kind === 'athena') return false
  const is = numbersOf(version ?? '')
  return is.length > 0 && compare(is, numbersOf(until)) >= 0
}

/**
 * Those of the effects for which a file, a column or a change is refused: a reader fails, or returns something else than was
 * written. Of readers that are only assumed each must: nobody said that they are all there.
 */
export function troublesFor(
  effects: readonly EngineEffect[],
  readers: readonly Reader[],
): readonly EngineEffect[] {
  const grave = effects.filter(({ effect }) => GRAVE.has(effect))
  const [assumed, said] = [readers.filter(isAssumed), readers.filter(reader => !isAssumed(reader))]
  const all = assumed.every(reader => effectsOn(grave, [reader]).length > 0)
  return effectsOn(grave, all ? readers : said)
}

/**
 * Whether some of the readers read all of it, and the others fail where it is and nowhere else: what one of them reads wrong,
 * or what makes it fail on a whole table, is another matter.
 */
export function isReadBySome(effects: readonly EngineEffect[], readers: readonly Reader[]): boolean {
  const grave = effectsOn(effects, readers).filter(({ effect }) => GRAVE.has(effect))
  const reads = (reader: Reader) => effectsOn(grave, [reader]).length === 0
  return grave.every(({ effect }) => FAILS_ALONE.has(effect)) && readers.some(reads)
}

const isAssumed = ({ assumed }: Reader): boolean => assumed === true

const GRAVE: ReadonlySet<EngineEffect['effect']> = new Set([
  'refusesFile',
  'refusesColumn',
  'refusesTable',
  'misreads',
])

const FAILS_ALONE: ReadonlySet<EngineEffect['effect']> = new Set(['refusesFile', 'refusesColumn'])
