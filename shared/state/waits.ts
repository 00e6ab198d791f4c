/** Why partitions wait that are pending: remembered beside `goldsync.pending`, which older builds read too. Pure. */
import { parseTime, pastTime } from './clocks.ts'
import type { Pending } from './pending.ts'

/** What is not known is absent. */
export interface Reason {
  /** Of docs/diagnostics.md. */
  readonly code?: string
  /** The file's name, where it is about one; of a refused partition, a mark of the files that it had then. */
  readonly file?: string
}

export interface Wait extends Reason {
  /** When a run first found the partition like that: the run's start, epoch ms. */
  readonly since?: number
}

/** By path from the topic's folder. */
export type Waits = ReadonlyMap<string, Wait>

const NO_WAITS: Waits = new Map()

/** What is broken tells nothing. @param now epoch ms: what would wait since a later time does so since then */
export function parseWaits(text: string | undefined, now: number): Waits {
  try {
    const groups: unknown = JSON.parse(text ?? '[]')
    return new Map(listOf(groups).flatMap(group => groupIn(listOf(group), now)))
  } catch {
    return NO_WAITS
  }
}

export function isBrokenWaits(text: string): boolean {
  try {
    return !Array.isArray(JSON.parse(text))
  } catch {
    return true
  }
}

function groupIn([code, since, ...rest]: readonly unknown[], now: number): (readonly [string, Wait])[] {
  const time = parseTime(textIn(since))
  const about = { ...(isText(code) ? { code } : {}), ...(time ? { since: pastTime(time, now) ?? now } : {}) }
  return rest.flatMap((path, at) => {
    if (at % 2 === 1 || !isText(path)) return []
    const file = textIn(rest[at + 1])
    return [[path, file ? { ...about, file } : about] as const]
  })
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const textIn = (value: unknown): string | undefined => (isText(value) ? value : undefined)

/** Hive's schema on some databases keeps 4,000 characters of a parameter. */
const MAX_LENGTH = 3500

/** As long as the mark of a refused partition's files, which tells nothing when it is cut. */
const LEAST = 16

/** Characters of a file's name, from its end; then as many, where there is no room for more. */
const NAME_LENGTHS = [80, 20, LEAST] as const

/**
 * The parameter's text, undefined for none: `[["INCOMPLETE_FILE","2019-09-01T12:00Z","2019/09/01/12","a.parquet"]]`, by code and
 * time the paths, each with its file. Where there is no room, names of files are cut first, then the oldest paths are left out.
 */
export function printWaits(waits: Waits): string | undefined {
  const entries = [...waits].sort(([a], [b]) => (a < b ? -1 : 1))
  if (entries.length === 0) return undefined
  for (const length of NAME_LENGTHS) {
    const text = textOf(entries, length)
    if (text.length <= MAX_LENGTH) return text
  }
  let kept = entries
  while (textOf(kept, LEAST).length > MAX_LENGTH) kept = kept.slice(Math.ceil(kept.length / 16))
  return kept.length === 0 ? undefined : textOf(kept, LEAST)
}

function textOf(entries: readonly (readonly [string, Wait])[], length: number): string {
  const groups = new Map<string, string[]>()
  for (const [path, { code = '', file = '', since }] of entries) {
    const key = JSON.stringify([code, since === undefined ? '' : minute(since)])
    groups.set(key, [...(groups.get(key) ?? []), path, shortName(file, length)])
  }
  return JSON.stringify([...groups].map(([key, paths]) => [...JSON.parse(key), ...paths]))
}

const minute = (time: number): string => `${new Date(time).toISOString().slice(0, 16)}Z`

/** In characters that every database gives back as they were: another text would be written again by each run. */
const shortName = (file: string, length: number): string => file.slice(-length).replace(/[^\x20-\x7e]/g, '?')

/**
 * What waits after a run. @param before as the table says it now @param pending after the run
 * @param found by this run @param now epoch ms, the run's start
 */
export function nextWaits(
  before: Waits,
  pending: Pending,
  found: ReadonlyMap<string, Reason>,
  known: Pending,
  now: number,
): Waits {
  const paths = pending === 'overflow' ? [...found.keys()] : pending
  return new Map(
    paths.flatMap(path => {
      const wait = waitOf(
        before.get(path),
        found.get(path),
        now,
        known !== 'overflow' && !known.includes(path),
      )
      return wait ? [[path, wait] as const] : []
    }),
  )
}

/** What waited before the run that noticed it waits since a time that nobody knows. */
function waitOf(
  before: Wait | undefined,
  found: Reason | undefined,
  now: number,
  isNew: boolean,
): Wait | undefined {
  if (found === undefined) return before
  const since = before?.since ?? (isNew ? now : undefined)
  if (found.code === undefined && since === undefined) return undefined
  return { ...found, ...(since === undefined ? {} : { since }) }
}
