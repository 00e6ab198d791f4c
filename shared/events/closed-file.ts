/** A location that somebody sent, judged by its text alone: what lies under which lake is the run's to say. */
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
  /** Another location that the sender may mean; left out where no file may lie there. */
  readonly alternative?: string | undefined
  /** Whether it may be of a folder, told by a slash at its end or by nothing; by default folders are ignored. */
  readonly folder?: 'by slash' | 'any' | undefined
}

/**
 * The notice of one closed file. Extra slashes are dropped, what could leave a lake's root is refused, and folders (a trailing
 * slash) are ignored where nothing else is asked for. Whether the name is one of data, the lake says: `_SUCCESS` is news for some.
 */
export function closedFile(location: string, { size, modified, alternative, folder }: Facts = {}): Notice {
  const parts = split(location)
  const problem = problemOf(location, parts)
  if (problem) return refused(location, problem)
  const isFolder = location.endsWith('/')
  const path = parts.path.replaceAll(/\/{2,}/g, '/').replace(/\/$/, '')
  if (isFolder && (folder === undefined || path === ''))
    return { kind: 'ignored', location, reason: 'a folder' }
  const other = alternative === undefined ? undefined : closedFile(alternative)
  const file: ClosedFile = {
    location: parts.prefix + path,
    ...(isFolder ? { folder: 'is' as const } : folder === 'any' ? { folder: 'may be' as const } : {}),
    ...(other?.kind === 'closed' ? { alternative: other.file.location } : {}),
    ...(size === undefined ? {} : { size }),
    ...(modified === undefined ? {} : { modified }),
  }
  return { kind: 'closed', file }
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

/** What was sent is shown short, and without what may be a password. */
const refused = (location: string, reason: string): Notice => ({
  kind: 'refused',
  location: location.slice(0, 500).replace(/\/\/[^/]*@/, '//'),
  reason,
})
