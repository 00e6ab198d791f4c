/** What was found, as a terminal may have it. Names and what servers say are in all of it, so all of it is cleaned at once. Pure. */
import { visible } from '../../../base/visible.ts'

/** Each line by itself: of what has lines by its nature. Elsewhere a name with a line end would make a line of its own. */
export const visibleLines = (text: string): readonly string[] => text.split(/\r?\n/).map(visible)

/** A copy in which every text is `visible`; statements keep their lines. */
export const cleaned = <T>(value: T): T => copy(value) as T

function copy(value: unknown, key?: string): unknown {
  if (typeof value === 'string') return key === 'command' ? visibleLines(value).join('\n') : visible(value)
  if (Array.isArray(value)) return value.map(one => copy(one, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, copy(one, name)]))
}
