/** Locations as storages take and give them: absolute, plain text, no trailing slash. */
import { resolve } from 'node:path'
import { GoldsyncError } from '../base/errors.ts'

/** `hdfs` of `hdfs://ns/golden`; `file` for a plain path (also one with a colon in a name: `dt=10:00/x`). */
export const schemeOf = (location: string): string =>
  /^([a-z][a-z0-9+.-]+):\//i.exec(location)?.[1]?.toLowerCase() ?? 'file'

/**
 * The one form of a location that users may write in several: `./golden` and `file:///data/golden/` become absolute plain
 * paths, `hdfs://ns//golden/` loses its extra slashes. Text is never decoded: `%3A` in a name stays `%3A`.
 * @param base what a relative path is relative to
 * @throws GoldsyncError `CONFIG_INVALID` for a `file:` location that names a host
 */
export function resolveLocation(location: string, base: string = process.cwd()): string {
  if (schemeOf(location) === 'file') return resolve(base, filePath(location))
  const [, scheme, authority = '', path = ''] = /^([^/]+):(?:\/\/([^/]*))?(.*)$/s.exec(location) ?? []
  if (/:[^@]*@/.test(authority))
    throw new GoldsyncError('CONFIG_INVALID', 'a location holds no user and password', {
      hint: `write ${scheme}://host/path; who asks is told by the keys of storage`,
    })
  return `${scheme}://${authority}${path.replaceAll(/\/{2,}/g, '/').replace(/\/$/, '')}`
}

function filePath(location: string): string {
  const [, host, path = location] = /^file:(?:\/\/([^/]*))?(\/.*)$/is.exec(location) ?? []
  if (host === undefined || host === '' || host.toLowerCase() === 'localhost') return path
  throw new GoldsyncError('CONFIG_INVALID', `${location}: a file location names no host`, {
    hint: `write file:///${host}${path} or a plain path`,
  })
}

/** The location of an entry of a directory. */
export const childLocation = (directory: string, name: string): string =>
  directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`

/** The last name of a location; empty for a root. */
export const nameOf = (location: string): string => location.slice(location.lastIndexOf('/') + 1)

/** Code unit order, as the contract of `Storage.list` wants it. */
export const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0
