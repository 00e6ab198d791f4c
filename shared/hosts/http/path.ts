/** The path of a request, as it may be shown: a token in it stays out of logs and answers. Pure. */

interface RequestPath {
  /** Without the query, and with what may be a token replaced. */
  readonly path: string
  /** What stands where the webhook's token is. */
  readonly pathToken?: string
}

/** How the address that ends in a token is called. */
export const WITH_TOKEN = '/webhook/TOKEN'

/** Characters of a name in a path that are shown; tokens have more. */
const SHOWN = 24

export function readPath(url: string | undefined): RequestPath {
  const [path = '/'] = (url ?? '/').split('?')
  const [, pathToken] = /^\/webhook\/(.+)$/.exec(path) ?? []
  if (pathToken !== undefined) return { path: WITH_TOKEN, pathToken }
  // A sender that was given the wrong address may send its token to any.
  const shown = path.split('/').map(name => (name.length > SHOWN ? '…' : name))
  return { path: shown.join('/').slice(0, 100) }
}
