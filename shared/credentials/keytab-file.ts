/** Who we are by a keytab, before the library reads it: what is wrong with the file is told by its name. */
import { readFile, stat } from 'node:fs/promises'
import { CredentialsError } from './credentials-error.ts'
import { markOf } from './file-mark.ts'
import { principalsOf } from './keytab.ts'
import type { KerberosAuth } from './options.ts'

/** Keys of a thousand principals take less. */
const LIMIT = 1024 * 1024

/** The principal that is asked for; undefined for the ticket cache's own. @throws CredentialsError `CONFIG_INVALID` */
export async function identityOf({ keytab, principal }: KerberosAuth): Promise<string | undefined> {
  if (keytab === undefined) return principal
  const all = await principalsIn(keytab)
  if (principal === undefined) {
    if (all[0] === undefined) throw keytabError(keytab, 'it holds no key')
    return all[0]
  }
  if (all.some(each => each === principal || each.startsWith(`${principal}@`))) return principal
  throw keytabError(keytab, `it has no key of ${principal}, but of ${all.join(', ') || 'nobody'}`)
}

/** Read again when the file was replaced. */
const known = new Map<string, { readonly mark: string; readonly principals: readonly string[] }>()

async function principalsIn(keytab: string): Promise<readonly string[]> {
  const found = await stat(keytab).catch(cause => unreadable(keytab, cause))
  if (!found.isFile()) throw keytabError(keytab, 'it is no file')
  if (found.size > LIMIT) throw keytabError(keytab, `it is no keytab: more than ${LIMIT} bytes`)
  const mark = markOf(found)
  const last = known.get(keytab)
  if (last?.mark === mark) return last.principals
  const principals = principalsOf(await readFile(keytab).catch(cause => unreadable(keytab, cause)))
  if (principals === undefined) throw keytabError(keytab, 'it is no keytab')
  known.set(keytab, { mark, principals })
  return principals
}

function unreadable(keytab: string, { code }: NodeJS.ErrnoException): never {
  throw keytabError(keytab, `cannot be read (${code})`)
}

const keytabError = (keytab: string, what: string): CredentialsError =>
  new CredentialsError('CONFIG_INVALID', `auth.keytab: ${keytab}: ${what}`, {
    hint: 'name the keytab of auth.principal, a file that goldsync may read',
  })
