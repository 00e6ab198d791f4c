/** Writes to the secure HDFS as its superuser, for tests only: by a token of its own, where goldsync's clients are not to be tested by themselves. */
import { readFileSync } from 'node:fs'
import https from 'node:https'
import { tokenText } from '../../shared/credentials/hadoop-token.ts'
import type { KerberosAuth } from '../../shared/credentials/options.ts'
import { openWebhdfs } from '../../shared/storages/webhdfs/storage.ts'
import { secure } from './secure-stack.ts'

// MIT's library reads it on its first use.
process.env.KRB5_CONFIG = secure.krb5Config

const { uri, webhdfs } = secure.hdfs

/** @param name of a keytab: goldsync, hdfs (the superuser) */
export const principal = (name: string): KerberosAuth => ({ kind: 'kerberos', keytab: secure.keytab(name) })

/** What a `storage` block needs beside `auth`. @param namenode REST root, by default the NameNode's */
export const securely = (namenode: string = webhdfs) => ({ namenodes: [namenode], tls: { ca: secure.ca } })

/** A delegation token, as text. @param namenode REST root of who hands it out */
export async function tokenOf(name: string, namenode: string = webhdfs): Promise<string> {
  const storage = await openWebhdfs(uri, { ...securely(namenode), auth: principal(name) })
  const token = await storage.delegationToken?.()
  await storage.close()
  if (token === undefined) throw new Error(`${namenode} gives no tokens`)
  return tokenText(token)
}

const agent = new https.Agent({ keepAlive: true, maxSockets: 16 })
let superuser: { readonly token: Promise<string>; readonly until: number } | undefined

/** The superuser's own, as long as it lasts. */
function superuserToken(): Promise<string> {
  if (!superuser || Date.now() > superuser.until)
    superuser = { token: tokenOf('hdfs'), until: Date.now() + (secure.tokenLife / 3) * 1000 }
  return superuser.token
}

interface Answered {
  readonly status: number
  readonly location: string | undefined
}

const send = (method: string, url: string, body?: Uint8Array): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const ca = readFileSync(secure.ca, 'utf8')
    const headers = { 'content-type': 'application/octet-stream', 'content-length': body?.length ?? 0 }
    const request = https.request(url, { method, agent, ca, headers }, response => {
      response.resume()
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, location: response.headers.location }),
      )
    })
    request.on('error', reject)
    request.end(body)
  })

/** Fails unless it succeeds. @param token whose work it is, by default the superuser's */
export async function change(
  method: 'PUT' | 'DELETE',
  path: string,
  op: string,
  { body, token }: { readonly body?: Uint8Array; readonly token?: string } = {},
): Promise<void> {
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  const first = await send(
    method,
    `${webhdfs}${encoded}?op=${op}&delegation=${token ?? (await superuserToken())}`,
  )
  const last = first.location ? await send(method, first.location, body) : first
  if (last.status >= 300) throw new Error(`${op} ${path}: status ${last.status}`)
}

/** As `hdfs` of hdfs.ts. Paths are absolute and plain. */
export const secureHdfs = {
  location: (path: string): string => `${uri}${path}`,
  put: (path: string, body: Uint8Array) => change('PUT', path, 'CREATE&overwrite=true', { body }),
  mkdir: (path: string) => change('PUT', path, 'MKDIRS'),
  chmod: (path: string, mode: string) => change('PUT', path, `SETPERMISSION&permission=${mode}`),
  rm: (path: string) => change('DELETE', path, 'DELETE&recursive=true'),
} as const
