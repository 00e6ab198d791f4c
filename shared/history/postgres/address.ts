/** Where a PostgreSQL server is and who we are to it, from the config's url. */
import { GoldsyncError } from '../../base/errors.ts'

export interface Address {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user?: string
  readonly password?: string
}

const PORT = 5432

/** @throws GoldsyncError `CONFIG_INVALID`, which tells nothing of what is in the url */
export function addressOf(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const database = url?.pathname.slice(1) ?? ''
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol) || url.hostname === '' || database === '')
    throw wrong('expected postgresql://user:password@host:5432/database')
  // sslmode=no-verify and its like would undo what tls says.
  if (url.search !== '' || url.hash !== '')
    throw wrong('an address holds no ?options: set tls and schema beside it')
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? PORT : Number(url.port),
    database: decodeURIComponent(database),
    ...(url.username === '' ? {} : { user: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
  }
}

const wrong = (what: string): GoldsyncError => new GoldsyncError('CONFIG_INVALID', `history.url: ${what}`)
