/**
 * What files of registered partitions hold besides the table's columns (left out, only null, …): remembered on the table, so
 * that no later file gives such a name a type under which engines fail on them, or misread them. Pure.
 */
import type { Remembered } from '../evolution/accepted.ts'
import { printUndeclared } from '../evolution/undeclared.ts'
import { SHAPES } from '../evolution/undeclared-facts.ts'
import type { Parameters, Table } from '../schema/table.ts'
import { parseType, printType } from '../schema/type.ts'

/** Table parameter. Written before the partitions that it is about. */
export const REMEMBERED = 'goldsync.undeclared'

/**
 * `all`: it is of all files. `inside`: of all within the lake. `overflow`: there was more than has room. `unknown`: the table
 * has partitions from before there was a memory, or that others registered.
 */
export type Extent = 'all' | 'inside' | 'overflow' | 'unknown'

export interface Memory {
  readonly of: Extent
  /** Where it is being filled, the newest first: the last partition that was looked at; `''` before the first. */
  readonly after: string
  /** Partitions outside the lake that it is not of, as far as it has been filled. */
  readonly outside: number
  readonly held: readonly Remembered[]
}

const UNKNOWN: Memory = { of: 'unknown', after: '', outside: 0, held: [] }

const AFTER = 'after '

/** @param table undefined for a new one: then nothing is there that could be forgotten */
export const memoryOf = (table: Pick<Table, 'parameters'> | undefined): Memory =>
  table ? parseMemory(table.parameters[REMEMBERED]) : { of: 'all', after: '', outside: 0, held: [] }

/** What is broken, or not there, tells nothing. */
function parseMemory(text: string | undefined): Memory {
  try {
    const parsed: unknown = JSON.parse(text ?? '')
    if (!Array.isArray(parsed)) return UNKNOWN
    const [extent, ...entries] = parsed as unknown[]
    const read = entries.map(entryOf)
    if (!read.every(entry => entry !== undefined)) return UNKNOWN
    const held = read.flat()
    return { ...(isText(extent) ? extentOf(extent) : UNKNOWN), held }
  } catch {
    return UNKNOWN
  }
}

export const isBrokenMemory = (text: string): boolean => parseMemory(text) === UNKNOWN

/** `all`, `overflow`, `unknown`, `after 2026/11/20/07`; where partitions lie outside `3 outside`, `3 outside, after …`. */
function extentOf(text: string): Omit<Memory, 'held'> {
  const [, count, rest = ''] = /^(?:(\d{1,9}) outside(?:, |$))?(.*)$/s.exec(text) ?? []
  const outside = Number(count ?? 0)
  if (rest.startsWith(AFTER)) return { of: 'unknown', after: rest.slice(AFTER.length), outside }
  if (rest === 'all' || rest === 'overflow') return { of: rest, after: '', outside }
  return { of: rest === '' && outside > 0 ? 'inside' : 'unknown', after: '', outside }
}

function printExtent({ of, after, outside }: Memory): string {
  const told = of === 'unknown' && after !== '' ? `${AFTER}${after}` : of
  return outside === 0 ? told : [`${outside} outside`, ...(of === 'inside' ? [] : [told])].join(', ')
}

function entryOf(entry: unknown): readonly Remembered[] | undefined {
  if (!Array.isArray(entry)) return undefined
  const [shape, partition, type, ...names] = entry as unknown[]
  const paths = names.map(name => (isText(name) ? [name] : name))
  if (!isText(shape) || !isText(partition) || !isText(type) || !paths.every(isPath)) return undefined
  return paths.map(path => ({ path, shape, partition, ...(type === '' ? {} : { type: parseType(type) }) }))
}

const isPath = (path: unknown): path is readonly string[] =>
  Array.isArray(path) && path.length > 0 && path.every(isText)

const isText = (value: unknown): value is string => typeof value === 'string'

/** Hive's schema on some databases keeps 4,000 characters of a parameter. */
const MAX_LENGTH = 3500

/**
 * The parameter: `["all",["uint32-overflow","2026/11/20/07","","u",["v","[]"]]]`, by shape, first partition and type the names.
 * What has no room is left out, the last first; how files are packed comes last.
 */
export function printMemory(memory: Memory): Parameters {
  const entries = new Map<string, string[]>()
  const told = printExtent(memory)
  let left = MAX_LENGTH - JSON.stringify([told]).length - '"overflow"'.length
  for (const one of gravestFirst(memory.held)) {
    const { path } = one
    const key = keyOf(one)
    const name = JSON.stringify(path.length === 1 ? path[0] : path)
    left -= name.length + 1 + (entries.has(key) ? 0 : key.length + '[],'.length)
    if (left < 0) break
    entries.set(key, [...(entries.get(key) ?? []), name])
  }
  const kept = [...entries].map(([key, names]) => `[${[key, ...names].join(',')}]`)
  return { [REMEMBERED]: `[${[JSON.stringify(left < 0 ? 'overflow' : told), ...kept].join(',')}]` }
}

const keyOf = ({ shape, partition, type }: Remembered): string =>
  [shape, partition, type ? printType(type) : ''].map(text => JSON.stringify(text)).join(',')

const isPacking = ({ shape }: Remembered): boolean => SHAPES[shape]?.packing === true

const gravestFirst = (held: readonly Remembered[]): readonly Remembered[] => [
  ...held.filter(one => !isPacking(one)),
  ...held.filter(isPacking),
]

/** The memory with this; the same object where there is nothing new in it. */
export function remember(memory: Memory, news: readonly Remembered[]): Memory {
  const known = new Set(memory.held.map(printUndeclared))
  const added = news.filter(held => !known.has(printUndeclared(held)))
  return added.length === 0 ? memory : { ...memory, held: [...memory.held, ...added] }
}
