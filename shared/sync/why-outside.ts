/** What to say of a file that lies in no lake: mostly its sender calls the lake by another address. Pure. */
import { relativeTo } from '../layout/location.ts'
import type { Lake } from '../run/run.ts'

/** Lakes that are named. */
const NAMED = 3

export function whyOutside(lakes: readonly Pick<Lake, 'location'>[], location: string): string {
  const roots = lakes.map(lake => lake.location)
  const [first] = roots.flatMap(root => aliasFor(root, location) ?? [])
  if (first !== undefined)
    return `the file lies below none of the configured lakes; ${first.root} has the same path: if ${first.alias} is another address of it, add that to its aliases`
  const more = roots.length > NAMED ? `, and ${roots.length - NAMED} more` : ''
  return `the file lies below none of the configured lakes: ${roots.slice(0, NAMED).join(', ')}${more}`
}

interface Alias {
  readonly root: string
  readonly alias: string
}

/** The address of an HDFS root by which the file would lie below it, where nothing but the server's name is in the way. */
function aliasFor(root: string, location: string): Alias | undefined {
  const [lake, file] = [split(root), split(location)]
  if (lake === undefined || file === undefined) return undefined
  const inside = relativeTo(lake.path, file.path)
  return inside && inside.length > 0 ? { root, alias: file.server + lake.path } : undefined
}

/** Buckets that differ are two places: theirs is no other name. */
function split(location: string): { readonly server: string; readonly path: string } | undefined {
  const [, server, path] = /^((?:hdfs|s?webhdfs|viewfs):\/\/[^/]*)(\/.*)?$/is.exec(location) ?? []
  return server === undefined ? undefined : { server, path: path ?? '' }
}
