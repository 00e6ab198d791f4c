/** Locations as catalogs and storages write them, compared. */

interface Parts {
  /** Canonical: all of S3's are `s3`. */
  readonly scheme: string
  readonly authority: string
  readonly segments: readonly string[]
}

/**
 * Whether two locations name the same folder or file: `s3`, `s3a` and `s3n` are one scheme, HDFS hosts have no case and port
 * 8020 by default, `file:/x` is `/x`, and percent-encoding is the same as the plain character. Extra slashes, `.` and `..`
 * are resolved but in S3, where they are part of the key: `a//b` and `a/b` are two places.
 */
export function sameLocation(a: string, b: string): boolean {
  const [left, right] = [normal(a), normal(b)]
  return left === right || normal(decoded(a)) === right || left === normal(decoded(b))
}

/** A key for maps: equal for all locations that `sameLocation` holds for one, and for a few others. */
export function locationKey(location: string): string {
  const plain = decoded(location)
  return plain === location ? normal(location) : locationKey(plain)
}

/** Names from the root down to the location (`[]` for the root itself), or undefined where it does not lie under the root. */
export function relativeTo(root: string, location: string): readonly string[] | undefined {
  const [base, target] = [parse(root), parse(location)]
  const inside =
    base.scheme === target.scheme &&
    base.authority === target.authority &&
    base.segments.every((segment, index) => segment === target.segments[index]) &&
    target.segments.every(segment => segment !== '..' && segment !== '.')
  return inside ? target.segments.slice(base.segments.length) : undefined
}

/**
 * Whether Hive takes the location for a pattern: Hadoop's globs (seen on Hive 4.0.1). A comma, `]` or `}` alone is none, nor
 * is what Hive writes for such a character in a `key=value` folder (`%2A`).
 */
export const isPattern = (location: string): boolean =>
  /[*?[{\\]/.test(location.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, ''))

const normal = (location: string): string => {
  const { scheme, authority, segments } = parse(location)
  const names = scheme === 's3' ? segments : resolved(segments)
  return `${scheme}://${authority}/${names.join('/')}`
}

function resolved(segments: readonly string[]): readonly string[] {
  const names: string[] = []
  for (const segment of segments) {
    if (segment === '..') names.pop()
    else if (segment !== '.') names.push(segment)
  }
  return names
}

function parse(location: string): Parts {
  const [, scheme = 'file', authority = '', path = ''] =
    /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/]*))?(.*)$/is.exec(location) ?? []
  return {
    scheme: canonicalScheme(scheme.toLowerCase()),
    authority: canonicalAuthority(scheme.toLowerCase(), authority),
    segments: isS3(scheme) ? keyNames(path) : path.split('/').filter(segment => segment !== ''),
  }
}

const isS3 = (scheme: string): boolean => /^s3[an]?$/i.test(scheme)

/** Of the key, without the slash after the bucket, and without the one that marks a folder; none for the bucket itself. */
function keyNames(path: string): readonly string[] {
  const key = path.replace(/^\//, '').replace(/\/$/, '')
  return key === '' ? [] : key.split('/')
}

const canonicalScheme = (scheme: string) => (isS3(scheme) ? 's3' : scheme)

// hdfs-site: dfs.namenode.rpc-address without a port means 8020; a nameservice has none either way.
function canonicalAuthority(scheme: string, authority: string): string {
  switch (scheme) {
    case 'file':
      return authority.toLowerCase() === 'localhost' ? '' : authority
    case 'hdfs':
      return authority.toLowerCase().replace(/:8020$/, '')
    default:
      return authority
  }
}

function decoded(location: string): string {
  try {
    return decodeURIComponent(location)
  } catch {
    return location
  }
}
