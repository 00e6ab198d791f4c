/** A location that somebody sent, judged by its text alone: what lies under which lake is the run's to say. */
import { classifyFile } from '../layout/files.ts'
import type { ClosedFile, Notice } from './event.ts'

/** Where lakes can be; a path without a scheme is one too. */
const SCHEMES = new Set(['file', 'hdfs', 'webhdfs', 'swebhdfs', 'viewfs', 's3', 's3a', 's3n'])

/** Characters: HDFS takes paths of 8,000, S3 keys of 1,024 bytes. */
const MAX_LENGTH = 8_192

interface Facts {
  /** Bytes. */
  readonly size?: number | undefined
  /** Epoch milliseconds. */
  readonly modified?: number | undefined
}

/**
 * The notice of one closed file. Extra slashes are dropped; what could leave a lake's root is refused; what engines or sinks
 * name as no data or not finished, and folders (a trailing slash), are ignored.
 */
export function closedFile(location: string, { size, modified }: Facts = {}): Notice {
  const parts = split(location)
  const problem = problemOf(location, parts)
  if (problem) return refused(location, problem)
  if (location.endsWith('/')) return { kind: 'ignored', location, reason: 'a folder' }
  const file: ClosedFile = {
    location: parts.prefix + parts.path.replaceAll(/\/{2,}/g, '/'),
    ...(size === undefined ? {} : { size }),
    ...(modified === undefined ? {} : { modified }),
  }
  const unfinished = reasonToIgnore(file)
  return unfinished
    ? { kind: 'ignored', location: file.location, reason: unfinished }
    : { kind: 'closed', file }
}

interface Parts {
  /** Undefined for a path. */
  readonly scheme: string | undefined
  readonly authority: string
  readonly path: string
  /** All before the path. */
  readonly prefix: string
}

function split(location: string): Parts {
  const [, scheme, rest = location] = /^([a-z][a-z0-9+.-]+):(.*)$/is.exec(location) ?? []
  if (scheme === undefined) return { scheme, authority: '', path: location, prefix: '' }
  const [, authority = '', path = rest] = /^\/\/([^/]*)(.*)$/s.exec(rest) ?? []
  return { scheme, authority, path, prefix: location.slice(0, location.length - path.length) }
}

function problemOf(location: string, { scheme, authority, path }: Parts): string | undefined {
  if (location.length > MAX_LENGTH) return `longer than ${MAX_LENGTH} characters`
  if (location.includes('\0')) return 'holds a NUL character'
  if (scheme !== undefined && !SCHEMES.has(scheme.toLowerCase())) return `no lake is at ${scheme}:`
  if (authority.includes('@')) return 'names a user'
  if (!path.startsWith('/')) return 'expected an absolute path, or scheme://…/path'
  return path.split('/').some(name => name === '..' || name === '.') ? 'has . or .. in its path' : undefined
}

function reasonToIgnore({ location, size = 1 }: ClosedFile): string | undefined {
  const kind = classifyFile(location.slice(location.lastIndexOf('/') + 1), size)
  switch (kind) {
    case 'data':
      return undefined
    case 'hidden':
      return 'names that begin with . or _ are no data'
    case 'temporary':
      return 'a name of a file that is still being written'
    case 'empty':
      return 'the file has no bytes'
  }
  kind satisfies never
}

/** What was sent is shown short, and without what may be a password. */
export const refused = (location: string, reason: string): Notice => ({
  kind: 'refused',
  location: location.slice(0, 500).replace(/\/\/[^/]*@/, '//'),
  reason,
})
