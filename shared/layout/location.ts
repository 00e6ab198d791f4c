/** Locations as catalogs and storages write them, compared. */

interface Parts {
  readonly scheme: string
  readonly authority: string
  readonly segments: readonly string[]
}

/**
 * Whether two locations name the same folder or file: `s3`, `s3a` and `s3n` are one scheme, HDFS hosts have no case and port
 * 8020 by default, `file:/x` is `/x`, extra slashes do not count, and percent-encoding is the same as the plain character.
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

const normal = (location: string): string => {
  const { scheme, authority, segments } = parse(location)
  return `${scheme}://${authority}/${segments.join('/')}`
}

function parse(location: string): Parts {
  const [, scheme = 'file', authority = '', path = ''] =
    /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/]*))?(.*)$/is.exec(location) ?? []
  return {
    scheme: canonicalScheme(scheme.toLowerCase()),
    authority: canonicalAuthority(scheme.toLowerCase(), authority),
    segments: path.split('/').filter(segment => segment !== ''),
  }
}

const canonicalScheme = (scheme: string) => (/^s3[an]$/.test(scheme) ? 's3' : scheme)

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
