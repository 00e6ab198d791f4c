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

export interface Memory {
  /**
   * `all`: it is of all files. `overflow`: there was more than has room. `unknown`: the table has partitions from before
   * there was a memory, or that others registered.
   */
  readonly of: 'all' | 'overflow' | 'unknown'
  /** Where it is being filled, the newest first: the last partition that was looked at; `''` before the first. */
  readonly after: string
  readonly held: readonly Remembered[]
}

const UNKNOWN: Memory = { of: 'unknown', after: '', held: [] }

const AFTER = 'after '

/** @param table undefined for a new one: then nothing is there that could be forgotten */
export const memoryOf = (table: Pick<Table, 'parameters'> | undefined): Memory =>
  table ? parseMemory(table.parameters[REMEMBERED]) : { of: 'all', after: '', held: [] }

/** What is broken, or not there, tells nothing. */
function parseMemory(text: string | undefined): Memory {
  try {
    const parsed: unknown = JSON.parse(text ?? '')
    if (!Array.isArray(parsed)) return UNKNOWN
    const [extent, ...entries] = parsed as unknown[]
    const read = entries.map(entryOf)
    if (!read.every(entry => entry !== undefined)) return UNKNOWN
    const held = read.flat()
    if (extent === 'all' || extent === 'overflow') return { of: extent, after: '', held }
    const after = isText(extent) && extent.startsWith(AFTER) ? extent.slice(AFTER.length) : ''
    return { of: 'unknown', after, held }
  } catch {
    return UNKNOWN
  }
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
export function printMemory({ of, after, held }: Memory): Parameters {
  const entries = new Map<string, string[]>()
  let left = MAX_LENGTH - JSON.stringify([`${AFTER}${after}`]).length - '"overflow"'.length
  for (const one of gravestFirst(held)) {
    const { path } = one
    const key = keyOf(one)
    const name = JSON.stringify(path.length === 1 ? path[0] : path)
    left -= name.length + 1 + (entries.has(key) ? 0 : key.length + '[],'.length)
    if (left < 0) break
    entries.set(key, [...(entries.get(key) ?? []), name])
  }
  const told = of === 'unknown' && after !== '' ? `${AFTER}${after}` : of
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
